import { isJsonObject, isList, type JsonObject } from './json.ts';
import type { EntityPath } from './steps.ts';

export type ResponsePath = readonly (string | number)[];

/** Finds the entities at a path of the data. Lists are entered wherever they are, nested ones included. */
export function entitiesAt(data: JsonObject, path: EntityPath): JsonObject[] {
  const found: JsonObject[] = [];
  collect(data, path, 0, found);
  return found;
}

function collect(value: unknown, path: EntityPath, depth: number, found: JsonObject[]): void {
  if (isList(value)) {
    for (const item of value) collect(item, path, depth, found);
  } else if (isJsonObject(value)) {
    const segment = path[depth];
    if (segment === undefined) found.push(value);
    else if (segment.kind === 'items') collect(value, path, depth + 1, found);
    else if (segment.kind === 'field') collect(value[segment.key], path, depth + 1, found);
    else if (matches(value, segment.matches)) collect(value, path, depth + 1, found);
  }
}

/** Where every entity at the path stands. Only asked for when one of them failed, so fetches need not keep track. */
export function placesAt(data: JsonObject, path: EntityPath): Map<JsonObject, ResponsePath> {
  const places = new Map<JsonObject, ResponsePath>();
  const look = (value: unknown, depth: number, at: ResponsePath): void => {
    if (isList(value)) {
      for (const [index, item] of value.entries()) look(item, depth, [...at, index]);
    } else if (isJsonObject(value)) {
      const segment = path[depth];
      if (segment === undefined) places.set(value, at);
      else if (segment.kind === 'field') look(value[segment.key], depth + 1, [...at, segment.key]);
      else if (segment.kind === 'items' || matches(value, segment.matches)) look(value, depth + 1, at);
    }
  };
  look(data, 0, []);
  return places;
}

/** The part of the path that is the same for all entities: up to the first list. */
export function commonPlace(path: EntityPath): string[] {
  const keys: string[] = [];
  for (const segment of path) {
    if (segment.kind === 'items') break;
    if (segment.kind === 'field') keys.push(segment.key);
  }
  return keys;
}

function matches(entity: JsonObject, condition: (typename: string) => boolean): boolean {
  const typename = entity['__typename'];
  return typeof typename !== 'string' || condition(typename);
}
