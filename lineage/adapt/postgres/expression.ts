import type { Expr, WindowUse } from '../../ir/ir.ts';
import { applied, CONSTANT } from '../expression.ts';
import { AGGREGATE_NAMES, AGGREGATE_TAGS } from '../functions.ts';
import { child, isNode, items, present, tagged, text, type Node, type Tagged } from '../node.ts';
import type { AdaptPostgres } from './adaptPostgres.ts';

/** Tags that hold no reference to a column. */
const SILENT = new Set(['A_Const', 'ParamRef', 'SQLValueFunction', 'SetToDefault', 'CurrentOfExpr', 'String', 'TypeName']);
/** Fields that describe an expression and are not part of it. */
const NOT_INPUT = new Set(['typeName', 'name', 'funcname', 'collname', 'output', 'location']);

/** An expression of PostgreSQL's tree as one of ours. */
export function expressionOf(adapt: AdaptPostgres, value: unknown): Expr {
  const node = tagged(value);
  if (node === null) return applied('transformation', null, expressionsIn(adapt, value));
  if (SILENT.has(node.tag)) return CONSTANT;
  return special(adapt, node) ?? generic(adapt, node);
}

/** All expressions inside of lists and plain structures. */
export function expressionsIn(adapt: AdaptPostgres, value: unknown): readonly Expr[] {
  if (Array.isArray(value)) return value.flatMap((each) => expressionsIn(adapt, each));
  if (!isNode(value)) return [];
  if (tagged(value) === null) return inFields(adapt, value);
  const expr = adapt.expr(value);
  return expr.kind === 'constant' ? [] : [expr];
}

function inFields(adapt: AdaptPostgres, node: Node): readonly Expr[] {
  const found: Expr[] = [];
  for (const key in node) {
    if (!NOT_INPUT.has(key) && typeof node[key] === 'object') found.push(...expressionsIn(adapt, node[key]));
  }
  return found;
}

function special(adapt: AdaptPostgres, { tag, body }: Tagged): Expr | null {
  switch (tag) {
    case 'ColumnRef':
      return columnOf(adapt, body);
    case 'A_Indirection':
      return indirection(adapt, body);
    case 'SubLink':
      return subLink(adapt, body);
    case 'FuncCall':
      return functionCall(adapt, body);
    case 'CaseExpr':
      return caseOf(adapt, body);
    case 'CollateClause':
      return applied('identity', null, adapt.exprs(body['arg']));
    case 'SelectStmt':
      return { kind: 'query', query: adapt.query(body) };
    default:
      return null;
  }
}

function generic(adapt: AdaptPostgres, { tag, body }: Tagged): Expr {
  const inputs = inFields(adapt, body);
  return inputs.length === 0 ? CONSTANT : applied('transformation', tag.toLowerCase(), inputs);
}

export const stringsOf = (values: readonly unknown[]): string[] =>
  values.map((each) => text(tagged(each)?.body ?? null, 'sval')).filter(present);

function columnOf(adapt: AdaptPostgres, body: Node): Expr {
  const fields = items(body, 'fields');
  const path = adapt.names.at(body['location'], stringsOf(fields));
  if (tagged(fields.at(-1))?.tag === 'A_Star') return { kind: 'everyColumn', qualifier: path, counted: false };
  return path.length === 0 ? CONSTANT : { kind: 'column', path, span: adapt.names.hullOf(body) };
}

/** `(row).field`, `(row).*`, `list[at]`. */
function indirection(adapt: AdaptPostgres, body: Node): Expr {
  const arg = adapt.expr(body['arg']);
  const steps = items(body, 'indirection');
  const fields = stringsOf(steps).map((name) => ({ text: name, quoted: true }));
  if (arg.kind === 'column' && fields.length === steps.length) return { ...arg, path: [...arg.path, ...fields], composite: true };
  if (arg.kind === 'column' && tagged(steps[0])?.tag === 'A_Star')
    return { kind: 'everyColumn', qualifier: arg.path, counted: false };
  return applied('transformation', null, [...(arg.kind === 'constant' ? [] : [arg]), ...adapt.exprs(steps)]);
}

function subLink(adapt: AdaptPostgres, body: Node): Expr {
  const query = adapt.query(tagged(body['subselect'])?.body ?? {});
  const type = text(body, 'subLinkType');
  if (type === 'EXISTS_SUBLINK') return { kind: 'exists', query };
  const tested = adapt.exprs(body['testexpr']);
  const whole: Expr = { kind: 'query', query };
  return tested.length === 0 ? whole : applied('transformation', null, [...tested, whole]);
}

function functionCall(adapt: AdaptPostgres, body: Node): Expr {
  const name = stringsOf(items(body, 'funcname')).at(-1)?.toLowerCase() ?? '';
  const inputs: readonly Expr[] =
    body['agg_star'] === true && name === 'count'
      ? [{ kind: 'everyColumn', qualifier: [], counted: true }]
      : adapt.exprs([body['args'], body['agg_order']]);
  const aggregates = AGGREGATE_NAMES.has(name) || AGGREGATE_TAGS.has(name);
  const conditions = adapt.exprs(body['agg_filter']);
  const over = child(body, 'over');
  const call = applied(aggregates ? 'aggregation' : 'transformation', name, inputs, conditions);
  if (over !== null) return { ...call, window: windowOf(adapt, over, 'name') };
  return inputs.length === 0 && conditions.length === 0 ? CONSTANT : call;
}

/** What a window is built on: OVER w names it, OVER (w ...) and a definition refer to it. */
export function windowOf(adapt: AdaptPostgres, over: Node, key: 'name' | 'refname'): WindowUse {
  const name = text(over, key) ?? text(over, 'refname');
  return { name, keys: adapt.exprs([over['partitionClause'], over['orderClause']]) };
}

function caseOf(adapt: AdaptPostgres, body: Node): Expr {
  const whens = items(body, 'args').map((each) => tagged(each)?.body ?? {});
  const results = adapt.exprs([...whens.map((when) => when['result']), body['defresult']]);
  return applied('transformation', 'case', results, adapt.exprs([body['arg'], ...whens.map((when) => when['expr'])]));
}
