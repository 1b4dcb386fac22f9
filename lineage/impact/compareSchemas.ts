import type { TableColumns } from '../dbt/claim.ts';
import type { Change } from './change.ts';
import { compareColumns, knownColumns, type KnownColumns } from './compareColumns.ts';

/** What one state of a warehouse takes away from those who read the other. */
export function compareSchemas(before: TableColumns, after: TableColumns): readonly Change[] {
  const now = new Map(Object.entries(after).map(([table, columns]) => [tableKey(table), columns]));
  return Object.entries(before).flatMap(([table, columns]): readonly Change[] => {
    const dataset = { id: null, name: table, label: table };
    const found = now.get(tableKey(table));
    if (found === undefined) return [{ kind: 'DATASET_DROPPED', dataset, basis: 'COMPLETE_LIST' }];
    return compareColumns(dataset, [knownOf(columns), knownOf(found)], () => 'COMPLETE_LIST');
  });
}

const knownOf = (columns: Readonly<Record<string, string>>): KnownColumns =>
  knownColumns(Object.entries(columns).map(([name, type]) => ({ name, type: type === '' ? null : type, marks: [] })));

/** Schema files and manifests spell and quote the same table differently. */
export const tableKey = (name: string): string => name.replace(/["`[\]]/g, '').toLowerCase();
