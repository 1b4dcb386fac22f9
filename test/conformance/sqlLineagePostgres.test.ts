import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../kernel/root.ts';
import { analyzeNow } from '../../lineage/analyze.ts';
import type { LineageResult } from '../../lineage/model/model.ts';
import { hasPostgres, NO_POSTGRES, temporaryDatabase, type TemporaryDatabase } from './postgresServer.ts';
import { VIEWS_SQL } from './sqlLineage/views.ts';

const SAKILA = path.resolve(packageRoot, '../shared/data/sakila-postgres-schema.sql');
const there = await hasPostgres();

/** PostgreSQL itself says which columns a view depends on, and how its text reads with every star and name resolved. */
describe.skipIf(!there)(`views as PostgreSQL understands them (${there ? 'found' : NO_POSTGRES})`, () => {
  let database: TemporaryDatabase;
  let schema: [string, string[]][];
  let views: { name: string; definition: string; usage: string[]; columns: string[] }[];

  beforeAll(async () => {
    database = await temporaryDatabase();
    if (existsSync(SAKILA)) await database.run(readFileSync(SAKILA, 'utf8').replace(/^ALTER .* OWNER TO .*$/gm, ''));
    await database.run('set search_path to public');
    await database.run(VIEWS_SQL.join(';\n'));
    schema = await knownTables(database);
    views = await viewsOf(database);
  }, 120_000);
  afterAll(() => database.drop());

  const read = (sql: string): LineageResult => analyzeNow({ dialect: 'postgres', sql, schema, defaultSchema: 'public' });

  test('there are views to compare', () =>
    expect(views.length).toBeGreaterThanOrEqual(VIEWS_SQL.filter((sql) => /^create view/i.test(sql)).length));

  test('each depends on the columns that PostgreSQL says', () => {
    const mine = Object.fromEntries(views.map(({ name, definition }) => [name, originsOf(read(definition), schema)]));
    expect(mine).toEqual(Object.fromEntries(views.map(({ name, usage }) => [name, usage])));
  });

  test('each has the columns that PostgreSQL says', () => {
    const mine = Object.fromEntries(
      views.map(({ name, definition, columns }) => [name, columns.filter((column) => !hasOutput(read(definition), column))]),
    );
    expect(Object.values(mine).flat()).toEqual(
      Object.values(mine)
        .flat()
        .filter((column) => CONSTANTS.has(column)),
    );
  });

  test('as written it has the same lineage as with everything resolved', () => {
    for (const sql of VIEWS_SQL) {
      const [, name, query] = /^create view (\w+)(?: \([^)]*\))? as\s+(.*)$/is.exec(sql) ?? [];
      const resolved = views.find((view) => view.name === name)?.definition;
      if (query === undefined || resolved === undefined) continue;
      expect([name, edgesByPosition(read(query))]).toEqual([name, edgesByPosition(read(resolved))]);
    }
  });
});

/** Outputs without any origin. */
const CONSTANTS = new Set(['n', 'one', 'notes', 'level']);

const hasOutput = (result: LineageResult, column: string): boolean =>
  result.statements.some(({ edges }) => edges.some((edge) => edge.targetColumn === column));

function originsOf(result: LineageResult, schema: readonly (readonly [string, readonly string[]])[]): string[] {
  const flows = result.statements.flatMap(({ edges, influences }) => [...edges, ...influences]);
  const tables = new Set(schema.map(([table]) => table));
  const named = flows.flatMap(({ table, column, reasons }) => {
    const name = table?.parts.join('.') ?? '?';
    return reasons.includes('ROW_COUNT') || !(tables.has(name) || name === '?') ? [] : [`${name}.${column}`];
  });
  return [...new Set(named)].toSorted();
}

const edgesByPosition = (result: LineageResult): string[] =>
  [
    ...new Set(
      result.statements.flatMap(({ edges }) =>
        edges.flatMap(({ table, column, position, reasons }) =>
          reasons.includes('ROW_COUNT') || reasons.includes('OTHER_SIDE')
            ? []
            : [`${table?.parts.join('.')}.${column} > ${position}`],
        ),
      ),
    ),
  ].toSorted();

async function knownTables({ client }: TemporaryDatabase): Promise<[string, string[]][]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select table_schema || '.' || table_name as name, array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.columns where table_schema = 'public' group by 1 order by 1`,
  );
  return rows.map(({ name, columns }) => [name, columns]);
}

async function viewsOf({ client }: TemporaryDatabase) {
  const { rows } = await client.query<{ name: string; definition: string; usage: string[]; columns: string[] }>(
    `select c.relname::text as name, pg_get_viewdef(c.oid) as definition,
       array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 order by attnum) as columns,
       array(select distinct n.nspname || '.' || t.relname || '.' || a.attname
         from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refobjsubid > 0
         join pg_class t on t.oid = d.refobjid and t.oid <> c.oid join pg_namespace n on n.oid = t.relnamespace
         join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
         where r.ev_class = c.oid and d.refclassid = 'pg_class'::regclass) as usage
     from pg_class c where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map((row) => ({ ...row, usage: row.usage.toSorted() }));
}
