import type { Cte, Expr, Influences, Item, Query, Select, StarItem, WindowUse, With } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { qualifierOf, windowOf } from './expression.ts';
import { hoisted, restored } from './hoist.ts';
import { hullOf } from './hull.ts';
import { nameText, nameTexts } from './names.ts';
import { child, flag, isNode, items, present, tagged, text, type Node } from './node.ts';

const SET_OPERATORS = ['union', 'intersect', 'except'] as const;

/** A query of the parser as one of ours; null when it is none. */
export function adaptQuery(adapt: Adapt, value: unknown): Query | null {
  const node = tagged(value);
  if (node === null) return null;
  const { tag, body } = node;
  if (tag === 'select') {
    const swallowed = hoisted(body);
    return swallowed === null ? adaptSelect(adapt, body) : adapt.query(restored(swallowed));
  }
  if (tag === 'subquery' || tag === 'paren') return parenthesised(adapt, body);
  if (tag === 'values') return rowsOf(adapt, body);
  if (tag === 'table') return wholeOf(adapt, value);
  if (tag === 'pivot' || tag === 'unpivot') return wholeOf(adapt, value);
  const operator = SET_OPERATORS.find((each) => each === tag);
  if (operator === undefined || !('left' in body)) return null;
  const left = adapt.query(body['left']);
  const right = adapt.query(body['right']);
  if (left === null || right === null) return left ?? right;
  const byName = flag(body, 'by_name') || flag(body, 'corresponding');
  return {
    kind: 'set',
    with: adapt.with(child(body, 'with')),
    left,
    right,
    byName,
    operator,
    sort: adapt.exprs(body['order_by']),
  };
}

function parenthesised(adapt: Adapt, body: Node): Query | null {
  const inner = adapt.query(body['this']);
  if (inner === null || inner.with !== null) return inner;
  const own = adapt.with(child(body, 'with'));
  return own === null ? inner : { ...inner, with: own };
}

function rowsOf(adapt: Adapt, body: Node): Query {
  const rows = items(body, 'expressions').filter(isNode);
  return { kind: 'rows', with: null, rows: rows.map((row) => items(row, 'expressions').map((cell) => adapt.expr(cell))) };
}

function wholeOf(adapt: Adapt, value: unknown): Query | null {
  const source = adapt.source(value);
  return source === null ? null : { kind: 'whole', with: null, source };
}

function adaptSelect(adapt: Adapt, body: Node): Select {
  const views = items(body, 'lateral_views').map((view) => ({ lateral_view: view }));
  const joins = [...items(body, 'joins'), ...views.map((view) => ({ this: view }))];
  const into = child(body, 'into');
  const target = into === null ? null : child(into, 'this');
  const table = target === null ? null : child(target, 'table');
  return {
    kind: 'select',
    with: adapt.with(child(body, 'with')),
    items: items(body, 'expressions').map((item) => adaptItem(adapt, item)),
    sources: adapt.joined(body['from'], joins),
    influences: influencesOf(adapt, body),
    windows: windowsOf(adapt, body),
    into:
      into === null || table === null || adapt.rules.selectInto === 'variable'
        ? null
        : { table: adapt.table(table), temporary: flag(into, 'temporary') },
  };
}

function influencesOf(adapt: Adapt, body: Node): Influences {
  return {
    filter: adapt.exprs([body['where_clause'], body['prewhere'], body['having'], body['qualify'], body['connect']]),
    group: adapt.exprs([body['group_by'], body['distinct_on']]),
    sort: adapt.exprs([body['order_by'], body['sort_by'], body['cluster_by'], body['distribute_by']]),
  };
}

function windowsOf(adapt: Adapt, body: Node): ReadonlyMap<string, WindowUse> {
  const windows = new Map<string, WindowUse>();
  for (const each of items(body, 'windows').filter(isNode)) {
    const name = nameText(each['name']);
    if (name !== null) windows.set(name.toLowerCase(), windowOf(adapt, child(each, 'spec') ?? {}));
  }
  return windows;
}

export function adaptItem(adapt: Adapt, value: unknown): Item {
  const node = tagged(value);
  // ClickHouse: COLUMNS('...') APPLY (f) is as many columns as without it.
  if (node?.tag === 'annotated' || node?.tag === 'apply') return adaptItem(adapt, node.body['this']);
  const star = node === null ? null : starOf(adapt, node.tag, node.body);
  if (star !== null) return star;
  const expr = adapt.expr(value);
  if (expr.kind === 'everyColumn') return plainStar(expr);
  if (node?.tag === 'alias') {
    return { kind: 'expr', expr, name: nameText(node.body['alias']), aliased: true, hull: hullOf(node.body['this']) };
  }
  const assigned = adapt.rules.optionalSemicolons && node?.tag === 'eq' ? assignment(adapt, node.body) : null;
  return assigned ?? { kind: 'expr', expr, name: impliedName(expr, value), aliased: false, hull: hullOf(value) };
}

/** T-SQL: SELECT a = b.x. */
function assignment(adapt: Adapt, body: Node): Item | null {
  const left = tagged(body['left']);
  if (left?.tag !== 'column' || left.body['table'] != null) return null;
  return { kind: 'expr', expr: adapt.expr(body['right']), name: nameText(left.body), aliased: true, hull: hullOf(body['right']) };
}

const plainStar = (expr: Expr & { kind: 'everyColumn' }): StarItem => ({
  kind: 'star',
  qualifier: expr.qualifier,
  except: [],
  replace: [],
  rename: [],
  matching: null,
});

function starOf(adapt: Adapt, tag: string, body: Node): StarItem | null {
  if (tag === 'star') {
    const replace = items(body, 'replace').filter(isNode);
    return {
      kind: 'star',
      qualifier: qualifierOf(body['table']),
      except: nameTexts([...items(body, 'except'), ...items(body, 'exclude')]),
      replace: replace.map((each) => ({ name: nameText(each['alias']) ?? '', expr: adapt.expr(each['this']) })),
      rename: items(body, 'rename').map(renamed).filter(present),
      matching: null,
    };
  }
  if (tag !== 'function' || text(body, 'name')?.toLowerCase() !== 'columns') return null;
  return {
    kind: 'star',
    qualifier: [],
    except: [],
    replace: [],
    rename: [],
    matching: patternOf(nameText(items(body, 'args')[0])),
  };
}

function renamed(pair: unknown): { from: string; to: string } | null {
  if (!Array.isArray(pair)) return null;
  const [from, to] = nameTexts(pair);
  return from === undefined || to === undefined ? null : { from, to };
}

function patternOf(pattern: string | null): RegExp | null {
  try {
    return pattern === null || pattern === '*' ? null : new RegExp(pattern, 'i');
  } catch {
    return null;
  }
}

/** A column keeps its name, and so does a cast of it in most engines. */
function impliedName(expr: Expr, value: unknown): string | null {
  const node = tagged(value);
  if (expr.kind === 'column' && (node?.tag === 'column' || node?.tag === 'dot')) return expr.path.at(-1)?.text ?? null;
  if (expr.kind === 'ordinal') return `$${expr.index}`;
  return node?.tag === 'dot' ? nameText(node.body['field']) : null;
}

export function adaptWith(adapt: Adapt, node: Node | null): With | null {
  if (node === null) return null;
  const ctes = items(node, 'ctes').filter(isNode);
  return { recursive: flag(node, 'recursive'), ctes: ctes.map((cte) => adaptCte(adapt, cte)) };
}

function adaptCte(adapt: Adapt, cte: Node): Cte {
  const name = nameText(cte['alias']) ?? '';
  const columns = nameTexts(items(cte, 'columns'));
  const scalar = !flag(cte, 'alias_first');
  const query = adapt.query(cte['this']);
  if (query !== null) return { name, columns, scalar, query, statement: null };
  const statement = adapt.statement(cte['this']);
  const modifies =
    statement.kind === 'insert' || statement.kind === 'update' || statement.kind === 'delete' || statement.kind === 'merge';
  if (!modifies) return { name, columns, scalar: true, query: scalarCte(adapt, cte), statement: null };
  return { name, columns, scalar: false, query: null, statement };
}

/** ClickHouse: WITH expression AS name. */
function scalarCte(adapt: Adapt, cte: Node): Query {
  const item: Item = { kind: 'expr', expr: adapt.expr(cte['this']), name: nameText(cte['alias']), aliased: true, hull: null };
  const influences: Influences = { filter: [], group: [], sort: [] };
  return { kind: 'select', with: null, items: [item], sources: [], influences, windows: new Map(), into: null };
}
