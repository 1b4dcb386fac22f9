import type { Statement } from '../ir/ir.ts';
import { innerScope } from '../bind/scope.ts';
import { placed } from './columnsOf.ts';
import type { Effect } from './outcome.ts';

/** COPY, UNLOAD, LOAD DATA, PUT: between tables, queries and files. */
export function copyEffect({ binder, outcome }: Effect, copy: Statement & { kind: 'copy' }): void {
  const target = outcome.writeTo(binder.session.table(copy.to));
  for (const from of copy.from) binder.notes.read(binder.session.table(from));
  if (copy.query === null) return;
  const relation = binder.query(copy.query, innerScope(null));
  const names = copy.columns.length > 0 ? copy.columns : (binder.session.columnsOf(target)?.columns ?? []);
  outcome.emit(target, { ...relation, columns: placed(relation.columns, names) });
}
