import type { Query, Statement } from '../ir/ir.ts';
import type { Relation } from '../bind/bind.ts';
import { innerScope } from '../bind/scope.ts';
import { namesOf } from './columnsOf.ts';
import type { Effect } from './outcome.ts';

/** A query of its own: its values go to whoever asked, or into the table of SELECT INTO. */
export function queryEffect({ binder, outcome }: Effect, { query }: Statement & { kind: 'query' }): void {
  const writtenBefore = outcome.writes.size;
  const relation = binder.query(query, innerScope(null));
  if (outcome.writes.size === writtenBefore || firstInto(query) === null) outcome.emit(null, relation);
}

/** INTO stands in the first SELECT of a set operation and means all of it. */
export function firstInto(query: Query): (Query & { kind: 'select' })['into'] {
  if (query.kind === 'select') return query.into;
  return query.kind === 'set' ? firstInto(query.left) : null;
}

export function selectInto({ binder, outcome }: Effect, query: Query, relation: Relation): void {
  const into = firstInto(query);
  if (into === null) return;
  const target = outcome.writeTo(binder.session.create(into.table, namesOf(relation), into.temporary));
  outcome.emit(target, relation);
}
