/** Numbers of TensorProto.DataType in onnx.proto, how the types are called here, and how many bits a value has; strings have none. */
const TYPES: ReadonlyMap<number, readonly [name: string, bits: number]> = new Map([
  [1, ['float32', 32]],
  [2, ['uint8', 8]],
  [3, ['int8', 8]],
  [4, ['uint16', 16]],
  [5, ['int16', 16]],
  [6, ['int32', 32]],
  [7, ['int64', 64]],
  [8, ['string', 0]],
  [9, ['bool', 8]],
  [10, ['float16', 16]],
  [11, ['float64', 64]],
  [12, ['uint32', 32]],
  [13, ['uint64', 64]],
  [14, ['complex64', 64]],
  [15, ['complex128', 128]],
  [16, ['bfloat16', 16]],
  [17, ['float8e4m3fn', 8]],
  [18, ['float8e4m3fnuz', 8]],
  [19, ['float8e5m2', 8]],
  [20, ['float8e5m2fnuz', 8]],
  [21, ['uint4', 4]],
  [22, ['int4', 4]],
  [23, ['float4e2m1', 4]],
  [24, ['float8e8m0', 8]],
  [25, ['uint2', 2]],
  [26, ['int2', 2]],
]);

/** What a number that is not known yet may be at least. */
const BITS_MIN = 2;

export const elementName = (number: number): string => TYPES.get(number)?.[0] ?? `type ${number}`;

export const elementBits = (number: number): number => TYPES.get(number)?.[1] ?? BITS_MIN;

export const STRING_TYPE = 8;
