/** Why a model file is not taken. */
export const UNSAFE_REASONS = {
  TRUNCATED: 'The file ends too early.',
  MALFORMED: 'It is not the protobuf of an ONNX model.',
  TOO_LARGE: 'It is larger than what is read.',
  TOO_COMPLEX: 'It has more parts, or parts inside parts, than what is read.',
  UNKNOWN_DOMAIN: 'It needs operators that are not built in, which would load code.',
  FORBIDDEN_OPERATOR: 'It has an operator that runs code of its own.',
  BAD_SHAPE: 'A shape is negative, enormous, or has more values than the file brings.',
  EXTERNAL_DATA: 'It refers to data outside of the file in a way that is not safe.',
  NOT_A_GRAPH: 'Its nodes form no graph without cycles.',
} as const;

export type UnsafeReason = keyof typeof UNSAFE_REASONS;

/** A model file that is not taken, and why; the one thing that reading a model throws. */
export class UnsafeModel extends Error {
  readonly reason: UnsafeReason;

  constructor(reason: UnsafeReason, text: string) {
    super(text);
    this.name = 'UnsafeModel';
    this.reason = reason;
  }
}

/** A name out of a file, short and in one line. */
export const quoted = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
