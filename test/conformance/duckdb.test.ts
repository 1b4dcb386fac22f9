import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBConnection, DuckDBInstance, DuckDBPreparedStatement } from '@duckdb/node-api';
import { expect } from 'vitest';
import { z } from 'zod';
import { duckdbConnector, openDatabase } from '../../connectors/duckdb/connector.ts';
import { connectorContract } from './connector.ts';
import { expected } from './preparedSource.ts';
import type { Oddities, PreparedSource } from './preparedSource.ts';
import { watchMethod } from './watchedMethod.ts';

connectorContract('DuckDB', prepareDuckdb);

const TRICKY = ['we"ird', 'a.b.c', 'two\nlines', 'plant 🪴', 'MixedCase', "it's", 'n'.repeat(300)];
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function prepareDuckdb(): Promise<PreparedSource> {
  const folder = await mkdtemp(join(tmpdir(), 'cadastre-duckdb-'));
  const path = join(folder, 'shop.duckdb');
  const sent = watchMethod(DuckDBConnection.prototype, 'prepare');
  const bound = watchMethod(DuckDBPreparedStatement.prototype, 'bind');
  const signal = AbortSignal.timeout(120_000);
  const open = (file: string) => duckdbConnector.open({ path: file }, signal);
  return {
    open: () => open(path),
    createOddities: () => createOddities(path),
    grow: (tables) =>
      run(
        path,
        Array.from(
          { length: tables },
          (_, n) =>
            `create table sales.grown_${n} (id integer primary key, a integer); create index grown_${n}_a on sales.grown_${n}(a);`,
        ),
      ),
    queryCount: () => sent.calls(),
    write: async () => {
      const engine = await openDatabase(path);
      try {
        return await engine.rows({ sql: 'create table intruder (a integer)', row: z.unknown() }, [], signal);
      } finally {
        engine.close();
      }
    },
    refusals: await refusals(folder, open),
    secrets: [],
    breakScope: async () => {
      bound.refuse(([values]) =>
        JSON.stringify(values).includes('sales') ? new Error('IO Error: Corrupt block, checksum mismatch') : null,
      );
      return { scope: ['shop', 'sales'], restore: async () => bound.refuse(null) };
    },
    dispose: async () => {
      sent.restore();
      bound.restore();
      await rm(folder, { recursive: true });
    },
  };
}

async function refusals(
  folder: string,
  open: (path: string) => ReturnType<PreparedSource['open']>,
): Promise<PreparedSource['refusals']> {
  const text = join(folder, 'notes.duckdb');
  await writeFile(text, `not a database ${randomUUID()}`.repeat(1000));
  return {
    'no such file': () => open(join(folder, 'missing.duckdb')),
    'a folder': () => open(folder),
    'not a database': () => open(text),
  };
}

async function createOddities(path: string): Promise<Oddities> {
  const wide = Array.from({ length: 1200 }, (_, n) => `c${n} integer`).join(', ');
  await run(path, [
    'create schema sales; create schema attic; create schema nothing;',
    ...TRICKY.map((name) => `create table attic.${quoted(name)} (${quoted(name)} integer)`),
    `create table sales.wide (${wide})`,
    `create table sales.customer (country varchar, no integer, email varchar default 'it''s' not null, born date, primary key (country, no), unique (email, born));
     comment on table sales.customer is 'Who buys. "Quoted" and it''s fine';
     comment on column sales.customer.email is 'Where we write to';
     create table sales.orders (
       id integer primary key, country varchar, customer_no integer, net decimal(10,2) check (net >= 0),
       gross decimal(12,2) generated always as (net * 1.19) virtual, placed timestamptz default now(),
       foreign key (country, customer_no) references sales.customer (country, no));
     create index orders_by_customer on sales.orders (country, customer_no);`,
    `create view sales.by_country (land, n) as with c as (select * from sales.customer) select country, count(*) from c group by country`,
    'create table sales.gone (a integer); create view sales.broken as select a from sales.gone; drop table sales.gone',
  ]);
  const at = (name: string) => ['shop', 'sales', name];
  return {
    names: TRICKY.map((name) => ['shop', 'attic', name]),
    wide: { path: at('wide'), columns: 1200 },
    emptyScope: ['shop', 'nothing'],
    view: expected(at('by_country'), {
      subtype: 'VIEW',
      problem: null,
      definition: expect.stringMatching(/^WITH c AS .*GROUP BY country$/s),
      columns: [
        { name: 'land', nativeType: 'VARCHAR' },
        { name: 'n', nativeType: 'BIGINT' },
      ],
    }),
    brokenView: expected(at('broken'), {
      subtype: 'VIEW',
      problem: expect.stringContaining('gone does not exist'),
      columns: [{ name: 'a' }],
    }),
    comments: expected(at('customer'), {
      description: 'Who buys. "Quoted" and it\'s fine',
      columns: [{}, {}, { name: 'email', description: 'Where we write to' }, {}],
    }),
    primaryKey: expected(at('customer'), { primaryKey: ['country', 'no'] }),
    uniqueKey: expected(at('customer'), { uniqueKeys: [['email', 'born']] }),
    foreignKey: expected(at('orders'), {
      foreignKeys: [{ columns: ['country', 'customer_no'], references: { path: at('customer'), columns: ['country', 'no'] } }],
    }),
    check: expected(at('orders'), { checks: [{ expression: '(net >= 0)' }] }),
    index: expected(at('orders'), { indexes: [{ name: 'orders_by_customer', keys: ['country', 'customer_no'], unique: false }] }),
    defaultValue: expected(at('customer'), {
      columns: [{}, {}, { name: 'email', nullable: false, defaultValue: "'it''s'" }, {}],
    }),
    generated: expected(at('orders'), {
      columns: [
        {},
        {},
        {},
        { name: 'net' },
        { name: 'gross', generatedAs: '(net * 1.19)', defaultValue: null },
        { defaultValue: 'now()' },
      ],
    }),
    doomed: null,
  };
}

async function run(path: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    for (const statement of statements) await connection.run(statement);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
