import type { SelectionSetNode } from 'graphql';
import type { FlattenNodePathSegment } from '@graphql-hive/router-query-planner';
import type { SelectionFacts } from './clientPath.ts';
import { fieldsOf, type Operation } from './operation.ts';
import type { Asked } from './plan.ts';

/** Looks up what the operation selects at a path of a plan. */
export function askingOf({ definition, fragments }: Operation, { dataKey, satisfies }: SelectionFacts): Asked['asksFor'] {
  const inside = (sets: readonly SelectionSetNode[], segment: FlattenNodePathSegment): readonly SelectionSetNode[] => {
    if (segment === '@' || !('Field' in segment)) return sets;
    const fields = [...fieldsOf(sets, fragments)].filter((field) => dataKey(field) === segment.Field);
    return fields.flatMap((field) => field.selectionSet ?? []);
  };
  return (path, typename, keys) => {
    const sets = path.reduce(inside, [definition.selectionSet]);
    const selected = [...fieldsOf(sets, fragments, (condition) => satisfies(typename, condition))];
    return selected.some((field) => keys.has(dataKey(field)));
  };
}
