/** An object as it came out of a subgraph's answer. The engine owns it and may change it in place. */
export type JsonObject = Record<string, unknown>;

/** True for a JSON object, as opposed to a list, a leaf or nothing. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `Array.isArray`, without the `any` that it would let in. */
export const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** Copies lists and plain objects; anything else a scalar may have produced is a leaf and stays as it is. */
export function copyOf(value: unknown): unknown {
  if (isList(value)) return value.map(copyOf);
  if (!isJsonObject(value) || !isPlain(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') copy[key] = copyOf(value[key]);
  }
  return copy;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
