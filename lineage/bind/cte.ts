import type { Cte, Expr, Query, SetOperation, With } from '../ir/ir.ts';
import type { Binder, BoundColumn, CteFrame, Relation, Scope } from './bind.ts';
import { innerScope } from './scope.ts';

/** More rounds than columns that can be handed around in one step would change nothing. */
const ROUNDS_MAX = 6;

/** The scope in which the names of WITH are known. Each is bound once, whether it is used or not. */
export function scopeWithCtes(
  binder: Binder,
  clause: With | null,
  outer: Scope,
  modifying: (cte: Cte, scope: Scope) => Relation,
): Scope {
  if (clause === null) return outer;
  let ctes: CteFrame | null = outer.ctes;
  for (const cte of clause.ctes) {
    const scope = innerScope(outer, { ctes });
    const recursive = clause.recursive || binder.rules.implicitRecursion;
    const { query } = cte;
    const bound =
      query === null
        ? { result: modifying(cte, scope), reads: [] }
        : binder.notes.readsOf(() => boundCte(binder, cte, query, scope, recursive));
    for (const table of bound.reads) binder.notes.behindCtes.set(table.key, table);
    ctes = { parent: ctes, name: cte.name.toLowerCase(), relation: bound.result, scalar: scalarOf(cte), reads: bound.reads };
  }
  return innerScope(outer, { ctes });
}

function scalarOf({ scalar, query }: Cte): Expr | null {
  if (!scalar || query === null) return null;
  const item = query.kind === 'select' && query.sources.length === 0 ? query.items[0] : undefined;
  return item?.kind === 'expr' ? item.expr : { kind: 'query', query };
}

function boundCte(binder: Binder, cte: Cte, query: Query, scope: Scope, recursive: boolean): Relation {
  const bind = (known: Relation | null): Relation => {
    const inner =
      known === null
        ? scope
        : innerScope(scope, {
            ctes: { parent: scope.ctes, name: cte.name.toLowerCase(), relation: known, scalar: null, reads: [] },
          });
    return renamed(binder.query(query, inner), cte.columns);
  };
  if (!recursive || query.kind !== 'set') return bind(null);
  return fixpoint(binder, bind, anchorOf(binder, query, cte, scope));
}

const anchorOf = (binder: Binder, query: SetOperation, cte: Cte, scope: Scope): Relation =>
  renamed(
    binder.notes.quietly(() => binder.query(query.left, binder.withCtes(query.with, scope))),
    cte.columns,
  );

/** What flows around a recursive query grows until it does not. */
function fixpoint(binder: Binder, bind: (known: Relation) => Relation, anchor: Relation): Relation {
  let known = anchor;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = binder.notes.quietly(() => bind(known));
    if (sizeOf(next) === sizeOf(known)) break;
    known = next;
  }
  return bind(known);
}

const sizeOf = (relation: Relation): number =>
  relation.columns.reduce((sum, column) => sum + (column.kind === 'rest' ? 1 : column.flows.length), relation.columns.length);

/** Names given from outside replace those from inside, by position. */
export function renamed(relation: Relation, names: readonly string[]): Relation {
  return names.length === 0 ? relation : { ...relation, columns: renamedColumns(relation.columns, names) };
}

export function renamedColumns(columns: readonly BoundColumn[], names: readonly string[]): readonly BoundColumn[] {
  if (names.length === 0) return columns;
  const renamedOnes = columns.map((column, at): BoundColumn => {
    const name = names[at];
    return name === undefined || column.kind !== 'named' ? column : { ...column, name };
  });
  const only = columns[0];
  // t(a, b) over a source whose columns are not known: now they are, each may come from anywhere in it.
  if (columns.length === 1 && only?.kind === 'open') {
    return names.map((name) => ({ kind: 'named', name, flows: only.flows, hull: null }));
  }
  return renamedOnes;
}
