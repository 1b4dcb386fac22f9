import type { Statement } from '../ir/ir.ts';
import type { BoundColumn } from '../bind/bind.ts';
import { renamed } from '../bind/cte.ts';
import { flowFrom } from '../bind/lookup.ts';
import { innerScope } from '../bind/scope.ts';
import type { TableId } from '../model/model.ts';
import { namesOf } from './columnsOf.ts';
import type { Effect } from './outcome.ts';

/** CREATE TABLE, empty, from a query or as a copy of another table. */
export function createTableEffect({ binder, outcome }: Effect, create: Statement & { kind: 'createTable' }): void {
  const scope = binder.withCtes(create.with, innerScope(null));
  const relation = create.query === null ? null : renamed(binder.query(create.query, scope), create.columns);
  const copied = create.copies.map((copy) => ({ ...copy, id: binder.session.table(copy.table) }));
  const copiedColumns = copied.flatMap(({ id }) => binder.session.columnsOf(id)?.columns ?? []);
  const columns = relation === null ? nonEmpty([...create.columns, ...copiedColumns]) : namesOf(relation);
  const target = outcome.writeTo(binder.session.create(create.table, columns, create.temporary));
  if (create.location !== null && create.query === null) outcome.locations.push(binder.session.table(create.location));
  for (const { id, data } of copied) {
    binder.notes.read(id);
    if (data) copyEdges({ binder, outcome }, id, target);
  }
  if (relation !== null) outcome.emit(target, relation);
}

const nonEmpty = (names: readonly string[]): readonly string[] | null => (names.length === 0 ? null : names);

/** Every column of one table goes into the column of the same name. */
export function copyEdges({ binder, outcome }: Effect, from: TableId, to: TableId): void {
  const known = binder.session.columnsOf(from)?.columns;
  const columns: readonly BoundColumn[] =
    known === undefined
      ? [{ kind: 'rest', table: from, except: new Set() }]
      : known.map((name) => ({ kind: 'named', name, flows: [flowFrom(from, name, 'CATALOG', 1)], hull: null }));
  outcome.emit(to, { columns, influences: [] });
}

/** A view, and a materialized view that writes TO another table. */
export function createViewEffect({ binder, outcome }: Effect, create: Statement & { kind: 'createView' }): void {
  const scope = binder.withCtes(create.with, innerScope(null));
  const relation = create.query === null ? null : renamed(binder.query(create.query, scope), create.columns);
  const columns = relation === null ? nonEmpty(create.columns) : namesOf(relation);
  const view =
    create.to === null ? binder.session.create(create.view, columns, create.temporary) : binder.session.table(create.to);
  outcome.writeTo(view);
  if (create.to !== null) outcome.touch(binder.session.table(create.view));
  if (relation !== null) outcome.emit(view, relation);
}
