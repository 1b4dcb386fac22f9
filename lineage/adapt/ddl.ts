import type { Statement, TableName } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { hasName, nameOf, nameText, nameTexts, pathName } from './names.ts';
import { child, flag, isNode, items, present, tagged, text, type Node } from './node.ts';

export function adaptCreateTable(adapt: Adapt, body: Node): Statement {
  return {
    kind: 'createTable',
    with: adapt.with(child(body, 'with_cte')),
    table: adapt.table(child(body, 'name') ?? {}),
    temporary: flag(body, 'temporary') || /temp|volatile/i.test(text(body, 'table_modifier') ?? ''),
    columns: columnNames(items(body, 'columns')),
    query: adapt.query(body['as_select']),
    copies: copiesOf(adapt, body),
    location: locationOf(body),
  };
}

const columnNames = (columns: readonly unknown[]): string[] =>
  columns.map((column) => (isNode(column) ? nameText(column['name']) : nameText(column))).filter(present);

/** CLONE and COPY take the rows; LIKE takes the columns only. */
function copiesOf(adapt: Adapt, body: Node): readonly { table: TableName; data: boolean }[] {
  const clone = child(body, 'clone_source');
  const likes = items(body, 'constraints')
    .map((each) => (isNode(each) ? child(each, 'Like') : null))
    .filter(present);
  const tables = likes
    .map((like) => child(like, 'source'))
    .filter(present)
    .map((like) => ({ table: adapt.table(like), data: false }));
  return clone === null ? tables : [{ table: adapt.table(clone), data: true }, ...tables];
}

function locationOf(body: Node): TableName | null {
  for (const property of [...items(body, 'properties'), ...items(body, 'post_table_properties')]) {
    const node = tagged(property);
    if (node?.tag !== 'location_property') continue;
    const path = nameText(node.body['this']);
    if (path !== null) return pathName(path);
  }
  return null;
}

export function adaptCreateView(adapt: Adapt, body: Node): Statement {
  const to = child(body, 'to_table');
  return {
    kind: 'createView',
    with: null,
    view: adapt.table(child(body, 'name') ?? {}),
    to: to === null ? null : adapt.table(to),
    temporary: flag(body, 'temporary'),
    materialized: flag(body, 'materialized'),
    columns: columnNames(items(body, 'columns')),
    query: adapt.query(body['query']),
  };
}

export function adaptAlter(adapt: Adapt, body: Node): Statement {
  const table = adapt.table(child(body, 'name') ?? {});
  const adds: string[] = [];
  for (const action of items(body, 'actions').map(tagged).filter(present)) {
    if (action.tag === 'RenameTable') return { kind: 'rename', table, to: besideOf(table, adapt.table(action.body)) };
    if (action.tag === 'SwapWith') return { kind: 'swap', table, with: besideOf(table, adapt.table(action.body)) };
    const column = child(action.body, 'column');
    adds.push(...columnNames([column, ...items(action.body, 'columns')].filter(present)));
    const source = tagged(action.body['source']);
    const exchanged = /^EXCHANGE PARTITION.*WITH TABLE\s+([\w.`"]+)/is.exec(text(action.body, 'sql') ?? '')?.[1];
    if (exchanged !== undefined) return { kind: 'alter', table, adds, exchange: dottedTable(exchanged) };
    if (action.tag === 'ReplacePartition' && source !== null)
      return { kind: 'alter', table, adds, exchange: adapt.table(source.body) };
  }
  return { kind: 'alter', table, adds, exchange: null };
}

export const dottedTable = (name: string): TableName => ({
  parts: name.split('.').map((part) => ({ text: part.replace(/[`"]/g, ''), quoted: false })),
  path: false,
});

/** RENAME TO b keeps the schema of a. */
function besideOf(table: TableName, other: TableName): TableName {
  return other.parts.length > 1 ? other : { parts: [...table.parts.slice(0, -1), ...other.parts], path: false };
}

export function namesOf(adapt: Adapt, values: readonly unknown[]): readonly TableName[] {
  return values
    .map((value) => tagged(value)?.body ?? (isNode(value) ? value : null))
    .map((node, at) => (node !== null && hasName(node) ? node : isNode(values[at]) ? values[at] : null))
    .filter(present)
    .filter(hasName)
    .map((node) => adapt.table(node));
}

export const dropOf = (adapt: Adapt, names: readonly unknown[]): Statement => ({ kind: 'drop', tables: namesOf(adapt, names) });

export function truncateOf(adapt: Adapt, body: Node): Statement {
  const extra = items(body, 'extra_tables')
    .filter(isNode)
    .map((each) => each['table']);
  return { kind: 'truncate', tables: namesOf(adapt, [body['table'], ...extra]) };
}

export function useOf(_adapt: Adapt, body: Node): Statement {
  const name = nameOf(body['this']);
  const kind = text(body, 'kind');
  if (name === null || kind === 'Role' || kind === 'Warehouse' || kind === 'SecondaryRoles')
    return { kind: 'other', what: 'use' };
  const parts = name.quoted ? [name] : nameTexts(name.text.split('.')).map((part) => ({ text: part, quoted: false }));
  const what = kind === 'Database' || kind === 'Catalog' ? 'database' : kind === 'Schema' ? 'schema' : null;
  return { kind: 'use', parts, what };
}
