import type { Assignment, ExprItem, MergeAction, Query, Statement, TableName } from '../../ir/ir.ts';
import { pathName } from '../names.ts';
import { child, flag, items, present, tagged, text, type Node } from '../node.ts';
import type { AdaptPostgres } from './adaptPostgres.ts';
import { expressionOf, expressionsIn, stringsOf } from './expression.ts';
import { CONSTANT } from '../expression.ts';
import { isTemporary, itemOf, queryOf, withOf } from './query.ts';
import { aliasOf, joinedSources, sourceOf } from './source.ts';
import { WrittenNames } from './writtenNames.ts';

type Reader = (adapt: AdaptPostgres, body: Node) => Statement;

const READERS: Readonly<Record<string, Reader>> = {
  SelectStmt: (adapt, body) => ({ kind: 'query', query: adapt.query(body) }),
  InsertStmt: insertOf,
  UpdateStmt: updateOf,
  DeleteStmt: deleteOf,
  MergeStmt: mergeOf,
  CreateTableAsStmt: createAsOf,
  ViewStmt: viewOf,
  CreateStmt: createOf,
  CreateForeignTableStmt: (adapt, body) => createOf(adapt, child(body, 'base') ?? body),
  CopyStmt: copyOf,
  RenameStmt: renameOf,
  AlterTableStmt: alterOf,
  DropStmt: dropOf,
  TruncateStmt: (adapt, body) => ({ kind: 'truncate', tables: tablesIn(adapt, items(body, 'relations')) }),
  PrepareStmt: (adapt, body) => adapt.statement(body['query']),
};

/** Turns a statement of PostgreSQL's own tree into one of ours. */
export function adaptPostgres(sql: string, tree: unknown): Statement {
  const adapt: AdaptPostgres = {
    names: new WrittenNames(sql),
    expr: (value) => expressionOf(adapt, value),
    exprs: (value) => expressionsIn(adapt, value).filter((expr) => expr !== CONSTANT),
    item: (target) => itemOf(adapt, target),
    query: (select) => queryOf(adapt, select),
    source: (value) => sourceOf(adapt, value),
    with: (clause) => withOf(adapt, clause),
    statement: (value) => statementOf(adapt, value),
    table: (relation) => tableOf(adapt, relation),
  };
  return adapt.statement(tree);
}

function statementOf(adapt: AdaptPostgres, value: unknown): Statement {
  const node = tagged(value);
  if (node === null) return { kind: 'other', what: 'nothing' };
  return READERS[node.tag]?.(adapt, node.body) ?? { kind: 'other', what: node.tag };
}

function tableOf(adapt: AdaptPostgres, relation: Node): TableName {
  const parts = [text(relation, 'catalogname'), text(relation, 'schemaname'), text(relation, 'relname')].filter(present);
  return { parts: adapt.names.at(relation['location'], parts), path: false };
}

const tablesIn = (adapt: AdaptPostgres, relations: readonly unknown[]): readonly TableName[] =>
  relations.map((each) => adapt.table(tagged(each)?.body ?? {}));

const relationOf = (body: Node, key = 'relation'): Node => child(body, key) ?? {};
const clauseOf = (adapt: AdaptPostgres, body: Node) => adapt.with(child(body, 'withClause'));
const selectOf = (adapt: AdaptPostgres, value: unknown): Query | null => {
  const node = tagged(value);
  return node?.tag === 'SelectStmt' ? adapt.query(node.body) : null;
};
const namesIn = (targets: readonly unknown[]): string[] =>
  targets.map((each) => text(tagged(each)?.body ?? null, 'name')).filter(present);

function insertOf(adapt: AdaptPostgres, body: Node): Statement {
  const relation = relationOf(body);
  const conflict = child(body, 'onConflictClause');
  return {
    kind: 'insert',
    with: clauseOf(adapt, body),
    into: {
      table: adapt.table(relation),
      alias: aliasOf(relation).name,
      columns: namesIn(items(body, 'cols')),
      partition: [],
      byName: false,
      newRow: null,
    },
    query: selectOf(adapt, body['selectStmt']),
    onConflict: items(conflict, 'targetList').map((each) => assignmentOf(adapt, each)),
    output: null,
  };
}

function assignmentOf(adapt: AdaptPostgres, target: unknown): Assignment {
  const body = tagged(target)?.body ?? {};
  const value = tagged(body['val']);
  const single = value?.tag === 'MultiAssignRef' ? oneOfMany(value.body) : body['val'];
  return { target: namesIn([target]), value: adapt.expr(single), hull: adapt.names.hullOf(single) };
}

/** `SET (a, b) = (SELECT x, y FROM s)`: what goes into one of them. */
function oneOfMany({ source, colno }: Node): unknown {
  const at = typeof colno === 'number' ? colno - 1 : 0;
  const from = tagged(source);
  if (from?.tag === 'RowExpr') return items(from.body, 'args')[at];
  const select = from?.tag === 'SubLink' ? tagged(from.body['subselect']) : null;
  const target = items(select?.body ?? null, 'targetList')[at];
  if (from === null || select === null || target === undefined) return source;
  return { SubLink: { ...from.body, subselect: { SelectStmt: { ...select.body, targetList: [target] } } } };
}

function updateOf(adapt: AdaptPostgres, body: Node): Statement {
  const relation = relationOf(body);
  return {
    kind: 'update',
    with: clauseOf(adapt, body),
    table: adapt.table(relation),
    alias: aliasOf(relation).name,
    set: items(body, 'targetList').map((each) => assignmentOf(adapt, each)),
    sources: joinedSources(adapt, items(body, 'fromClause')),
    filter: adapt.exprs(body['whereClause']),
    output: null,
  };
}

function deleteOf(adapt: AdaptPostgres, body: Node): Statement {
  const relation = relationOf(body);
  return {
    kind: 'delete',
    with: clauseOf(adapt, body),
    table: adapt.table(relation),
    alias: aliasOf(relation).name,
    sources: joinedSources(adapt, items(body, 'usingClause')),
    filter: adapt.exprs(body['whereClause']),
    output: null,
  };
}

function mergeOf(adapt: AdaptPostgres, body: Node): Statement {
  const relation = relationOf(body);
  return {
    kind: 'merge',
    with: clauseOf(adapt, body),
    table: adapt.table(relation),
    alias: aliasOf(relation).name,
    source: adapt.source(body['sourceRelation']) ?? { kind: 'joined', sources: [], alias: { name: null, columns: [] } },
    on: body['joinCondition'] === undefined ? null : adapt.expr(body['joinCondition']),
    actions: items(body, 'mergeWhenClauses').map((each) => actionOf(adapt, tagged(each)?.body ?? {})),
    output: null,
  };
}

function actionOf(adapt: AdaptPostgres, when: Node): MergeAction {
  const targets = items(when, 'targetList');
  const command = text(when, 'commandType');
  if (command === 'CMD_UPDATE') return { kind: 'update', set: targets.map((each) => assignmentOf(adapt, each)) };
  if (command !== 'CMD_INSERT') return { kind: 'delete' };
  const values = items(when, 'values').map((val) => adapt.item({ val }));
  return { kind: 'insert', columns: namesIn(targets), values: values.filter((item): item is ExprItem => item.kind === 'expr') };
}

function createAsOf(adapt: AdaptPostgres, body: Node): Statement {
  const into = child(body, 'into') ?? {};
  const relation = relationOf(into, 'rel');
  const [table, query] = [adapt.table(relation), selectOf(adapt, body['query'])];
  const columns = stringsOf(items(into, 'colNames'));
  const temporary = isTemporary(relation);
  if (text(body, 'objtype') === 'OBJECT_MATVIEW')
    return { kind: 'createView', with: null, view: table, to: null, temporary, materialized: true, columns, query };
  return { kind: 'createTable', with: null, table, temporary, columns, query, copies: [], location: null };
}

function viewOf(adapt: AdaptPostgres, body: Node): Statement {
  const relation = relationOf(body, 'view');
  return {
    kind: 'createView',
    with: null,
    view: adapt.table(relation),
    to: null,
    temporary: isTemporary(relation),
    materialized: false,
    columns: stringsOf(items(body, 'aliases')),
    query: selectOf(adapt, body['query']),
  };
}

function createOf(adapt: AdaptPostgres, body: Node): Statement {
  const relation = relationOf(body);
  const elements = items(body, 'tableElts').map(tagged).filter(present);
  return {
    kind: 'createTable',
    with: null,
    table: adapt.table(relation),
    temporary: isTemporary(relation),
    columns: elements.map(({ body: element }) => text(element, 'colname')).filter(present),
    query: null,
    copies: elements
      .filter(({ tag }) => tag === 'TableLikeClause')
      .map(({ body: like }) => ({ table: adapt.table(relationOf(like)), data: false })),
    location: null,
  };
}

function copyOf(adapt: AdaptPostgres, body: Node): Statement {
  const file = text(body, 'filename');
  const relation = child(body, 'relation');
  if (flag(body, 'is_from')) {
    const from = file === null ? [] : [pathName(file)];
    return { kind: 'copy', from, query: null, to: adapt.table(relation ?? {}), columns: stringsOf(items(body, 'attlist')) };
  }
  const from = relation === null ? [] : [adapt.table(relation)];
  return { kind: 'copy', from, query: selectOf(adapt, body['query']), to: pathName(file ?? 'STDOUT'), columns: [] };
}

const RELATIONS = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE']);

function renameOf(adapt: AdaptPostgres, body: Node): Statement {
  const relation = child(body, 'relation');
  const to = text(body, 'newname');
  if (relation === null || to === null) return { kind: 'other', what: 'rename' };
  const table = adapt.table(relation);
  if (!RELATIONS.has(text(body, 'renameType') ?? '')) return { kind: 'alter', table, adds: [], exchange: null };
  return { kind: 'rename', table, to: { parts: [...table.parts.slice(0, -1), { text: to, quoted: true }], path: false } };
}

function alterOf(adapt: AdaptPostgres, body: Node): Statement {
  const adds = items(body, 'cmds')
    .map((each) => tagged(each)?.body ?? {})
    .filter((command) => text(command, 'subtype') === 'AT_AddColumn')
    .map((command) => text(tagged(command['def'])?.body ?? null, 'colname'))
    .filter(present);
  return { kind: 'alter', table: adapt.table(relationOf(body)), adds, exchange: null };
}

function dropOf(_adapt: AdaptPostgres, body: Node): Statement {
  if (!RELATIONS.has(text(body, 'removeType') ?? '')) return { kind: 'other', what: 'drop' };
  const tables = items(body, 'objects').map((each): TableName => {
    const parts = stringsOf(items(tagged(each)?.body ?? null, 'items'));
    return { parts: parts.map((part) => ({ text: part, quoted: true })), path: false };
  });
  return { kind: 'drop', tables };
}
