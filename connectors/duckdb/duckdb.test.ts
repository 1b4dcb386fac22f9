import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatasetRecord } from '../record.ts';
import { duckdbConnector } from './connector.ts';

const signal = AbortSignal.timeout(60_000);
let folder = '';

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'cadastre-duckdb-files-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('a DuckDB file', () => {
  test('that another process writes is called locked, with the process that holds it', async () => {
    const path = join(folder, 'locked.duckdb');
    const script = `
      const { DuckDBInstance } = await import('@duckdb/node-api');
      const instance = await DuckDBInstance.create(${JSON.stringify(path)});
      const connection = await instance.connect();
      await connection.run('create table a (a integer)');
      console.log('ready');
      setInterval(() => connection, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      await expect(duckdbConnector.open({ path }, signal)).rejects.toMatchObject({
        code: 'SOURCE_UNAVAILABLE',
        message: expect.stringMatching(new RegExp(`is locked by PID ${holder.pid}.*copy`)),
      });
    } finally {
      holder.kill();
    }
  });

  test('of a newer storage version is refused with the way out', async () => {
    const path = join(folder, 'newer.duckdb');
    await make(path, ['create table a (a integer)', 'checkpoint']);
    const bytes = await readFile(path);
    bytes.writeBigUInt64LE(9999n, 12);
    await writeFile(path, bytes);
    // The engine itself says which checksum would be right, so that only the version is wrong.
    const complaint: unknown = await duckdbConnector.open({ path }, signal).catch((error: unknown) => error);
    bytes.writeBigUInt64LE(BigInt(/computed checksum (\d+)/.exec(String(complaint))?.[1] ?? 0), 0);
    await writeFile(path, bytes);
    await expect(duckdbConnector.open({ path }, signal)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringMatching(/version number 9999.*EXPORT DATABASE/),
    });
  });

  test("that is damaged, or another engine's, is refused with the way out", async () => {
    const path = join(folder, 'damaged.duckdb');
    await make(path, ['create table a (a integer)', 'checkpoint']);
    await writeFile(path, (await readFile(path)).fill(0x7f, 100, 200));
    await expect(duckdbConnector.open({ path }, signal)).rejects.toThrow(/is damaged.*backup/);
    await writeFile(path, Buffer.from(`SQLite format 3\0${'x'.repeat(5000)}`));
    await expect(duckdbConnector.open({ path }, signal)).rejects.toThrow(/sqlite:\/\/\//);
  });

  test('is given back when the session is closed: a writer can open it at once, also from another process', async () => {
    const path = join(folder, 'shared.duckdb');
    await make(path, ['create table a (a integer)']);
    const session = await duckdbConnector.open({ path }, signal);
    await session.close();
    const script = `
      const { DuckDBInstance } = await import('@duckdb/node-api');
      const connection = await (await DuckDBInstance.create(${JSON.stringify(path)})).connect();
      await connection.run('create table b (a integer)');
      process.exit(0);`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect([...(await crawl(path)).keys()]).toEqual(['main.a', 'main.b']);
  });

  test('can be read by other processes while a session is open', async () => {
    const path = join(folder, 'read-together.duckdb');
    await make(path, ['create table a (a integer)']);
    const session = await duckdbConnector.open({ path }, signal);
    const script = `
      const { DuckDBInstance } = await import('@duckdb/node-api');
      await DuckDBInstance.create(${JSON.stringify(path)}, { access_mode: 'READ_ONLY' });
      process.exit(0);`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    await session.close();
  });

  test('has a view over files listed with a problem, because files are closed to a crawl', async () => {
    const path = join(folder, 'reaching.duckdb');
    const csv = join(folder, 'people.csv');
    await writeFile(csv, 'id,name\n1,Ada\n');
    await make(path, [`create view people as select * from read_csv('${csv}')`]);
    const view = (await crawl(path)).get('main.people');
    expect(view?.columns.map((column) => column.name)).toEqual(['id', 'name']);
    expect(view?.problem).toMatch(/disabled by configuration/);
  });

  test('has enums, lists, structs and maps as the engine writes them', async () => {
    const path = join(folder, 'types.duckdb');
    await make(path, [
      "create table t (e enum('a', 'b'), l integer[], s struct(x integer, y varchar[]), m map(varchar, decimal(9,3)), u union(n integer, s varchar))",
    ]);
    expect((await crawl(path)).get('main.t')?.columns.map((column) => column.nativeType)).toEqual([
      "ENUM('a', 'b')",
      'INTEGER[]',
      'STRUCT(x INTEGER, y VARCHAR[])',
      'MAP(VARCHAR, DECIMAL(9,3))',
      'UNION(n INTEGER, s VARCHAR)',
    ]);
  });

  test('names one broken view among hundreds that compile', async () => {
    const path = join(folder, 'views.duckdb');
    const views = Array.from({ length: 230 }, (_, n) => `create view v${n} as select a from ${n === 117 ? 'gone' : 'a'}`);
    await make(path, ['create table a (a integer); create table gone (a integer)', ...views, 'drop table gone']);
    const broken = [...(await crawl(path)).values()].filter((record) => record.problem !== null);
    expect(broken.map((record) => record.path[2])).toEqual(['v117']);
  });
});

describe('the URL of a DuckDB file', () => {
  test('is absolute with three slashes', () => {
    expect(duckdbConnector.fromUrl(new URL('duckdb:///srv/warehouse.duckdb'))).toEqual({ path: '/srv/warehouse.duckdb' });
    expect(() => duckdbConnector.fromUrl(new URL('duckdb://srv/warehouse.duckdb'))).toThrow(/duckdb:\/\/\/srv/);
  });

  test('and the namespace is what OpenLineage events of dbt name', async () => {
    const path = join(folder, 'named.duckdb');
    await make(path, ['create table a (a integer)']);
    const session = await duckdbConnector.open({ path }, signal);
    expect(session.namespace).toBe(`duckdb://${path}`);
    await session.close();
  });
});

async function crawl(path: string): Promise<ReadonlyMap<string, DatasetRecord>> {
  const session = await duckdbConnector.open({ path }, signal);
  try {
    const found = new Map<string, DatasetRecord>();
    for await (const item of session.crawl({ skip: new Set(), signal })) {
      if (item.type === 'record' && item.record.kind === 'dataset') found.set(item.record.path.slice(1).join('.'), item.record);
    }
    return found;
  } finally {
    await session.close();
  }
}

async function make(path: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}
