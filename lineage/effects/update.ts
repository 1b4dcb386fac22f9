import type { JoinedSource, Statement, TableName } from '../ir/ir.ts';
import type { Binder, BoundSource, Scope } from '../bind/bind.ts';
import { sourceNamed } from '../bind/qualifier.ts';
import { innerScope } from '../bind/scope.ts';
import { bindSources } from '../bind/select.ts';
import { baseTable } from '../bind/source.ts';
import { distinct, influencing } from '../model/flows.ts';
import type { TableId } from '../model/model.ts';
import type { Effect } from './outcome.ts';
import { outputEffect } from './output.ts';

/** UPDATE with everything dialects put into it: FROM, JOIN, an alias as the target. */
export function updateEffect({ binder, outcome }: Effect, update: Statement & { kind: 'update' }, outer: Scope): TableId {
  const scope = innerScope(binder.withCtes(update.with, outer));
  const before = new Set(binder.notes.reads.keys());
  const target = bindTarget(binder, update, scope);
  // To be named in FROM makes the target no source.
  if (!before.has(target.key)) binder.notes.reads.delete(target.key);
  const written = new Map<string, TableId>();
  update.set.forEach((assignment, position) => {
    const owner = ownerOf(binder, assignment.target.slice(0, -1), scope, target);
    written.set(owner.key, owner);
    const flows = binder.expr(assignment.value, scope);
    outcome.flows(owner, assignment.target.at(-1) ?? null, flows, { position, span: assignment.hull });
  });
  if (written.size === 0) written.set(target.key, target);
  // What goes from it into another table that is updated with it was read.
  if (
    outcome.edges.some(
      ({ table, target: into }) => table?.key === target.key && into !== null && written.has(into.key) && into.key !== target.key,
    )
  )
    binder.notes.read(target);
  const filter = update.filter.flatMap((expr) => influencing(binder.expr(expr, scope), 'filter'));
  for (const table of written.values()) {
    outcome.writeTo(table);
    outcome.influenced(
      table,
      distinct([...scope.sources.flatMap((source) => source.influences), ...scope.influences, ...filter]),
    );
  }
  outputEffect({ binder, outcome }, update.output, target, scope);
  return target;
}

/** The target is a table, or the alias of a source; either way it can be read like a source. */
export function bindTarget(
  binder: Binder,
  statement: { readonly table: TableName; readonly alias: string | null; readonly sources: readonly JoinedSource[] },
  scope: Scope,
): TableId {
  const name = statement.table;
  const asSource = innerScope(scope);
  binder.notes.quietly(() => bindSources(binder, statement.sources, asSource));
  const self = statement.alias === null ? sourceNamed(binder.rules, asSource.sources, name.parts) : null;
  if (self?.table != null && (name.parts.length === 1 || statement.sources.length > 0)) {
    bindSources(binder, statement.sources, scope);
    return self.table;
  }
  const through = self === null ? null : updatableTable(self);
  if (through === null) {
    const table = binder.session.table(name);
    scope.sources.push(baseTable(binder, table, { name: statement.alias, columns: [] }));
    bindSources(binder, statement.sources, scope);
    return table;
  }
  bindSources(binder, statement.sources, scope);
  return through;
}

/** Updating through a CTE or a derived table over one table updates that table. */
function updatableTable(source: BoundSource): TableId | null {
  const tables = new Map<string, TableId>();
  for (const column of source.columns) {
    if (column.kind === 'rest') tables.set(column.table.key, column.table);
    else
      for (const flow of column.flows)
        if (flow.table !== null && flow.kind === 'identity') tables.set(flow.table.key, flow.table);
  }
  const [only] = tables.values();
  return tables.size === 1 && only !== undefined ? only : null;
}

/** MySQL updates several tables at once: each assignment names its own. */
function ownerOf(binder: Binder, qualifier: readonly string[], scope: Scope, target: TableId): TableId {
  if (qualifier.length === 0) return target;
  const source = sourceNamed(
    binder.rules,
    scope.sources,
    qualifier.map((text) => ({ text, quoted: false })),
  );
  return source?.table ?? target;
}
