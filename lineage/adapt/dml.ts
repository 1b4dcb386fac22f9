import type { Assignment, ExprItem, InsertInto, JoinedSource, Statement } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { hullOf } from './hull.ts';
import { aliasOf, hasName, nameText, nameTexts, pathName, pathTexts } from './names.ts';
import { child, flag, isNode, items, present, tagged, text, type Node } from './node.ts';
import { outputOf } from './output.ts';
import { adaptItem } from './query.ts';
import { renamed, unjoined } from './source.ts';

export function adaptInsert(adapt: Adapt, body: Node): Statement {
  const directory = text(child(body, 'directory'), 'path');
  const table = child(body, 'table') ?? {};
  return {
    kind: 'insert',
    with: adapt.with(child(body, 'with')),
    into: {
      ...insertInto(adapt, body, table),
      ...(directory === null ? functionTarget(adapt, body) : { table: pathName(directory) }),
    },
    query: adapt.query(body['query']) ?? literalRows(adapt, body) ?? adapt.query(body['source']),
    onConflict: conflictOf(adapt, body),
    output: outputOf(adapt, body['output'], 'columns', 'into_table'),
  };
}

/** ClickHouse: INSERT INTO FUNCTION s3('...'). */
function functionTarget(adapt: Adapt, body: Node): Partial<InsertInto> {
  const source = adapt.source(body['function_target']);
  return source?.kind === 'table' ? { table: source.name } : {};
}

function insertInto(adapt: Adapt, body: Node, table: Node): InsertInto {
  return {
    table: adapt.table(table),
    alias: nameText(body['alias']),
    columns: nameTexts(items(body, 'columns')).map((column) => column.split('.').at(-1) ?? column),
    partition: items(body, 'partition').filter(Array.isArray).map(partitionKey).filter(present),
    byName: flag(body, 'by_name'),
    newRow: nameText(body['source_alias']),
  };
}

function partitionKey(pair: readonly unknown[]): { name: string; fixed: boolean } | null {
  const name = nameText(pair[0]);
  return name === null ? null : { name, fixed: pair[1] !== null && pair[1] !== undefined };
}

/** VALUES may hold subqueries. */
function literalRows(
  adapt: Adapt,
  body: Node,
): { kind: 'rows'; with: null; rows: readonly (readonly ReturnType<Adapt['expr']>[])[] } | null {
  const rows = items(body, 'values').filter(Array.isArray);
  if (rows.length === 0) return null;
  return { kind: 'rows', with: null, rows: rows.map((row: readonly unknown[]) => row.map((cell) => adapt.expr(cell))) };
}

function conflictOf(adapt: Adapt, body: Node): readonly Assignment[] {
  const conflict = tagged(body['on_conflict']);
  return conflict === null
    ? []
    : assignmentsIn(adapt, [conflict.body['action'], conflict.body['expressions'], conflict.body['duplicate']]);
}

/** All `a = b` below, which is how the parser keeps SET lists outside of UPDATE. */
export function assignmentsIn(adapt: Adapt, value: unknown): readonly Assignment[] {
  if (Array.isArray(value)) return value.flatMap((each) => assignmentsIn(adapt, each));
  const node = tagged(value);
  if (node?.tag === 'tuple') return assignmentsIn(adapt, items(node.body, 'expressions'));
  if (node?.tag !== 'eq') return [];
  return [{ target: pathTexts(node.body['left']), value: adapt.expr(node.body['right']), hull: hullOf(node.body['right']) }];
}

export function adaptInsertMany(adapt: Adapt, body: Node): Statement {
  const branches = items(body, 'expressions')
    .map((each) => tagged(each))
    .filter(present);
  return {
    kind: 'insertMany',
    with: null,
    source: adapt.query(body['source']),
    branches: branches.map(({ body: branch }) => branchOf(adapt, branch)).filter(present),
  };
}

function branchOf(
  adapt: Adapt,
  branch: Node,
): { into: InsertInto; values: readonly ExprItem[]; when: ReturnType<Adapt['expr']> | null } | null {
  const insert = tagged(branch['this']);
  if (insert?.tag !== 'insert') return null;
  const first = items(insert.body, 'values')[0];
  const cells = Array.isArray(first) ? first.map((cell) => adaptItem(adapt, cell)) : [];
  const condition = branch['expression'];
  return {
    into: insertInto(adapt, insert.body, child(insert.body, 'table') ?? {}),
    values: cells.filter((item) => item.kind === 'expr'),
    when: condition === null || condition === undefined ? null : adapt.expr(condition),
  };
}

export function adaptUpdate(adapt: Adapt, body: Node): Statement {
  const table = child(body, 'table') ?? {};
  const extra = items(body, 'extra_tables')
    .map((each) => adapt.source({ table: each }))
    .filter(present)
    .map(unjoined);
  const joins = [...items(body, 'table_joins'), ...items(body, 'from_joins')];
  const sources = [...extra, ...adapt.joined(body['from_clause'], joins)];
  const pairs = items(body, 'set').filter(Array.isArray);
  return {
    kind: 'update',
    with: adapt.with(child(body, 'with')),
    table: adapt.table(table),
    alias: aliasOf(table).name,
    set: pairs.map((pair: readonly unknown[]) => assignmentOf(adapt, pair)),
    sources,
    filter: adapt.exprs(body['where_clause']),
    output: outputOf(adapt, body['output'], 'columns', 'into_table'),
  };
}

function assignmentOf(adapt: Adapt, [left, right]: readonly unknown[]): Assignment {
  return { target: pathTexts(left), value: adapt.expr(right), hull: hullOf(right) };
}

/** The parser hides a subquery in the hints of a table without a name. */
function usedSource(adapt: Adapt, value: unknown): ReturnType<Adapt['source']> {
  const table = isNode(value) ? value : {};
  const hidden = hasName(table) ? null : adapt.source(items(table, 'hints')[0]);
  return hidden === null ? (adapt.source(value) ?? adapt.source({ table: value })) : renamed(hidden, aliasOf(table));
}

export function adaptDelete(adapt: Adapt, body: Node): Statement {
  const table = child(body, 'table') ?? {};
  const used = items(body, 'using')
    .map((each) => usedSource(adapt, each))
    .filter(present)
    .map(unjoined);
  const named = items(body, 'tables').find(isNode);
  const sources: readonly JoinedSource[] = [...used, ...adapt.joined({ expressions: [] }, items(body, 'joins'))];
  const target = named !== undefined && hasName(named) ? named : table;
  const plain = named === undefined ? null : adapt.source({ table });
  const source = plain === null ? null : renamed(plain, { name: nameText(body['alias']), columns: [] });
  return {
    kind: 'delete',
    with: adapt.with(child(body, 'with')),
    table: adapt.table(target),
    alias: named === undefined ? (nameText(body['alias']) ?? aliasOf(table).name) : null,
    sources: source === null ? sources : [unjoined(source), ...sources],
    filter: adapt.exprs(body['where_clause']),
    output: outputOf(adapt, body['output'], 'columns', 'into_table'),
  };
}
