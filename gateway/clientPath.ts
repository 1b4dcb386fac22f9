import {
  type FieldNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { ResponsePath } from './entities.ts';
import { isJsonObject, isList, type JsonObject } from './json.ts';
import { fieldsOf, type Operation } from './operation.ts';
import type { DataKey } from './planningDocument.ts';

/** Translates a path of the fetched data into those of the client's response: one for each alias that it stands under. */
export type ClientPaths = (dataPath: ResponsePath, data: JsonObject) => readonly ResponsePath[];

export interface SelectionFacts {
  readonly schema: GraphQLSchema;
  readonly satisfies: (typename: string, condition: string) => boolean;
  readonly dataKey: DataKey;
}

/** Where the data holds what the client never asked for, a key that the planner needed, the paths end above it. */
export function clientPathsOf({ definition, fragments }: Operation, facts: SelectionFacts): ClientPaths {
  const root = facts.schema.getRootType(definition.operation) ?? undefined;
  return (dataPath, data) => {
    let reached: Place[] = [{ path: [], type: root, sets: [definition.selectionSet] }];
    let value: unknown = data;
    for (const segment of dataPath) {
      const next = reached.flatMap((place) => below(place, segment, value, fragments, facts));
      if (next.length === 0) break;
      reached = next;
      value = memberOf(value, segment);
    }
    return reached.map(({ path }) => path);
  };
}

interface Place {
  readonly path: ResponsePath;
  readonly type: GraphQLNamedType | undefined;
  readonly sets: readonly SelectionSetNode[];
}

function below(
  place: Place,
  segment: string | number,
  value: unknown,
  fragments: Operation['fragments'],
  facts: SelectionFacts,
): Place[] {
  const { path, type, sets } = place;
  if (typeof segment === 'number') return [{ ...place, path: [...path, segment] }];
  const told = isJsonObject(value) && typeof value['__typename'] === 'string' ? facts.schema.getType(value['__typename']) : type;
  const concrete = isObjectType(type) ? type : told;
  // Of an object whose type nobody told, every fragment may speak.
  const applies = (condition: string): boolean => !isObjectType(concrete) || facts.satisfies(concrete.name, condition);
  const fields = isObjectType(concrete) || isInterfaceType(concrete) ? concrete.getFields() : {};
  const byKey = new Map<string, FieldNode[]>();
  for (const field of fieldsOf(sets, fragments, applies)) {
    if (facts.dataKey(field) !== segment) continue;
    const key = field.alias?.value ?? field.name.value;
    byKey.set(key, [...(byKey.get(key) ?? []), field]);
  }
  return [...byKey].map(([key, same]) => ({
    path: [...path, key],
    type: getNamedType(fields[same[0]?.name.value ?? '']?.type),
    sets: same.flatMap((field) => field.selectionSet ?? []),
  }));
}

function memberOf(value: unknown, segment: string | number): unknown {
  if (typeof segment === 'number') return isList(value) ? value[segment] : undefined;
  return isJsonObject(value) ? value[segment] : undefined;
}
