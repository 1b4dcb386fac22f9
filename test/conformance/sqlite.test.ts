import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { expect } from 'vitest';
import { sqliteConnector } from '../../connectors/sqlite/connector.ts';
import { readSnapshot } from '../../connectors/sqlite/snapshot.ts';
import { connectorContract } from './connector.ts';
import { expected } from './preparedSource.ts';
import type { Oddities, PreparedSource } from './preparedSource.ts';
import { watchMethod } from './watchedMethod.ts';

connectorContract('SQLite', prepareSqlite);

const { Database } = sqlite;
const TRICKY = ['we"ird', 'a.b.c', 'two\nlines', 'plant 🪴', 'MixedCase', "it's", 'n'.repeat(300)];
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function prepareSqlite(): Promise<PreparedSource> {
  const folder = await mkdtemp(join(tmpdir(), 'cadastre-sqlite-test-'));
  const path = join(folder, 'shop.db');
  const sent = watchMethod(Database.prototype, 'all');
  const signal = AbortSignal.timeout(120_000);
  const open = (file: string) => sqliteConnector.open({ path: file }, signal);
  const text = join(folder, 'notes.db');
  await writeFile(text, 'not a database '.repeat(1000));
  return {
    open: () => open(path),
    createOddities: async () => createOddities(path),
    grow: async (tables) =>
      run(
        path,
        Array.from(
          { length: tables },
          (_, n) => `create table grown_${n} (id integer primary key, a integer); create index grown_${n}_a on grown_${n}(a);`,
        ),
      ),
    queryCount: () => sent.calls(),
    write: () => readSnapshot(path, signal, (database) => database.exec('create table intruder (a integer)')),
    refusals: {
      'no such file': () => open(join(folder, 'missing.db')),
      'a folder': () => open(folder),
      'not a database': () => open(text),
    },
    secrets: [],
    breakScope: async () => {
      let asked = 0;
      // The first reading of every session is the check at opening.
      sent.refuse(([sql]) =>
        String(sql).includes('foreign_key_list') && asked++ > 0 ? new Error('database disk image is malformed') : null,
      );
      return { scope: ['main'], restore: async () => sent.refuse(null) };
    },
    dispose: async () => {
      sent.restore();
      await rm(folder, { recursive: true });
    },
  };
}

function createOddities(path: string): Oddities {
  const wide = Array.from({ length: 1200 }, (_, n) => `c${n} integer`).join(', ');
  run(path, [
    ...TRICKY.map((name) => `create table ${quoted(name)} (${quoted(name)} integer)`),
    `create table wide (${wide})`,
    `create table customer ( -- Who buys. "Quoted" and it's fine
       country text, -- where they live
       no integer,
       email varchar(80) default 'it''s' not null, -- Where we write to
       born date,
       primary key (no, country), unique (email, born)) without rowid`,
    `create table orders (
       id integer primary key, country text, customer_no integer, net decimal(10,2) constraint never_negative check (net >= 0),
       gross decimal(12,2) generated always as (net * 1.19) stored,
       foreign key (customer_no, country) references Customer);
     create index orders_by_customer on orders (lower(country), customer_no desc) where net > 100;`,
    'create view by_country (land, n) as with c as (select * from customer) select country, count(*) from c group by country',
    'create table gone (a integer); create view broken as select a from gone; drop table gone',
    'create table doomed (a integer)',
  ]);
  const at = (name: string) => ['main', name];
  return {
    names: TRICKY.map(at),
    wide: { path: at('wide'), columns: 1200 },
    emptyScope: null,
    view: expected(at('by_country'), {
      subtype: 'VIEW',
      problem: null,
      definition: 'with c as (select * from customer) select country, count(*) from c group by country',
      columns: [{ name: 'land', nativeType: 'TEXT' }, { name: 'n' }],
    }),
    brokenView: expected(at('broken'), { subtype: 'VIEW', problem: expect.stringContaining('no such table: main.gone') }),
    comments: expected(at('customer'), {
      description: 'Who buys. "Quoted" and it\'s fine',
      columns: [
        { description: 'where they live' },
        { description: null },
        { description: 'Where we write to' },
        { description: null },
      ],
    }),
    primaryKey: expected(at('customer'), { primaryKey: ['no', 'country'] }),
    uniqueKey: expected(at('customer'), { uniqueKeys: [['email', 'born']] }),
    foreignKey: expected(at('orders'), {
      foreignKeys: [{ columns: ['customer_no', 'country'], references: { path: at('customer'), columns: ['no', 'country'] } }],
    }),
    check: expected(at('orders'), { checks: [{ name: 'never_negative', expression: 'net >= 0' }] }),
    index: expected(at('orders'), {
      indexes: [{ name: 'orders_by_customer', keys: ['lower(country)', 'customer_no'], unique: false, predicate: 'net > 100' }],
    }),
    defaultValue: expected(at('customer'), {
      columns: [{}, {}, { nativeType: 'varchar(80)', nullable: false, defaultValue: "'it''s'" }, {}],
    }),
    generated: expected(at('orders'), {
      columns: [{}, {}, {}, {}, { name: 'gross', generatedAs: 'net * 1.19', defaultValue: null }],
    }),
    doomed: { path: at('doomed'), drop: async () => run(path, ['drop table doomed']) },
  };
}

function run(path: string, statements: readonly string[]): void {
  const database = new Database(path);
  try {
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
}
