import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CrawlItem } from '../../connector.ts';
import type { DatasetRecord } from '../../record.ts';
import { filesConnector, openFilesEngine } from './connector.ts';
import { placeOf } from './glob.ts';

const signal = AbortSignal.timeout(60_000);
let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cadastre-lake-'));
  lake = join(folder, 'lake');
  for (const part of ['orders/year=2025', 'orders/year=2026', 'returns', '.hidden', '_delta_log'])
    await mkdir(join(lake, part), { recursive: true });
  await run([
    `copy (select 1 as id, 9.5 as net) to '${lake}/orders/year=2025/a.parquet'`,
    `copy (select i as id, 9.5 as net, 'DE' as country from range(41) as t(i)) to '${lake}/orders/year=2026/a.parquet'`,
    `copy (select i as id, {'reason': 'late', 'tags': ['a']} as detail from range(5000) as t(i)) to '${lake}/returns/all.parquet'`,
  ]);
  await writeFile(join(lake, 'customers.csv'), 'id;name;born\n1;Ada;1990-02-01\n2;Bela;1985-12-31\n');
  await writeFile(join(lake, 'broken.parquet'), 'this is no Parquet file at all');
  await writeFile(join(lake, 'broken.csv'), Buffer.from([0xff, 0xfe, 0x00, 0x01, 0x02, 0xc3, 0x28, 0x0a]));
  await writeFile(join(lake, '.hidden', 'secret.csv'), 'a,b\n1,2\n');
  await writeFile(join(folder, 'outside.csv'), 'a,b\n1,2\n');
  await symlink(join(folder, 'outside.csv'), join(lake, 'link.csv'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a folder of files', () => {
  test('a Parquet file has its columns, nested types, rows and size from the footer', async () => {
    const record = (await crawl(lake)).datasets.get('returns/all.parquet');
    expect(record?.columns.map((column) => [column.name, column.nativeType])).toEqual([
      ['id', 'BIGINT'],
      ['detail', 'STRUCT(reason VARCHAR, tags VARCHAR[])'],
    ]);
    expect(record?.statistics.rowCountEstimate).toBe(5000);
    expect(record?.statistics.sizeBytes).toBeGreaterThan(1000);
  });

  test('a CSV file has its separator and types inferred, and no row is counted', async () => {
    const record = (await crawl(lake)).datasets.get('customers.csv');
    expect(record?.columns.map((column) => [column.name, column.nativeType])).toEqual([
      ['id', 'BIGINT'],
      ['name', 'VARCHAR'],
      ['born', 'DATE'],
    ]);
    expect(record?.statistics.rowCountEstimate).toBeNull();
  });

  test('a folder of partitions is one dataset with the columns of all and the partition as a column', async () => {
    const { datasets } = await crawl(lake);
    const record = datasets.get('orders');
    expect(record?.columns.map((column) => column.name)).toEqual(['id', 'net', 'country', 'year']);
    expect(record?.statistics.rowCountEstimate).toBe(42);
    expect([...datasets.keys()].filter((name) => name.startsWith('orders'))).toEqual(['orders']);
  });

  test('a folder that is itself partitioned is one dataset under its own path', async () => {
    expect([...(await crawl(join(lake, 'orders'))).datasets.keys()]).toEqual(['orders']);
  });

  test('a malformed file is listed with its problem, and the others are described', async () => {
    const { datasets, receipts } = await crawl(lake);
    expect(datasets.get('broken.parquet')).toMatchObject({
      columns: [],
      problem: expect.stringContaining('parquet cannot be read'),
    });
    expect(datasets.get('broken.csv')).toMatchObject({ columns: [], problem: expect.stringContaining('csv cannot be read') });
    expect(datasets.get('customers.csv')?.problem).toBeNull();
    expect(receipts.every((receipt) => receipt.complete)).toBe(true);
  });

  test('hidden names and links are left out', async () => {
    expect([...(await crawl(lake)).datasets.keys()].sort()).toEqual([
      'broken.csv',
      'broken.parquet',
      'customers.csv',
      'orders',
      'returns/all.parquet',
    ]);
  });

  test('the parts of a path joined by slashes are the path on disk', async () => {
    for (const record of (await crawl(lake)).datasets.values()) expect(record.path.join('/').startsWith(`${lake}/`)).toBe(true);
  });

  test('a pattern chooses files', async () => {
    expect([...(await crawl(join(lake, '*.csv'))).datasets.keys()].sort()).toEqual(['broken.csv', 'customers.csv']);
    expect([...(await crawl(join(lake, 'returns/**/*.parquet'))).datasets.keys()]).toEqual(['all.parquet']);
    expect([...(await crawl(join(lake, 'customers.csv'))).datasets.keys()]).toEqual(['customers.csv']);
  });
});

describe('the engine that reads files', () => {
  test('reaches nothing outside the folder, and no statement can change that', async () => {
    const engine = await openFilesEngine(lake);
    const ask = (sql: string) => engine.rows({ sql, row: z.unknown() }, [], signal);
    try {
      await expect(ask(`select * from read_csv('${folder}/outside.csv')`)).rejects.toThrow(/disabled by configuration/);
      await expect(ask(`select * from read_csv('${lake}/../outside.csv')`)).rejects.toThrow(/disabled by configuration/);
      await expect(ask("select * from read_csv('https://example.com/a.csv')")).rejects.toThrow();
      await expect(ask('set enable_external_access = true')).rejects.toThrow(/Only SELECT/);
      await expect(ask("attach ':memory:' as other")).rejects.toThrow(/Only SELECT/);
      expect(await ask(`select count(*) as n from read_csv('${lake}/customers.csv')`)).toEqual([{ n: '2' }]);
    } finally {
      engine.close();
    }
  });
});

describe('a pattern of files', () => {
  test('crosses folders by two stars and stays in one by one', () => {
    const { root, matches } = placeOf('/srv/lake/**/part-?.parquet');
    expect(root).toBe('/srv/lake');
    expect(['part-1.parquet', 'a/b/part-2.parquet'].map(matches)).toEqual([true, true]);
    expect(['part-10.parquet', 'part-1-parquet'].map(matches)).toEqual([false, false]);
    expect(placeOf('/srv/*/a.csv').matches('x/y/a.csv')).toBe(false);
  });
});

async function crawl(files: string): Promise<{
  readonly datasets: ReadonlyMap<string, DatasetRecord>;
  readonly receipts: readonly Extract<CrawlItem, { type: 'receipt' }>[];
}> {
  const session = await filesConnector.open({ files }, signal);
  try {
    const items: CrawlItem[] = [];
    for await (const item of session.crawl({ skip: new Set(), signal })) items.push(item);
    const records = items.flatMap((item) => (item.type === 'record' && item.record.kind === 'dataset' ? [item.record] : []));
    return {
      datasets: new Map(records.map((record) => [record.path.slice(1).join('/'), record])),
      receipts: items.flatMap((item) => (item.type === 'receipt' ? [item] : [])),
    };
  } finally {
    await session.close();
  }
}

async function run(statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}
