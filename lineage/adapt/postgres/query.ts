import type { Cte, Item, Query, SetOperation, WindowUse, With } from '../../ir/ir.ts';
import { child, flag, items, present, tagged, text, type Node } from '../node.ts';
import type { AdaptPostgres } from './adaptPostgres.ts';
import { stringsOf, windowOf } from './expression.ts';
import { joinedSources } from './source.ts';

const OPERATORS: Readonly<Record<string, SetOperation['operator']>> = {
  SETOP_UNION: 'union',
  SETOP_INTERSECT: 'intersect',
  SETOP_EXCEPT: 'except',
};

/** A SelectStmt, which is also a set operation and a list of values. */
export function queryOf(adapt: AdaptPostgres, body: Node): Query {
  const clause = adapt.with(child(body, 'withClause'));
  const operator = OPERATORS[text(body, 'op') ?? ''];
  if (operator !== undefined) {
    const [left, right] = [adapt.query(child(body, 'larg') ?? {}), adapt.query(child(body, 'rarg') ?? {})];
    return { kind: 'set', with: clause, left, right, byName: false, operator, sort: adapt.exprs(body['sortClause']) };
  }
  const rows = items(body, 'valuesLists');
  if (rows.length > 0) {
    const cells = rows.map((row) => items(tagged(row)?.body ?? null, 'items').map((cell) => adapt.expr(cell)));
    return { kind: 'rows', with: clause, rows: cells };
  }
  const into = child(body, 'intoClause');
  const target = into === null ? null : child(into, 'rel');
  return {
    kind: 'select',
    with: clause,
    items: items(body, 'targetList').map((each) => adapt.item(tagged(each)?.body ?? {})),
    sources: joinedSources(adapt, items(body, 'fromClause')),
    influences: {
      filter: adapt.exprs([body['whereClause'], body['havingClause']]),
      group: adapt.exprs([body['groupClause'], body['distinctClause']]),
      sort: adapt.exprs(body['sortClause']),
    },
    windows: windowsOf(adapt, body),
    into: target === null ? null : { table: adapt.table(target), temporary: isTemporary(target) },
  };
}

export const isTemporary = (relation: Node): boolean => text(relation, 'relpersistence') === 't';

function windowsOf(adapt: AdaptPostgres, body: Node): ReadonlyMap<string, WindowUse> {
  const windows = new Map<string, WindowUse>();
  for (const each of items(body, 'windowClause').map(tagged).filter(present)) {
    const name = text(each.body, 'name');
    if (name !== null) windows.set(name.toLowerCase(), windowOf(adapt, each.body, 'refname'));
  }
  return windows;
}

/** What a select list, a RETURNING or a VALUES has in one place. */
export function itemOf(adapt: AdaptPostgres, target: Node): Item {
  const value = target['val'];
  const expr = adapt.expr(value);
  if (expr.kind === 'everyColumn' && !expr.counted)
    return { kind: 'star', qualifier: expr.qualifier, except: [], replace: [], rename: [], matching: null };
  const alias = text(target, 'name');
  const hull = adapt.names.hullOf(value);
  if (alias !== null) return { kind: 'expr', expr, name: alias, aliased: true, hull };
  const own = expr.kind === 'column' ? (expr.path.at(-1)?.text ?? null) : fieldOf(value);
  return { kind: 'expr', expr, name: own, aliased: false, hull };
}

/** `(row).field` is called by the field. */
function fieldOf(value: unknown): string | null {
  const node = tagged(value);
  return node?.tag === 'A_Indirection' ? (stringsOf(items(node.body, 'indirection')).at(-1) ?? null) : null;
}

export function withOf(adapt: AdaptPostgres, clause: Node | null): With | null {
  if (clause === null) return null;
  const ctes = items(clause, 'ctes').map((each) => cteOf(adapt, tagged(each)?.body ?? {}));
  return { recursive: flag(clause, 'recursive'), ctes };
}

function cteOf(adapt: AdaptPostgres, cte: Node): Cte {
  const name = text(cte, 'ctename') ?? '';
  const columns = stringsOf(items(cte, 'aliascolnames'));
  const inner = tagged(cte['ctequery']);
  if (inner?.tag === 'SelectStmt') return { name, columns, scalar: false, query: adapt.query(inner.body), statement: null };
  return { name, columns, scalar: false, query: null, statement: adapt.statement(cte['ctequery']) };
}
