import type { Alias, Expr, JoinedSource, Source } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { adaptPivot, adaptUnpivot, matchOf } from './pivot.ts';
import { ELEMENT_FUNCTIONS, FILE_FUNCTIONS, FLATTEN_COLUMNS, HINTS, REMOTE_FUNCTIONS } from './functions.ts';
import { aliasOf, hasName, nameText, nameTexts, pathName } from './names.ts';
import { flag, isNode, items, present, tagged, text, type Node, type Tagged } from './node.ts';

const NO_ALIAS: Alias = { name: null, columns: [] };
const HIDING_JOINS = new Set(['Semi', 'Anti', 'LeftSemi', 'LeftAnti', 'RightSemi', 'RightAnti']);

/** What stands in FROM, JOIN or USING, as one of ours; null when there is nothing in it that can be read. */
export function adaptSource(adapt: Adapt, value: unknown): Source | null {
  const node = tagged(value);
  if (node === null) return null;
  return structural(adapt, node) ?? callSource(adapt, value, node);
}

function structural(adapt: Adapt, { tag, body }: Tagged): Source | null {
  switch (tag) {
    case 'table':
      return tableSource(adapt, body);
    case 'subquery':
      return subquerySource(adapt, body);
    case 'select':
    case 'union':
    case 'intersect':
    case 'except':
    case 'values':
      return querySource(adapt, { [tag]: body }, tag === 'values' ? aliasOf(body) : NO_ALIAS);
    case 'alias':
      return aliased(adapt, body);
    case 'paren':
    case 'annotated':
    case 'table_argument':
      return adapt.source(body['this']);
    case 'joined_table':
      return {
        kind: 'joined',
        sources: adapt.joined({ expressions: [body['left']] }, items(body, 'joins')),
        alias: aliasOf(body),
      };
    case 'pivot':
      return adaptPivot(adapt, body);
    case 'unpivot':
      return adaptUnpivot(adapt, body);
    case 'match_recognize':
      return matchOf(adapt, body);
    case 'stage_reference':
      return { kind: 'table', name: pathName(`${text(body, 'name') ?? ''}${text(body, 'path') ?? ''}`), alias: NO_ALIAS };
    case 'lateral_view':
      return lateralView(adapt, body);
    case 'semantic_view':
      return adapt.source(body['this']);
    case 'column':
      return { kind: 'table', name: adapt.table({ name: body['name'], schema: body['table'] }), alias: NO_ALIAS };
    default:
      return null;
  }
}

function tableSource(adapt: Adapt, body: Node): Source | null {
  if (body['identifier_func'] != null) return null;
  return hasName(body) ? { kind: 'table', name: adapt.table(body), alias: aliasOf(body) } : null;
}

function querySource(adapt: Adapt, value: unknown, alias: Alias): Source | null {
  const query = adapt.query(value);
  return query === null ? null : { kind: 'query', query, alias };
}

function subquerySource(adapt: Adapt, body: Node): Source | null {
  const inner = tagged(body['this']);
  const isQuery = inner !== null && ['select', 'union', 'intersect', 'except', 'values', 'subquery'].includes(inner.tag);
  if (isQuery) return querySource(adapt, body['this'], aliasOf(body));
  const source = adapt.source(body['this']);
  return source === null ? null : renamed(source, aliasOf(body));
}

function aliased(adapt: Adapt, body: Node): Source | null {
  const inner = adapt.source(body['this']);
  const alias = aliasOf(body);
  return inner === null ? null : renamed(inner, alias);
}

export function renamed(source: Source, alias: Alias): Source {
  if (alias.name === null && alias.columns.length === 0) return source;
  return {
    ...source,
    alias: { name: alias.name ?? source.alias.name, columns: alias.columns.length > 0 ? alias.columns : source.alias.columns },
  };
}

function lateralView(adapt: Adapt, body: Node): Source | null {
  const alias: Alias = { name: nameText(body['table_alias']), columns: nameTexts(items(body, 'column_aliases')) };
  const inner = adapt.source(body['this']);
  return inner === null ? null : renamed(inner, alias);
}

/** Everything else that makes rows: functions, arrays, UNNEST, FLATTEN. */
function callSource(adapt: Adapt, value: unknown, { tag, body }: Tagged): Source | null {
  if (tag === 'lateral') return lateralCall(adapt, body);
  if (tag === 'unnest') return unnested(adapt, body);
  if (tag === 'function') return functionSource(adapt, body);
  const inputs = adapt.exprs(tag === 'array' || tag === 'array_func' ? body : value);
  return elementSource(tag, inputs, ELEMENT_FUNCTIONS.has(tag) ? 'element' : 'columns');
}

function lateralCall(adapt: Adapt, body: Node): Source | null {
  const inner = adapt.source(body['this']);
  if (inner === null) return null;
  const source = renamed(inner, aliasOf(body));
  return source.kind === 'function' && body['ordinality'] != null ? { ...source, ordinality: true } : source;
}

function unnested(adapt: Adapt, body: Node): Source {
  const offset = nameText(body['offset_alias']);
  const alias = aliasOf(body);
  const inputs = adapt.exprs([body['this'], body['expressions']]);
  const ordinality = flag(body, 'with_ordinality');
  return {
    kind: 'function',
    name: 'unnest',
    inputs,
    alias,
    produces: 'element',
    extra: offset === null ? [] : [offset],
    ordinality,
  };
}

function functionSource(adapt: Adapt, body: Node): Source | null {
  const called = (text(body, 'name') ?? '').toLowerCase();
  const name = called.replace(ORDINALITY, '');
  const args = items(body, 'args');
  const only = tagged(args[0]);
  // TABLE(f(x)), LATERAL(f(x)) and THE(query) are only wrappers.
  if ((name === 'table' || name === 'lateral') && only !== null && args.length === 1) {
    // A collection in a column of a source to the left.
    if (only.tag === 'column' && only.body['table'] != null) return elementSource(name, adapt.exprs(args), 'columns');
    return adapt.source(args[0]);
  }
  const hinted =
    adapt.rules.optionalSemicolons && args.length > 0 && args.every((arg) => HINTS.has(nameText(arg)?.toUpperCase() ?? ''));
  if (hinted) return { kind: 'table', name: { parts: nameParts(text(body, 'name') ?? ''), path: false }, alias: NO_ALIAS };
  const files = FILE_FUNCTIONS.has(name) ? listedFiles(args[0]) : [];
  if (files.length > 0)
    return {
      kind: 'joined',
      sources: files.map((file) => unjoined({ kind: 'table', name: pathName(file), alias: NO_ALIAS })),
      alias: NO_ALIAS,
    };
  const path = FILE_FUNCTIONS.has(name) ? nameText(args[0]) : null;
  if (path !== null) return { kind: 'table', name: pathName(path), alias: NO_ALIAS };
  const remote = REMOTE_FUNCTIONS.has(name) ? remoteTable(args) : null;
  if (remote !== null) return { kind: 'table', name: remote, alias: NO_ALIAS };
  const tables = args.map((arg) => tableArgument(adapt, arg)).filter(present);
  if (tables.length > 0) return { kind: 'joined', sources: tables.map(unjoined), alias: NO_ALIAS };
  const inputs = adapt.exprs(args);
  if (name === 'flatten') return { ...elementSource(name, inputs, 'columns'), extra: FLATTEN_COLUMNS };
  return { ...elementSource(name, inputs, ELEMENT_FUNCTIONS.has(name) ? 'element' : 'columns'), ordinality: name !== called };
}

/** The parser keeps it as a part of the function's name. */
const ORDINALITY = / with ordinality$/;

const nameParts = (name: string): { text: string; quoted: boolean }[] =>
  name.split('.').map((part) => ({ text: part, quoted: false }));

/** read_parquet(['a', 'b']) */
const listedFiles = (arg: unknown): readonly string[] => {
  const list = tagged(arg);
  return list?.tag === 'array_func' || list?.tag === 'array' ? nameTexts(items(list.body, 'expressions')) : [];
};

/** ClickHouse: remote('host', db, table), cluster('name', db.table). */
function remoteTable(args: readonly unknown[]): { parts: readonly { text: string; quoted: boolean }[]; path: false } | null {
  const parts = args.slice(1, 3).flatMap((arg) => tableParts(arg));
  return parts.length === 0 ? null : { parts: nameParts(parts.join('.')), path: false };
}

function tableParts(arg: unknown): string[] {
  const column = tagged(arg);
  if (column?.tag === 'column') return nameTexts([column.body['table'], column.body['name']]);
  return nameText(arg)?.split('.') ?? [];
}

/** TABLE(t) as an argument of a polymorphic table function. */
function tableArgument(adapt: Adapt, arg: unknown): Source | null {
  const node = tagged(arg);
  if (node?.tag === 'named_argument') return tableArgument(adapt, node.body['value']);
  if (node?.tag === 'table_argument') return adapt.source(node.body['this']);
  const inner =
    node?.tag === 'function' && text(node.body, 'name')?.toLowerCase() === 'table' ? items(node.body, 'args')[0] : null;
  const relation = tagged(inner);
  return relation === null || relation.tag === 'function' ? null : adapt.source(inner);
}

const elementSource = (
  name: string,
  inputs: readonly Expr[],
  produces: 'element' | 'columns',
): Source & { kind: 'function' } => ({
  kind: 'function',
  name,
  inputs,
  alias: NO_ALIAS,
  produces,
  extra: [],
  ordinality: false,
});

export const unjoined = (source: Source): JoinedSource => ({
  source,
  natural: false,
  using: [],
  usingAlias: null,
  keeps: 'left',
  on: null,
  hidden: false,
});

/** FROM and its joins in their order, nested ones included. */
export function adaptJoined(adapt: Adapt, from: unknown, joins: readonly unknown[]): readonly JoinedSource[] {
  const first = isNode(from)
    ? items(from, 'expressions')
        .map((each) => adapt.source(each))
        .filter(present)
        .map(unjoined)
    : [];
  const rest = joins.filter(isNode).flatMap((join) => adaptJoin(adapt, join));
  return [...first, ...rest];
}

function adaptJoin(adapt: Adapt, join: Node): readonly JoinedSource[] {
  const kind = text(join, 'kind') ?? '';
  const arrayJoin = kind === 'Array' || kind === 'LeftArray';
  const arrays = arrayJoin ? tagged(join['this']) : null;
  if (arrays?.tag === 'tuple') return items(arrays.body, 'expressions').map((each) => unjoined(arraySource(adapt, each)));
  const source = arrayJoin ? arraySource(adapt, join['this']) : withPivots(adapt, adapt.source(join['this']), join);
  if (source === null) return [];
  const conditions = adapt.exprs([join['on'], join['match_condition']]);
  const on: Expr | null =
    conditions.length === 0
      ? null
      : { kind: 'apply', step: 'transformation', function: null, inputs: conditions, conditions: [], window: null };
  const using = nameTexts(items(join, 'using'));
  const natural = kind.startsWith('Natural');
  return [{ source, natural, using, usingAlias: null, keeps: keptSide(kind), on, hidden: HIDING_JOINS.has(kind) }];
}

function keptSide(kind: string): JoinedSource['keeps'] {
  if (kind.endsWith('Full') || kind === 'Outer') return 'both';
  return kind.endsWith('Right') ? 'right' : 'left';
}

/** ClickHouse: ARRAY JOIN arr AS x gives each element under the name x, or under its own. */
function arraySource(adapt: Adapt, value: unknown): Source {
  const node = tagged(value);
  const name = node?.tag === 'alias' ? nameText(node.body['alias']) : nameText(node?.body['name']);
  const inputs = adapt.exprs(node?.tag === 'alias' ? node.body['this'] : value);
  return {
    kind: 'function',
    name: 'arrayjoin',
    inputs,
    alias: { name: null, columns: name === null ? [] : [name] },
    produces: 'element',
    extra: [],
    ordinality: false,
  };
}

function withPivots(adapt: Adapt, source: Source | null, join: Node): Source | null {
  return items(join, 'pivots').reduce<Source | null>((input, pivot) => {
    const node = tagged(pivot);
    if (input === null || node === null) return input;
    const made = node.tag === 'unpivot' ? adaptUnpivot(adapt, node.body) : adaptPivot(adapt, node.body);
    return made !== null && 'input' in made ? { ...made, input } : input;
  }, source);
}
