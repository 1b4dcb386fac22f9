import type { Expr, Name, Span, Step, WindowUse } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { AGGREGATE_NAMES, AGGREGATE_TAGS, CONDITIONAL_NAMES, IDENTITY_TAGS } from './functions.ts';
import { nameOf, nameText, nameTexts, pathTexts, spanOf } from './names.ts';
import { child, isNode, items, present, tagged, text, type Node, type Tagged } from './node.ts';

export const CONSTANT: Expr = { kind: 'constant' };

/** Tags that hold no reference to a column. */
const SILENT = new Set([
  'literal',
  'boolean',
  'null',
  'identifier',
  'var',
  'data_type',
  'interval_unit',
  'placeholder',
  'table',
  'raw',
]);
/** Fields that describe an expression and are not part of it. */
const NOT_INPUT = new Set(['span', 'to', 'data_type', 'inferred_type', 'name', 'original_name', 'frame', 'over']);

/** An expression of the parser as one of ours. */
export function adaptExpression(adapt: Adapt, value: unknown): Expr {
  const node = tagged(value);
  if (node === null) return applied('transformation', null, collect(adapt, value));
  if (SILENT.has(node.tag)) return CONSTANT;
  return special(adapt, node) ?? generic(adapt, node);
}

/** All expressions inside of lists and plain structures. */
export function collect(adapt: Adapt, value: unknown): readonly Expr[] {
  if (Array.isArray(value)) return value.flatMap((each) => collect(adapt, each));
  if (!isNode(value)) return [];
  if (tagged(value) !== null) {
    const expr = adapt.expr(value);
    return expr.kind === 'constant' ? [] : [expr];
  }
  return inFields(adapt, value);
}

function inFields(adapt: Adapt, node: Node): readonly Expr[] {
  const found: Expr[] = [];
  for (const key in node) {
    if (!NOT_INPUT.has(key) && typeof node[key] === 'object') found.push(...collect(adapt, node[key]));
  }
  return found;
}

function special(adapt: Adapt, { tag, body }: Tagged): Expr | null {
  switch (tag) {
    case 'column':
      return columnOf(body);
    case 'dot':
      return dotted(adapt, body);
    case 'parameter':
      return typeof body['index'] === 'number' && body['style'] === 'Dollar'
        ? { kind: 'ordinal', index: body['index'] }
        : CONSTANT;
    case 'star':
      return { kind: 'everyColumn', qualifier: qualifierOf(body['table']), counted: false };
    case 'select':
    case 'union':
    case 'intersect':
    case 'subquery':
    case 'values':
      return subquery(adapt, { [tag]: body });
    case 'except':
      return 'left' in body ? subquery(adapt, { [tag]: body }) : null;
    case 'exists':
      return existence(adapt, body);
    case 'count':
      return body['star'] === true ? countOfRows(adapt, body) : null;
    case 'case':
      return caseOf(adapt, body);
    case 'if_func':
      return applied(
        'transformation',
        'if',
        adapt.exprs([body['true_value'], body['false_value']]),
        adapt.exprs(body['condition']),
      );
    case 'lambda':
      return { kind: 'lambda', parameters: nameTexts(items(body, 'parameters')), body: adapt.expr(body['body']) };
    case 'window_function':
      return windowed(adapt, body);
    case 'function':
      return functionCall(adapt, body);
    default:
      return ofOneDialect(adapt, { tag, body });
  }
}

/** DuckDB: `{a: b}` and `[a FOR a IN b IF c]`; Oracle: CONNECT_BY_ROOT. */
function ofOneDialect(adapt: Adapt, { tag, body }: Tagged): Expr | null {
  switch (tag) {
    case 'map_func':
      return body['curly_brace_syntax'] === true ? applied('transformation', 'struct', adapt.exprs(body['values'])) : null;
    case 'comprehension':
      return {
        kind: 'lambda',
        parameters: nameTexts([body['expression']]),
        body: applied('transformation', null, adapt.exprs([body['this'], body['iterator'], body['condition']])),
      };
    case 'connect_by_root':
      return rootOf(adapt, body['this']);
    default:
      return null;
  }
}

function generic(adapt: Adapt, { tag, body }: Tagged): Expr {
  const conditions = adapt.exprs(body['filter']);
  const inputs = inFields(adapt, conditions.length > 0 ? { ...body, filter: null } : body);
  const called = text(body, 'name') ?? tag;
  if (inputs.length === 0 && conditions.length === 0) return CONSTANT;
  return applied(stepOf(tag), called.toLowerCase(), inputs, conditions);
}

function stepOf(tag: string): Step {
  if (IDENTITY_TAGS.has(tag)) return 'identity';
  return AGGREGATE_TAGS.has(tag) ? 'aggregation' : 'transformation';
}

function columnOf(body: Node): Expr {
  const path = [nameOf(body['table']), nameOf(body['name'])].filter(present);
  const last = path.at(-1);
  if (last === undefined) return CONSTANT;
  if (last.text === '*' && !last.quoted) return { kind: 'everyColumn', qualifier: path.slice(0, -1), counted: false };
  const position = /^\$(\d+)$/.exec(last.text)?.[1];
  if (position !== undefined) return { kind: 'ordinal', index: Number(position) };
  return { kind: 'column', path, span: spanOf(body) };
}

/** `a.b.c` is a path of names for as long as nothing but names is in it. */
function dotted(adapt: Adapt, body: Node): Expr {
  const inner = adapt.expr(body['this']);
  const field = nameOf(body['field']);
  if (field === null) return inner;
  const plain = tagged(body['this']);
  const isPath = inner.kind === 'column' && (plain?.tag === 'column' || plain?.tag === 'dot');
  if (isPath && field.text === '*') return { kind: 'everyColumn', qualifier: inner.path, counted: false };
  if (isPath) return { kind: 'column', path: [...inner.path, field], span: widened(inner.span, body) };
  // `(a).b` is a field of the row or of the value `a`, in every dialect.
  const row = plain?.tag === 'paren' ? adapt.expr(plain.body['this']) : inner;
  if (row.kind === 'column')
    return { kind: 'column', path: [...row.path, field], span: widened(row.span, body), composite: true };
  return applied('transformation', null, [inner]);
}

function widened(span: Span | null, body: Node): Span | null {
  const end = spanOf(child(body, 'field'))?.end;
  return span === null || end === undefined ? span : { start: span.start, end };
}

export function qualifierOf(value: unknown): readonly Name[] {
  const name = nameOf(value);
  if (name === null) return [];
  return name.quoted ? [name] : name.text.split('.').map((part) => ({ text: part, quoted: false }));
}

function subquery(adapt: Adapt, value: Node): Expr {
  const query = adapt.query(value);
  return query === null ? CONSTANT : { kind: 'query', query };
}

function existence(adapt: Adapt, body: Node): Expr {
  const query = adapt.query(body['this']);
  return query === null ? CONSTANT : { kind: 'exists', query };
}

function countOfRows(adapt: Adapt, body: Node): Expr {
  const every: Expr = { kind: 'everyColumn', qualifier: [], counted: true };
  return applied('aggregation', 'count', [every], adapt.exprs(body['filter']));
}

function caseOf(adapt: Adapt, body: Node): Expr {
  const whens = items(body, 'whens').filter((pair): pair is readonly unknown[] => Array.isArray(pair));
  const results = adapt.exprs([...whens.map((pair) => pair[1]), body['else_']]);
  return applied('transformation', 'case', results, adapt.exprs([body['operand'], ...whens.map((pair) => pair[0])]));
}

/** Oracle: the parser keeps a bare name as a word. */
function rootOf(adapt: Adapt, value: unknown): Expr {
  const word = tagged(value);
  const name = word?.tag === 'var' ? nameText(word.body['this']) : null;
  return name === null ? adapt.expr(value) : { kind: 'column', path: [{ text: name, quoted: false }], span: null };
}

function windowed(adapt: Adapt, body: Node): Expr {
  const call = adapt.expr(body['this']);
  const window = windowOf(adapt, child(body, 'over') ?? {});
  // Oracle: KEEP (DENSE_RANK FIRST ORDER BY x) decides which values count.
  const kept = adapt.exprs(child(body, 'keep')?.['order_by']);
  if (call.kind === 'apply' && call.window === null) return { ...call, window, conditions: [...call.conditions, ...kept] };
  return { ...applied('transformation', null, call.kind === 'constant' ? [] : [call]), window };
}

export function windowOf(adapt: Adapt, over: Node): WindowUse {
  return { name: nameText(over['window_name']), keys: adapt.exprs([over['partition_by'], over['order_by']]) };
}

function functionCall(adapt: Adapt, body: Node): Expr {
  const name = (text(body, 'name') ?? '').toLowerCase();
  const args = items(body, 'args');
  // MySQL: in ON DUPLICATE KEY UPDATE, the value that was to be inserted.
  const [only] = name === 'values' && args.length === 1 ? adapt.exprs(args) : [];
  if (only?.kind === 'column') return { ...only, path: [{ text: 'excluded', quoted: false }, ...only.path.slice(-1)] };
  if (name.startsWith('dictget') || name === 'joinget')
    return lookupOf(adapt, args) ?? applied('transformation', name, adapt.exprs(args));
  if (name === 'count' && args.some((arg) => tagged(arg)?.tag === 'star')) return countOfRows(adapt, body);
  if (CONDITIONAL_NAMES.has(name)) return applied('transformation', name, adapt.exprs(args.slice(1)), adapt.exprs(args[0]));
  const inputs = collect(adapt, { args, order_by: body['order_by'] });
  return applied(AGGREGATE_NAMES.has(name) ? 'aggregation' : 'transformation', name, inputs, adapt.exprs(body['filter']));
}

/** `dictGet('db.dict', 'column', key)` reads another table by its name in a string. */
function lookupOf(adapt: Adapt, args: readonly unknown[]): Expr | null {
  const written = pathTexts(args[0]);
  const column = nameText(args[1]);
  if (written.length === 0) return null;
  const parts = written.flatMap((name) => name.split('.')).map((part) => ({ text: part, quoted: false }));
  return {
    kind: 'lookup',
    table: { parts, path: false },
    columns: column === null ? [] : [column],
    keys: adapt.exprs(args.slice(2)),
  };
}

export function applied(
  step: Step,
  name: string | null,
  inputs: readonly Expr[],
  conditions: readonly Expr[] = [],
): Expr & { kind: 'apply' } {
  return { kind: 'apply', step, function: name, inputs, conditions, window: null };
}
