import { WIRE } from './wire.ts';

const IR_VERSION = 0x08;
const IR_VERSION_MAX = 40;
/** The second field of a ModelProto: any of those up to the graph, all but the model's own version written as bytes. */
const SECOND = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42]);

/**
 * Whether bytes are an ONNX file, as far as they are there. It has no magic number: writers put the version of the format first, but readers pass over
 * fields that they do not know, so that a model may as well begin like a picture.
 * @param isCut whether the file goes on behind them
 */
export const looksLikeModel = (head: Uint8Array, isCut: boolean): boolean => {
  const [tag, version = 0, second = 0] = head;
  if (tag === IR_VERSION && version > 0 && version <= IR_VERSION_MAX && SECOND.has(second)) return true;
  const fields = fieldsOf(head, isCut) ?? [];
  // Other formats have something else in the place of one of them, and numbers by chance hardly have both.
  return (
    fields.some(({ field, bytes }) => field === VERSION && bytes === null) &&
    fields.some(({ field, bytes, isOpen }) => field === GRAPH && bytes !== null && isGraph(bytes, isOpen))
  );
};

const VERSION = 1;
const GRAPH = 7;
/** Nodes, name, tensors, text, inputs, outputs and values of a GraphProto, all of which are bytes. */
const IN_GRAPH = new Set([1, 2, 5, 10, 11, 12, 13, 14, 15, 16]);

const isGraph = (bytes: Uint8Array, isCut: boolean): boolean =>
  fieldsOf(bytes, isCut)?.some((each) => each.bytes !== null && IN_GRAPH.has(each.field)) ?? false;

interface Field {
  readonly field: number;
  /** Null for numbers. */
  readonly bytes: Uint8Array | null;
  /** It goes on behind what is there. */
  readonly isOpen: boolean;
}

const GROUP = 3;
const GROUP_END = 4;

/** The fields of a message up to where it is cut, those within groups left out; null when it is no message of protobuf. */
function fieldsOf(bytes: Uint8Array, isCut: boolean): readonly Field[] | null {
  const fields: Field[] = [];
  let depth = 0;
  for (let at = 0; at < bytes.length;) {
    const tag = varintAt(bytes, at);
    if (tag === 'cut') return isCut ? fields : null;
    if (tag === null || tag.value < 8) return null;
    const [field, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    let [from, size] = [tag.end, 0];
    if (wire === WIRE.varint || wire === WIRE.bytes) {
      const number = varintAt(bytes, from);
      if (number === 'cut') return isCut ? fields : null;
      if (number === null) return null;
      from = number.end;
      size = wire === WIRE.bytes ? number.value : 0;
    } else if (wire === WIRE.fixed64) size = 8;
    else if (wire === WIRE.fixed32) size = 4;
    else if (wire === GROUP) depth++;
    else if (wire !== GROUP_END || --depth < 0) return null;
    at = from + size;
    const isOpen = at > bytes.length;
    if (isOpen && !isCut) return null;
    if (depth === 0) fields.push({ field, bytes: wire === WIRE.bytes ? bytes.subarray(from, at) : null, isOpen });
  }
  return depth === 0 || isCut ? fields : null;
}

/** A number and where it ends; null when it has more than ten bytes. */
function varintAt(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } | 'cut' | null {
  let value = 0;
  for (let count = 0; count < 10; count++) {
    const byte = bytes[from + count];
    if (byte === undefined) return 'cut';
    value += (byte % 128) * 128 ** count;
    if (byte < 128) return { value, end: from + count + 1 };
  }
  return null;
}
