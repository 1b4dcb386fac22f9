import { elementName } from './elementType.ts';
import { quoted, UnsafeModel } from './unsafeModel.ts';
import type { Message } from './wire.ts';

/** An input or output of a model. */
export interface ModelValue {
  readonly name: string;
  /** `float32`, or for what is no tensor e.g. `sequence(map(string, float32))`. */
  readonly type: string;
  /** Numbers, names of what is only known at run time, null for unknown; null as a whole when the rank is not known or it is no tensor. */
  readonly shape: readonly (number | string | null)[] | null;
}

const TYPE_DEPTH_MAX = 8;
const DIMS_MAX = 64;
const DIM_MAX = 2n ** 31n - 1n;
const VALUES_MAX = 2n ** 36n;

/** Reads a ValueInfoProto. @throws UnsafeModel */
export function readValue(message: Message): ModelValue {
  let name = '';
  let type: Omit<ModelValue, 'name'> = { type: 'unknown', shape: null };
  while (message.next()) {
    if (message.field === 1) name = message.text();
    if (message.field === 2) type = readType(message.message(), 0);
  }
  const known = (type.shape ?? []).filter((dim) => typeof dim === 'number');
  if (known.reduce((product, dim) => product * BigInt(dim), 1n) > VALUES_MAX)
    throw new UnsafeModel('BAD_SHAPE', `${quoted(name)} has a shape of more than ${VALUES_MAX} values.`);
  return { name, ...type };
}

const TENSOR = 1;
const SEQUENCE = 4;
const MAP = 5;
const OPAQUE = 7;
const SPARSE_TENSOR = 8;
const OPTIONAL = 9;

function readType(message: Message, depth: number): Omit<ModelValue, 'name'> {
  if (depth > TYPE_DEPTH_MAX) throw new UnsafeModel('TOO_COMPLEX', `A type is nested deeper than ${TYPE_DEPTH_MAX} levels.`);
  let type: Omit<ModelValue, 'name'> = { type: 'unknown', shape: null };
  while (message.next()) {
    if (message.field === TENSOR) type = readTensorType(message.message());
    if (message.field === SPARSE_TENSOR) type = { type: `sparse(${readTensorType(message.message()).type})`, shape: null };
    if (message.field === SEQUENCE) type = { type: `sequence(${innerType(message.message(), depth)})`, shape: null };
    if (message.field === OPTIONAL) type = { type: `optional(${innerType(message.message(), depth)})`, shape: null };
    if (message.field === MAP) type = { type: `map(${innerType(message.message(), depth)})`, shape: null };
    if (message.field === OPAQUE) type = { type: 'opaque', shape: null };
  }
  return type;
}

/** Of a sequence or an optional: what is in it; of a map: its key and what is in it. */
function innerType(message: Message, depth: number): string {
  const parts: string[] = [];
  while (message.next()) {
    if (message.wire === 0) parts.push(elementName(Number(message.int64())));
    else if (message.field <= 2) parts.push(readType(message.message(), depth + 1).type);
    if (parts.length > 2) throw new UnsafeModel('MALFORMED', 'The file is no ONNX model: a type has more than two parts.');
  }
  return parts.join(', ');
}

function readTensorType(message: Message): Omit<ModelValue, 'name'> {
  let type = 'unknown';
  let shape: ModelValue['shape'] = null;
  while (message.next()) {
    if (message.field === 1) type = elementName(Number(message.int64()));
    if (message.field === 2) shape = readShape(message.message());
  }
  return { type, shape };
}

function readShape(message: Message): readonly (number | string | null)[] {
  const shape: (number | string | null)[] = [];
  while (message.next()) {
    if (message.field === 1) shape.push(readDimension(message.message()));
    if (shape.length > DIMS_MAX) throw new UnsafeModel('BAD_SHAPE', `A shape has more than ${DIMS_MAX} dimensions.`);
  }
  return shape;
}

function readDimension(message: Message): number | string | null {
  let dimension: number | string | null = null;
  while (message.next()) {
    if (message.field === 1) dimension = fixedDimension(message.int64());
    if (message.field === 2) dimension = message.text() === '' ? null : message.text();
  }
  return dimension;
}

/** Older exporters write -1 for what is not known. */
function fixedDimension(value: bigint): number | null {
  if (value === -1n) return null;
  if (value < 0n || value > DIM_MAX) throw new UnsafeModel('BAD_SHAPE', `A shape has the dimension ${value}.`);
  return Number(value);
}
