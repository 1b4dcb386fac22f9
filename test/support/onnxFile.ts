/** Writes ONNX files for tests, right ones and wrong ones: protobuf, field by field. */
export type Part = Buffer;

export function varint(value: bigint | number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest % 128n) + (rest >= 128n ? 128 : 0));
    rest /= 128n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

export const number = (field: number, value: bigint | number): Part => Buffer.concat([varint(field * 8), varint(value)]);

export function bytes(field: number, value: string | Uint8Array): Part {
  const content = Buffer.from(value);
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

export const message = (field: number, ...parts: readonly Part[]): Part => bytes(field, Buffer.concat(parts));

/** `entry('location', 'weights.bin')` of a tensor's external data. */
export const entry = (key: string, value: string): Part => message(13, bytes(1, key), bytes(2, value));

interface TensorParts {
  readonly name?: string;
  readonly dims?: readonly (bigint | number)[];
  readonly type?: number;
  readonly raw?: Uint8Array;
  readonly external?: readonly (readonly [string, string])[];
}

/** The content of a TensorProto. */
export const tensor = ({ name = 'w', dims = [], type = 1, raw, external }: TensorParts): Buffer =>
  Buffer.concat([
    ...dims.map((dim) => number(1, dim)),
    number(2, type),
    bytes(8, name),
    ...(raw === undefined ? [] : [bytes(9, raw)]),
    ...(external === undefined ? [] : [...external.map(([key, value]) => entry(key, value)), number(14, 1)]),
  ]);

interface NodeParts {
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly domain?: string;
  readonly attributes?: readonly Part[];
}

/** The content of a NodeProto. */
export const node = (operator: string, { inputs = [], outputs = [], domain, attributes = [] }: NodeParts = {}): Buffer =>
  Buffer.concat([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, operator),
    ...(domain === undefined ? [] : [bytes(7, domain)]),
    ...attributes.map((attribute) => message(5, attribute)),
  ]);

/** The content of a ValueInfoProto that is a tensor. */
export const value = (name: string, shape: readonly (number | bigint | string)[] = ['batch', 4], type = 1): Buffer => {
  const dims = shape.map((dim) => message(1, typeof dim === 'string' ? bytes(2, dim) : number(1, dim)));
  return Buffer.concat([bytes(1, name), message(2, message(1, number(1, type), message(2, ...dims)))]);
};

interface GraphParts {
  readonly nodes?: readonly Buffer[];
  readonly initializers?: readonly Buffer[];
  readonly inputs?: readonly Buffer[];
  readonly outputs?: readonly Buffer[];
}

/** The content of a GraphProto; names are looked up in the graph wherever they stand, so nodes come first, as writers have it. */
export const graph = ({ nodes = [], initializers = [], inputs = [], outputs = [] }: GraphParts): Buffer =>
  Buffer.concat([
    ...nodes.map((content) => bytes(1, content)),
    bytes(2, 'main'),
    ...initializers.map((content) => bytes(5, content)),
    ...inputs.map((content) => bytes(11, content)),
    ...outputs.map((content) => bytes(12, content)),
  ]);

/** A whole file. */
export const model = (content: Buffer, ...more: readonly Part[]): Buffer =>
  Buffer.concat([
    number(1, 8),
    bytes(2, 'test'),
    bytes(3, '1.0'),
    bytes(7, content),
    message(8, number(2, 17)),
    message(8, bytes(1, 'ai.onnx.ml'), number(2, 3)),
    ...more,
  ]);

/** Two features in, one score out: `score = relu(features * w)`. */
export const smallModel = (): Buffer =>
  model(
    graph({
      nodes: [
        node('MatMul', { inputs: ['features', 'w'], outputs: ['product'] }),
        node('Relu', { inputs: ['product'], outputs: ['score'] }),
      ],
      initializers: [tensor({ dims: [2, 1], raw: Buffer.alloc(8) })],
      inputs: [value('features', ['batch', 2])],
      outputs: [value('score', ['batch', 1])],
    }),
  );
