import type { FieldNode } from 'graphql';
import type { ResponsePath } from './entities.ts';
import { fieldsOf, type Operation } from './operation.ts';
import type { DataKey } from './planningDocument.ts';

/** Translates a path of the fetched data into those of the client's response: one for each alias that it stands under. */
export type ClientPaths = (dataPath: ResponsePath) => readonly ResponsePath[];

/** Where the data holds what the client never asked for, a key that the planner needed, the paths end above it. */
export function clientPathsOf({ definition, fragments }: Operation, dataKey: DataKey): ClientPaths {
  return (dataPath) => {
    let reached: Reached[] = [{ path: [], sets: [definition.selectionSet] }];
    for (const segment of dataPath) {
      const next = reached.flatMap((place) => into(place, segment, fragments, dataKey));
      if (next.length === 0) break;
      reached = next;
    }
    return reached.map(({ path }) => path);
  };
}

interface Reached {
  readonly path: ResponsePath;
  readonly sets: readonly NonNullable<FieldNode['selectionSet']>[];
}

function into({ path, sets }: Reached, segment: string | number, fragments: Operation['fragments'], dataKey: DataKey): Reached[] {
  if (typeof segment === 'number') return [{ path: [...path, segment], sets }];
  const byKey = new Map<string, FieldNode[]>();
  for (const field of fieldsOf(sets, fragments)) {
    if (dataKey(field) !== segment) continue;
    const key = field.alias?.value ?? field.name.value;
    byKey.set(key, [...(byKey.get(key) ?? []), field]);
  }
  return [...byKey].map(([key, fields]) => ({
    path: [...path, key],
    sets: fields.flatMap((field) => field.selectionSet ?? []),
  }));
}
