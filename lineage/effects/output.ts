import type { Output } from '../ir/ir.ts';
import type { Scope } from '../bind/bind.ts';
import { innerScope } from '../bind/scope.ts';
import { baseTable } from '../bind/source.ts';
import type { TableId } from '../model/model.ts';
import { placed } from './columnsOf.ts';
import type { Effect } from './outcome.ts';

/** OUTPUT ... INTO: rows of the target as they are and as they were, and what came with them, go on into another table. */
export function outputEffect({ binder, outcome }: Effect, output: Output | null, target: TableId, around: Scope): void {
  if (output === null) return;
  const into = outcome.writeTo(binder.session.table(output.into));
  const scope = innerScope(around, {
    sources: ['inserted', 'deleted'].map((name) => baseTable(binder, target, { name, columns: [] })),
  });
  const { columns } = binder.query(output.query, scope);
  const names = output.columns.length > 0 ? output.columns : (binder.session.columnsOf(into)?.columns ?? []);
  outcome.emit(into, { columns: placed(columns, names), influences: [] });
}
