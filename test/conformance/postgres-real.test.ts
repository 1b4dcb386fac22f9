import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresConnector } from '../../connectors/postgres/connector.ts';
import type { DatasetRecord } from '../../connectors/record.ts';
import { sharedPath } from '../shared.ts';
import { crawlAll, receiptsOf, recordsOf } from './crawling.ts';
import { statementsOf } from './postgresDump.ts';
import { NO_POSTGRES, hasPostgres, temporaryDatabase } from './postgresServer.ts';
import type { TemporaryDatabase } from './postgresServer.ts';

/** Databases that nobody here wrote, compared with what information_schema and counting say about them. */
const reachable = await hasPostgres();
const dumps = { chinook: ['chinook-postgres.sql'], sakila: ['sakila-postgres-schema.sql', 'sakila-postgres-data.sql'] };

for (const [name, files] of Object.entries(dumps)) {
  const paths = files.flatMap((file) => sharedPath(`data/${file}`) ?? []);
  if (!reachable || paths.length < files.length) {
    test.skip(`${name}: ${reachable ? 'the sample data is not beside the project' : NO_POSTGRES}`, () => expect.fail());
    continue;
  }
  describe(name, () => comparisons(paths, name));
}

interface Loaded {
  readonly database: TemporaryDatabase;
  readonly datasets: ReadonlyMap<string, DatasetRecord>;
}

function comparisons(paths: readonly string[], name: string): void {
  let loaded: Loaded | null = null;
  const at = (): Loaded => {
    if (loaded === null) throw new Error('The database was not loaded.');
    return loaded;
  };
  const truth = async (sql: string): Promise<unknown[]> => (await at().database.client.query(sql)).rows;
  beforeAll(async () => {
    const database = await temporaryDatabase();
    for (const path of paths) for (const statement of statementsOf(await readFile(path, 'utf8'))) await database.run(statement);
    for (const statement of ['vacuum', 'analyze', 'set search_path = pg_catalog']) await database.run(statement);
    loaded = { database, datasets: await crawl(database) };
  });
  afterAll(() => loaded?.database.drop());

  structure(at, truth);
  if (name === 'sakila') sakila(at);
  else chinook(at);
}

async function crawl(database: TemporaryDatabase): Promise<ReadonlyMap<string, DatasetRecord>> {
  const session = await postgresConnector.open(database.config, AbortSignal.timeout(60_000));
  const items = await crawlAll(session);
  await session.close();
  expect(receiptsOf(items).every((receipt) => receipt.complete)).toBe(true);
  return new Map(recordsOf(items).flatMap((record) => (record.kind === 'dataset' ? [[record.path[2] ?? '', record]] : [])));
}

type Truth = (sql: string) => Promise<unknown[]>;

function structure(at: () => Loaded, truth: Truth): void {
  const each = <Row>(rows: (dataset: DatasetRecord, table: string) => Row[]): Row[] =>
    [...at().datasets].flatMap(([table, dataset]) => rows(dataset, table));

  test('the tables and views are those of information_schema', async () => {
    const wanted = await truth(`select table_name as name, table_type = 'VIEW' as view from information_schema.tables
      where table_schema = 'public' order by table_name collate "C"`);
    expect(each((dataset, name) => [{ name, view: dataset.subtype === 'VIEW' }])).toEqual(wanted);
  });

  test('the columns are those of information_schema, in its order, with its nullability', async () => {
    const wanted = await truth(`select table_name as table, column_name as column, is_nullable = 'YES' as nullable
      from information_schema.columns where table_schema = 'public' order by table_name collate "C", ordinal_position`);
    expect(
      each((dataset, table) => dataset.columns.map((column) => ({ table, column: column.name, nullable: column.nullable }))),
    ).toEqual(wanted);
  });

  test('the primary keys are those of information_schema', async () => {
    const wanted = await truth(`select u.table_name as table, array_agg(u.column_name::text order by u.ordinal_position) as key
      from information_schema.table_constraints c join information_schema.key_column_usage u using (constraint_schema, constraint_name, table_name)
      where c.constraint_type = 'PRIMARY KEY' and u.table_schema = 'public' group by u.table_name order by u.table_name collate "C"`);
    expect(each((dataset, table) => (dataset.primaryKey === null ? [] : [{ table, key: dataset.primaryKey }]))).toEqual(wanted);
  });

  test('the foreign keys are those that the engine itself prints', async () => {
    const wanted = await truth(`select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as text
      from pg_constraint where contype = 'f' order by conrelid::regclass::text collate "C", conname collate "C"`);
    const printed = each((dataset, table) =>
      dataset.foreignKeys.map(({ name, columns, references }) => {
        const [, schema, target] = references.path;
        return {
          table: `public.${table}`,
          name,
          text: `FOREIGN KEY (${columns.join(', ')}) REFERENCES ${schema}.${target}(${references.columns.join(', ')})`,
        };
      }),
    );
    const bare = wanted.map((row) => ({
      ...(row as { text: string }),
      text: (row as { text: string }).text.replace(/ ON (UPDATE|DELETE).*$/, ''),
    }));
    expect(printed).toEqual(bare);
  });

  test('the indexes are those of pg_indexes', async () => {
    const wanted = await truth(`select tablename as table, indexname as name, indexdef like 'CREATE UNIQUE%' as unique
      from pg_indexes where schemaname = 'public' order by tablename collate "C", indexname collate "C"`);
    expect(each((dataset, table) => dataset.indexes.map(({ name, unique }) => ({ table, name, unique })))).toEqual(wanted);
  });

  test('row counts are those of counting, and sizes add up to those of the engine', async () => {
    for (const [table, dataset] of at().datasets) {
      if (dataset.subtype === 'VIEW') continue;
      const [row] = await truth(
        `select count(*)::int as rows, pg_total_relation_size('public."${table}"')::int as bytes from only public."${table}"`,
      );
      expect({ rows: dataset.statistics.rowCountEstimate, bytes: dataset.statistics.sizeBytes }, table).toEqual(row);
    }
  });

  test('the grants are those of information_schema', async () => {
    const wanted = await truth(`select table_name as table, count(*)::int as grants from information_schema.table_privileges
      where table_schema = 'public' group by table_name order by table_name collate "C"`);
    expect(each((dataset, table) => [{ table, grants: dataset.grants.length }])).toEqual(wanted);
  });
}

function chinook(at: () => Loaded): void {
  test('it has eleven tables, and a track belongs to an album, a genre and a media type', () => {
    expect(at().datasets.size).toBe(11);
    const targets = at()
      .datasets.get('track')
      ?.foreignKeys.map((key) => key.references.path[2]);
    expect(targets).toEqual(['album', 'genre', 'media_type']);
    expect(at().datasets.get('track')?.statistics.rowCountEstimate).toBe(3_503);
  });
}

function sakila(at: () => Loaded): void {
  test('tables that inherit are tables of their own, with their checks', () => {
    const parts = [...at().datasets.keys()].filter((name) => name.startsWith('payment_p2007_'));
    expect(parts).toHaveLength(6);
    expect(at().datasets.get('payment_p2007_01')?.checks[0]?.expression).toContain("'2007-01-01 00:00:00'");
  });

  test('types of the database come with their schema, a full-text index with its method', () => {
    const film = at().datasets.get('film');
    expect(film?.columns.find((column) => column.name === 'rating')).toMatchObject({
      nativeType: 'public.mpaa_rating',
      defaultValue: `'G'::public.mpaa_rating`,
    });
    expect(film?.indexes.find((index) => index.name === 'film_fulltext_idx')).toMatchObject({
      method: 'gist',
      keys: ['fulltext'],
    });
  });

  test('view definitions name every table with its schema', () => {
    const views = [...at().datasets.values()].filter((dataset) => dataset.subtype === 'VIEW');
    expect(views).toHaveLength(7);
    for (const view of views) expect(view.definition, view.path[2]).toMatch(/FROM \(*public\.\w+/);
  });
}
