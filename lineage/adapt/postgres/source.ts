import type { Alias, JoinedSource, Source } from '../../ir/ir.ts';
import { ELEMENT_FUNCTIONS } from '../functions.ts';
import { child, flag, items, present, tagged, text, type Node } from '../node.ts';
import { unjoined } from '../source.ts';
import type { AdaptPostgres } from './adaptPostgres.ts';
import { stringsOf } from './expression.ts';

const NO_ALIAS: Alias = { name: null, columns: [] };

/** What stands in FROM, USING or on a side of a join. */
export function sourceOf(adapt: AdaptPostgres, value: unknown): Source | null {
  const node = tagged(value);
  switch (node?.tag) {
    case 'RangeVar':
      return { kind: 'table', name: adapt.table(node.body), alias: aliasOf(node.body) };
    case 'RangeSubselect':
      return { kind: 'query', query: adapt.query(tagged(node.body['subquery'])?.body ?? {}), alias: aliasOf(node.body) };
    case 'RangeTableSample':
      return adapt.source(node.body['relation']);
    case 'JoinExpr':
      return { kind: 'joined', sources: joinOf(adapt, node.body), alias: aliasOf(node.body) };
    case 'RangeFunction':
      return functionOf(adapt, node.body);
    case 'RangeTableFunc':
    case 'JsonTable':
      return tableFunction(adapt, node.body);
    default:
      return null;
  }
}

/** Sources in their order; joins that nothing is said of as a whole are the same as their sides. */
export const joinedSources = (adapt: AdaptPostgres, from: readonly unknown[]): readonly JoinedSource[] =>
  from.flatMap((each) => sidesOf(adapt, each));

function sidesOf(adapt: AdaptPostgres, value: unknown): readonly JoinedSource[] {
  const node = tagged(value);
  if (node?.tag === 'JoinExpr' && child(node.body, 'alias') === null) return joinOf(adapt, node.body);
  const source = adapt.source(value);
  return source === null ? [] : [unjoined(source)];
}

function joinOf(adapt: AdaptPostgres, body: Node): readonly JoinedSource[] {
  const left = sidesOf(adapt, body['larg']);
  const right = adapt.source(body['rarg']);
  if (right === null) return left;
  const type = text(body, 'jointype');
  const joined: JoinedSource = {
    source: right,
    natural: flag(body, 'isNatural'),
    using: stringsOf(items(body, 'usingClause')),
    usingAlias: text(child(body, 'join_using_alias'), 'aliasname'),
    keeps: type === 'JOIN_FULL' ? 'both' : type === 'JOIN_RIGHT' ? 'right' : 'left',
    on: body['quals'] === undefined ? null : adapt.expr(body['quals']),
    hidden: false,
  };
  return [...left, joined];
}

export function aliasOf(body: Node): Alias {
  const alias = child(body, 'alias');
  const defined = items(body, 'coldeflist')
    .map((each) => text(tagged(each)?.body ?? null, 'colname'))
    .filter(present);
  if (alias === null) return defined.length === 0 ? NO_ALIAS : { name: null, columns: defined };
  return { name: text(alias, 'aliasname'), columns: defined.length > 0 ? defined : stringsOf(items(alias, 'colnames')) };
}

/** A function as a source, or several side by side; each with the types of its columns, which say nothing to us. */
function functionOf(adapt: AdaptPostgres, body: Node): Source {
  const calls = items(body, 'functions').map((each) => tagged(items(tagged(each)?.body ?? null, 'items')[0]));
  const only = calls.length === 1 ? calls[0] : undefined;
  const name =
    stringsOf(items(only?.body ?? null, 'funcname'))
      .at(-1)
      ?.toLowerCase() ?? 'rows';
  const inputs = adapt.exprs(calls.map((call) => call?.body['args']));
  const produces = ELEMENT_FUNCTIONS.has(name) ? 'element' : 'columns';
  const alias = aliasOf(body);
  return { kind: 'function', name, inputs, alias, produces, extra: [], ordinality: flag(body, 'ordinality') };
}

/** XMLTABLE and JSON_TABLE: columns out of one document. */
function tableFunction(adapt: AdaptPostgres, body: Node): Source {
  const alias = aliasOf(body);
  const names = items(body, 'columns')
    .map((each) => tagged(each)?.body ?? null)
    .map((column) => text(column, 'colname') ?? text(column, 'name'))
    .filter(present);
  return {
    kind: 'function',
    name: 'xmltable',
    inputs: adapt.exprs([body['docexpr'], body['rowexpr'], body['context_item']]),
    alias: { name: alias.name, columns: alias.columns.length > 0 ? alias.columns : names },
    produces: 'columns',
    extra: [],
    ordinality: false,
  };
}
