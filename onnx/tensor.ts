import { elementBits, STRING_TYPE } from './elementType.ts';
import { type ExternalData, ExternalDataReader } from './externalData.ts';
import { quoted, UnsafeModel } from './unsafeModel.ts';
import { WIRE, type Message } from './wire.ts';

export interface Tensor {
  readonly name: string;
  /** Of its values in the file. */
  readonly sizeBytes: number;
  /** Where the values are that are not in the file. */
  readonly external: ExternalData | null;
}

const DIMS_MAX = 64;
const EXTERNAL = 1n;

/** Reads a TensorProto. Its shape must not promise more values than there are: whoever loads it makes room for them. @throws UnsafeModel */
export function readTensor(message: Message): Tensor {
  const dims: bigint[] = [];
  const data = { raw: 0, typed: 0, strings: 0 };
  const external = new ExternalDataReader();
  let [name, type, isExternal] = ['', 0, false];
  while (message.next()) {
    if (message.field === 1) dims.push(...message.int64s(DIMS_MAX));
    else if (message.field === 2) type = Number(message.int64());
    else if (message.field === 6) data.strings++;
    else if (message.field === 8) name = message.text();
    else if (message.field === 9) data.raw += message.size;
    // Lists of numbers, in one field or each in its own.
    else if ([4, 5, 7, 10, 11].includes(message.field)) data.typed += message.size;
    else if (message.field === 13) external.add(message.message());
    else if (message.field === 14 && message.wire === WIRE.varint) isExternal ||= message.int64() === EXTERNAL;
    if (dims.length > DIMS_MAX)
      throw new UnsafeModel('BAD_SHAPE', `The tensor ${quoted(name)} has more than ${DIMS_MAX} dimensions.`);
  }
  const values = countOf(name, dims);
  if (isExternal || external.isGiven) return { name, sizeBytes: 0, external: fitting(name, values, type, external.read()) };
  if (values > mostValues(type, data))
    throw new UnsafeModel('BAD_SHAPE', `The tensor ${quoted(name)} promises ${values} values and brings fewer.`);
  return { name, sizeBytes: data.raw + data.typed, external: null };
}

function countOf(name: string, dims: readonly bigint[]): bigint {
  if (dims.some((dim) => dim < 0n)) throw new UnsafeModel('BAD_SHAPE', `The tensor ${quoted(name)} has a negative dimension.`);
  return dims.reduce((product, dim) => product * dim, 1n);
}

/** An upper bound: of lists of numbers only the bytes are counted, of which each takes one at least. */
function mostValues(type: number, { raw, typed, strings }: Readonly<Record<'raw' | 'typed' | 'strings', number>>): bigint {
  if (type === STRING_TYPE) return BigInt(strings);
  return (BigInt(raw) * 8n) / BigInt(elementBits(type)) + BigInt(typed) * 4n;
}

function fitting(name: string, values: bigint, type: number, external: ExternalData): ExternalData {
  if (type === STRING_TYPE)
    throw new UnsafeModel(
      'EXTERNAL_DATA',
      `The tensor ${quoted(name)} has texts outside of the file, which ONNX does not allow.`,
    );
  const bits = values * BigInt(elementBits(type));
  if (bits > 8n * 2n ** 40n || (external.length !== null && bits > 8n * BigInt(external.length)))
    throw new UnsafeModel('BAD_SHAPE', `The tensor ${quoted(name)} promises ${values} values, more than its external data has.`);
  return external;
}
