import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hydrate } from '../../connectors/postgres/hydrate.ts';
import type { Snapshot } from '../../connectors/postgres/link.ts';
import { DATABASES, RELATIONS, SCHEMAS, SERVER, beginSnapshot } from '../../connectors/postgres/queries.ts';
import type { RelationRow, SchemaRow, ServerRow } from '../../connectors/postgres/rows.ts';

/** PGlite is a newer PostgreSQL than most servers at hand, so it shows whether the statements keep up with the catalog. */
let lite: PGlite;
let snapshot: Snapshot;

beforeAll(async () => {
  lite = new PGlite();
  await lite.exec(`
    create table sale (id int, day date, twice int generated always as (id * 2) virtual, thrice int generated always as (id * 3) stored,
      note text not null, constraint positive check (id > 0), primary key (id, day)) partition by range (day);
    create table sale_25 partition of sale for values from ('2025-01-01') to ('2026-01-01');
    create index sale_next on sale ((id + 1)) where id > 3;
    create view latest as select id, day from sale;
    create table refund (id int, day date, foreign key (id, day) references sale);`);
  await lite.exec(beginSnapshot(1_000));
  snapshot = {
    rows: async <Row>(sql: string, values?: readonly unknown[]) =>
      (await lite.query<Row>(sql, values === undefined ? [] : [...values])).rows,
    attempt: async <Row>(sql: string, values?: readonly unknown[]) => ({
      ok: true,
      rows: (await lite.query<Row>(sql, values === undefined ? [] : [...values])).rows,
    }),
    end: async () => void (await lite.exec('rollback')),
  };
});
afterAll(() => lite.close());

test('the containers of the newest PostgreSQL can be read, in a transaction that can only read', async () => {
  const [server] = await snapshot.rows<ServerRow>(SERVER);
  expect(server?.readOnly).toBe(true);
  expect(Number.parseInt(server?.version ?? '', 10)).toBeGreaterThanOrEqual(17);
  expect((await snapshot.rows<SchemaRow>(SCHEMAS, [null])).map(({ name }) => name)).toEqual(['public']);
  expect(await snapshot.rows(DATABASES, [null])).toHaveLength(1);
});

test('its virtual columns, and constraints that only it lists, come as on older ones', async () => {
  const relations = await snapshot.rows<RelationRow>(RELATIONS, ['public']);
  const records = new Map((await hydrate(snapshot, ['db', 'public'], relations)).map((record) => [record.path[2], record]));
  expect(new Set(records.keys())).toEqual(new Set(['latest', 'refund', 'sale']));
  expect(records.get('sale')).toMatchObject({
    subtype: 'PARTITIONED_TABLE',
    primaryKey: ['id', 'day'],
    columns: [
      { name: 'id' },
      { name: 'day' },
      { generatedAs: '(id * 2)' },
      { generatedAs: '(id * 3)' },
      { name: 'note', nullable: false },
    ],
    checks: [{ name: 'positive', expression: '(id > 0)' }],
    indexes: [{ name: 'sale_next', keys: ['(id + 1)'], predicate: '(id > 3)' }, { name: 'sale_pkey' }],
  });
  expect(records.get('refund')?.foreignKeys).toMatchObject([
    { references: { path: ['db', 'public', 'sale'], columns: ['id', 'day'] } },
  ]);
  expect(records.get('latest')?.definition).toContain('FROM public.sale');
});
