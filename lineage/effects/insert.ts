import type { InsertInto, Statement } from '../ir/ir.ts';
import type { Binder, BoundColumn, Relation, Scope } from '../bind/bind.ts';
import { baseTable, derived } from '../bind/source.ts';
import { innerScope } from '../bind/scope.ts';
import { influencing } from '../model/flows.ts';
import type { TableId } from '../model/model.ts';
import { placed } from './columnsOf.ts';
import type { Effect } from './outcome.ts';
import { outputEffect } from './output.ts';

type Insert = Statement & { readonly kind: 'insert' };
type InsertMany = Statement & { readonly kind: 'insertMany' };

/** INSERT in all its forms; the scope is that of the WITH around it. */
export function insertEffect({ binder, outcome }: Effect, insert: Insert, outer: Scope): TableId {
  const scope = binder.withCtes(insert.with, outer);
  const target = outcome.writeTo(binder.session.table(insert.into.table));
  outputEffect({ binder, outcome }, insert.output, target, scope);
  if (insert.query === null) return target;
  const relation = binder.query(insert.query, scope);
  const columns = columnsUnderTarget(binder, insert.into, target, relation);
  outcome.emit(target, { ...relation, columns });
  conflictEdges({ binder, outcome }, insert, target, columns, scope);
  return target;
}

/** By the column list, by name, or by the order of the target's columns when that is known. */
function columnsUnderTarget(binder: Binder, into: InsertInto, target: TableId, relation: Relation): readonly BoundColumn[] {
  if (into.byName) return relation.columns;
  if (into.columns.length > 0) return placed(relation.columns, into.columns);
  const known = binder.session.columnsOf(target)?.columns;
  const fixed = new Set(into.partition.filter((key) => key.fixed).map((key) => key.name.toLowerCase()));
  const moving = into.partition.filter((key) => !key.fixed).map((key) => key.name);
  if (known !== undefined) {
    const last = new Set(moving.map((name) => name.toLowerCase()));
    const order = known.filter((name) => !fixed.has(name.toLowerCase()) && !last.has(name.toLowerCase()));
    return placed(relation.columns, [...order, ...moving]);
  }
  if (moving.length === 0 || relation.columns.some((column) => column.kind !== 'named')) return relation.columns;
  const ownNames = relation.columns.map(
    (column, at) => moving[at - (relation.columns.length - moving.length)] ?? (column.kind === 'named' ? column.name : null),
  );
  return relation.columns.map((column, at) => (column.kind === 'named' ? { ...column, name: ownNames[at] ?? null } : column));
}

/** ON CONFLICT DO UPDATE SET b = excluded.a, ON DUPLICATE KEY UPDATE b = VALUES(a). */
function conflictEdges(
  { binder, outcome }: Effect,
  { onConflict: set, into }: Insert,
  target: TableId,
  columns: readonly BoundColumn[],
  scope: Scope,
): void {
  if (set.length === 0) return;
  // A name without an owner is the row that is there; the new one has a name of its own.
  const rows = innerScope(scope);
  for (const name of ['excluded', into.newRow]) if (name !== null) rows.sources.push(derived({ name, columns: [] }, columns));
  const inner = innerScope(rows);
  inner.sources.push(baseTable(binder, target, { name: into.alias, columns: [] }));
  set.forEach((assignment, position) => {
    const flows = binder.expr(assignment.value, inner);
    outcome.flows(
      target,
      assignment.target.at(-1) ?? null,
      flows.filter((flow) => flow.table !== null),
      { position, span: assignment.hull },
    );
  });
}

/** INSERT ALL and INSERT FIRST: one query, several targets. */
export function insertManyEffect({ binder, outcome }: Effect, insert: InsertMany): void {
  const scope = innerScope(binder.withCtes(insert.with, innerScope(null)));
  const relation: Relation = insert.source === null ? { columns: [], influences: [] } : binder.query(insert.source, scope);
  scope.sources.push(derived({ name: null, columns: [] }, relation.columns, relation.influences));
  for (const { into, values, when } of insert.branches) {
    const target = outcome.writeTo(binder.session.table(into.table));
    const chosen = values.map((item): BoundColumn => ({
      kind: 'named',
      name: item.name,
      flows: binder.expr(item.expr, scope),
      hull: item.hull,
    }));
    const columns = values.length === 0 ? relation.columns : chosen;
    const condition = when === null ? [] : influencing(binder.expr(when, scope), 'filter');
    outcome.emit(target, {
      columns: columnsUnderTarget(binder, into, target, { columns, influences: [] }),
      influences: [...relation.influences, ...condition],
    });
  }
}
