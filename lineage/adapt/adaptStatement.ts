import type { DialectRules } from '../dialect/rules.ts';
import type { Expr, Statement } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { adaptCopy, loadOf } from './copy.ts';
import { adaptAlter, adaptCreateTable, adaptCreateView, dottedTable, dropOf, namesOf, truncateOf, useOf } from './ddl.ts';
import { adaptDelete, adaptInsert, adaptInsertMany, adaptUpdate } from './dml.ts';
import { adaptExpression, CONSTANT, collect } from './expression.ts';
import { adaptMerge } from './merge.ts';
import { hasName, nameText, tableNameOf } from './names.ts';
import { child, items, tagged, text, type Node, type Tagged } from './node.ts';
import { adaptQuery, adaptWith } from './query.ts';
import { adaptJoined, adaptSource } from './source.ts';

type Reader = (adapt: Adapt, body: Node) => Statement;

const READERS: Readonly<Record<string, Reader>> = {
  insert: adaptInsert,
  multitable_inserts: adaptInsertMany,
  update: adaptUpdate,
  delete: adaptDelete,
  merge: adaptMerge,
  create_table: adaptCreateTable,
  create_view: adaptCreateView,
  alter_view: (adapt, body) => ({ kind: 'alter', table: adapt.table(child(body, 'name') ?? {}), adds: [], exchange: null }),
  alter_table: adaptAlter,
  drop_table: (adapt, body) => dropOf(adapt, items(body, 'names')),
  drop_view: (adapt, body) => dropOf(adapt, [body['name']]),
  truncate: (adapt, body) => truncateOf(adapt, body),
  truncate_table: (adapt, body) => ({ kind: 'truncate', tables: namesOf(adapt, items(body, 'expressions')) }),
  use: useOf,
  copy: adaptCopy,
  load_data: loadOf,
  create_procedure: procedureOf,
  // A function that is called later moves nothing now.
  create_function: () => ({ kind: 'other', what: 'function' }),
  create_task: (adapt, body) => adapt.statement(body['body']),
  prepare: (adapt, body) => adapt.statement(body['statement']),
  cache: cacheOf,
  try_catch: (adapt, body) => blockOf(adapt, [...items(body, 'try_body'), ...items(body, 'catch_body')]),
  execute: () => ({ kind: 'call' }),
  annotated: (adapt, body) => adapt.statement(body['this']),
};

/** Turns the parser's tree into our statements. `statementsOf` reads the text of a procedure's body. */
export function createAdapter(rules: DialectRules, statementsOf: (text: string) => readonly Statement[]): Adapt {
  const adapt: Adapt = {
    rules,
    statementsOf,
    expr: (value) => adaptExpression(adapt, value),
    exprs: (value): readonly Expr[] => collect(adapt, value).filter((expr) => expr !== CONSTANT),
    query: (value) => adaptQuery(adapt, value),
    source: (value) => adaptSource(adapt, value),
    joined: (from, joins) => adaptJoined(adapt, from, joins),
    with: (node) => adaptWith(adapt, node),
    statement: (value) => adaptStatement(adapt, value),
    table: (node) => tableNameOf(node, rules.dotsInQuotedNames),
  };
  return adapt;
}

function adaptStatement(adapt: Adapt, value: unknown): Statement {
  const node = tagged(value);
  if (node === null) return { kind: 'other', what: 'nothing' };
  const reader = READERS[node.tag];
  if (reader !== undefined) return reader(adapt, node.body);
  const query = adapt.query(value);
  return movingCall(node) ?? (query === null ? { kind: 'other', what: node.tag } : { kind: 'query', query });
}

/** Vertica: functions that move rows between tables that they are given by name: where in their arguments those stand. */
const MOVING_FUNCTIONS: ReadonlyMap<string, readonly [from: number, to: number]> = new Map([
  ['swap_partitions_between_tables', [0, 3]],
  ['move_partitions_to_table', [0, 3]],
  ['copy_partitions_to_table', [0, 3]],
  ['copy_table', [0, 1]],
]);

function movingCall({ tag, body }: Tagged): Statement | null {
  const call = tag === 'select' ? tagged(items(body, 'expressions')[0]) : null;
  const ends = call?.tag === 'function' ? MOVING_FUNCTIONS.get(text(call.body, 'name')?.toLowerCase() ?? '') : undefined;
  if (call === null || ends === undefined) return null;
  const args = items(call.body, 'args').map((arg) => nameText(arg) ?? '');
  return { kind: 'alter', table: dottedTable(args[ends[1]] ?? ''), adds: [], exchange: dottedTable(args[ends[0]] ?? '') };
}

const blockOf = (adapt: Adapt, values: readonly unknown[]): Statement => ({
  kind: 'block',
  statements: values.map((value) => adapt.statement(value)),
});

function procedureOf(adapt: Adapt, body: Node): Statement {
  const code = child(body, 'body');
  if (code === null) return { kind: 'other', what: 'procedure' };
  const parsed = items(code, 'Statements');
  if (parsed.length > 0) return blockOf(adapt, parsed);
  const dollar = child(code, 'DollarQuoted');
  const source = text(code, 'Block') ?? text(code, 'StringLiteral') ?? text(code, 'RawBlock') ?? text(dollar, 'content');
  return source === null ? { kind: 'other', what: 'procedure' } : { kind: 'block', statements: adapt.statementsOf(source) };
}

/** Spark: CACHE TABLE x AS SELECT ... makes a table for the session. */
function cacheOf(adapt: Adapt, body: Node): Statement {
  const query = adapt.query(body['query']);
  const table = adapt.table({ name: body['table'] });
  if (query === null || !hasName({ name: body['table'] })) return { kind: 'other', what: 'cache' };
  return { kind: 'createView', with: null, view: table, to: null, temporary: true, materialized: false, columns: [], query };
}
