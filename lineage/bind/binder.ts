import type { DialectRules } from '../dialect/rules.ts';
import type { Cte, Query, Rows } from '../ir/ir.ts';
import { distinct } from '../model/flows.ts';
import type { Session } from '../session/session.ts';
import type { Binder, BoundColumn, Relation, Scope } from './bind.ts';
import { scopeWithCtes } from './cte.ts';
import { bindExpression } from './expression.ts';
import type { Notes } from './notes.ts';
import { innerScope } from './scope.ts';
import { bindSelect, bindSources } from './select.ts';
import { bindSetOperation } from './setOperation.ts';
import { bindSource } from './source.ts';

export interface BinderOptions {
  readonly rules: DialectRules;
  readonly session: Session;
  readonly notes: Notes;
  /** What a data-modifying CTE does, and what it returns. */
  readonly modifying: (binder: Binder, cte: Cte, scope: Scope) => Relation;
  /** SELECT ... INTO t inside of a query. */
  readonly selectedInto: (query: Query, relation: Relation) => void;
}

/** Puts the parts of the binder together for one statement. */
export function createBinder({ rules, session, notes, modifying, selectedInto }: BinderOptions): Binder {
  const binder: Binder = {
    rules,
    session,
    notes,
    query: (query, outer) => {
      const relation = bindQuery(binder, query, outer);
      if (query.kind === 'select' && query.into !== null) selectedInto(query, relation);
      return relation;
    },
    source: (source, scope) => bindSource(binder, source, scope),
    sources: (sources, scope) => bindSources(binder, sources, scope),
    expr: (expr, scope) => bindExpression(binder, expr, scope),
    withCtes: (clause, scope) => scopeWithCtes(binder, clause, scope, (cte, inner) => modifying(binder, cte, inner)),
  };
  return binder;
}

function bindQuery(binder: Binder, query: Query, outer: Scope): Relation {
  switch (query.kind) {
    case 'select':
      return bindSelect(binder, query, outer);
    case 'set':
      return bindSetOperation(binder, query, outer);
    case 'rows':
      return bindRows(binder, query, outer);
    case 'whole': {
      const bound = binder.source(query.source, innerScope(binder.withCtes(query.with, outer)));
      return { columns: bound.flatMap((source) => source.columns), influences: bound.flatMap((source) => source.influences) };
    }
  }
}

/** VALUES: a column is what any of its rows has there. */
function bindRows(binder: Binder, { rows }: Rows, outer: Scope): Relation {
  const scope = innerScope(outer);
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  const columns = Array.from({ length: width }, (_, at): BoundColumn => {
    const flows = rows.flatMap((row) => {
      const cell = row[at];
      return cell === undefined ? [] : binder.expr(cell, scope);
    });
    return { kind: 'named', name: `column${at + 1}`, flows: distinct(flows), hull: null };
  });
  return { columns, influences: [] };
}
