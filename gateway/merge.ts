import { copyOf, isJsonObject, isList, type JsonObject } from './json.ts';

/**
 * Merges an answer into what is already known, in place. A null never erases a value: it only means that this subgraph
 * did not have it. Lists of the same field are the same list seen by two subgraphs, so they merge item by item.
 */
export function mergeInto(target: JsonObject, source: JsonObject): void {
  mergeKeys(target, source, (value) => value);
}

/** Merges a copy, for an answer that concerns several entities: later fetches may fill them with different things. */
export function mergeCopyInto(target: JsonObject, source: JsonObject): void {
  mergeKeys(target, source, copyOf);
}

type Take = (value: unknown) => unknown;

function mergeKeys(target: JsonObject, source: JsonObject, take: Take): void {
  for (const key in source) {
    const known = target[key];
    const value = source[key];
    if (known === undefined) {
      target[key] = take(value);
    } else if (!Object.hasOwn(target, key)) {
      // `__proto__` and its like are never asked for; a subgraph that answers them must not reach a prototype.
      continue;
    } else {
      target[key] = merged(known, value, take);
    }
  }
}

function merged(known: unknown, value: unknown, take: Take): unknown {
  if (value === null || value === undefined) return known ?? null;
  if (isJsonObject(known) && isJsonObject(value)) {
    mergeKeys(known, value, take);
    return known;
  }
  if (isList(known) && isList(value)) {
    for (let i = 0; i < value.length; i++) known[i] = merged(known[i], value[i], take);
    return known;
  }
  return take(value);
}
