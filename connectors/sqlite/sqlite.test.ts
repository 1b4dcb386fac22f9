import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedPath } from '../../test/shared.ts';
import type { DatasetRecord } from '../record.ts';
import { sqliteConnector } from './connector.ts';

const { Database } = sqlite;
const signal = AbortSignal.timeout(60_000);
const chinook = sharedPath('data/chinook.sqlite');
let folder = '';

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'cadastre-sqlite-files-'))));
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(chinook === null)(
  'Chinook, a database that others made (skipped when data/chinook.sqlite is not beside the project)',
  () => {
    test('has its 11 tables with all keys', async () => {
      const tables = await crawl(chinook ?? '');
      expect([...tables.keys()].sort()).toEqual([
        'Album',
        'Artist',
        'Customer',
        'Employee',
        'Genre',
        'Invoice',
        'InvoiceLine',
        'MediaType',
        'Playlist',
        'PlaylistTrack',
        'Track',
      ]);
      for (const table of tables.values()) expect(table.primaryKey).not.toBeNull();
      expect(tables.get('PlaylistTrack')?.primaryKey).toEqual(['PlaylistId', 'TrackId']);
      const links = [...tables].flatMap(([name, table]) =>
        table.foreignKeys.map(
          (key) => `${name}.${key.columns.join()} -> ${key.references.path[1]}.${key.references.columns.join()}`,
        ),
      );
      expect(links.sort()).toEqual([
        'Album.ArtistId -> Artist.ArtistId',
        'Customer.SupportRepId -> Employee.EmployeeId',
        'Employee.ReportsTo -> Employee.EmployeeId',
        'Invoice.CustomerId -> Customer.CustomerId',
        'InvoiceLine.InvoiceId -> Invoice.InvoiceId',
        'InvoiceLine.TrackId -> Track.TrackId',
        'PlaylistTrack.PlaylistId -> Playlist.PlaylistId',
        'PlaylistTrack.TrackId -> Track.TrackId',
        'Track.AlbumId -> Album.AlbumId',
        'Track.GenreId -> Genre.GenreId',
        'Track.MediaTypeId -> MediaType.MediaTypeId',
      ]);
      expect(tables.get('Track')?.columns[1]).toMatchObject({ name: 'Name', nativeType: 'NVARCHAR(200)', nullable: false });
    });
  },
);

describe('a SQLite file', () => {
  test('in WAL mode is read with the changes that only its log has, while its writer goes on', async () => {
    const writer = new Database(join(folder, 'wal.db'));
    try {
      writer.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; create table only_in_the_log (a integer)');
      expect([...(await crawl(join(folder, 'wal.db'))).keys()]).toEqual(['only_in_the_log']);
      writer.exec('create table later (a integer)');
      expect([...(await crawl(join(folder, 'wal.db'))).keys()]).toEqual(['later', 'only_in_the_log']);
    } finally {
      writer.close();
    }
  });

  test('is read as it was committed last while a change is only in its writer', async () => {
    const path = join(folder, 'open.db');
    const writer = new Database(path);
    try {
      writer.exec('create table a (a integer); begin exclusive; create table b (a integer)');
      expect([...(await crawl(path)).keys()]).toEqual(['a']);
    } finally {
      writer.close();
    }
  });

  test('with half a change in it is called locked, until the change is whole', async () => {
    const path = join(folder, 'locked.db');
    const writer = new Database(path);
    try {
      writer.exec('create table a (a text); pragma cache_size = 1; begin exclusive');
      writer.exec(
        'with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) insert into a select hex(randomblob(200)) from n',
      );
      const fault = await sqliteConnector.open({ path }, signal).catch((error: unknown) => error);
      expect(fault).toMatchObject({ code: 'SOURCE_UNAVAILABLE', message: expect.stringContaining('is locked') });
      writer.exec('commit');
      expect([...(await crawl(path)).keys()]).toEqual(['a']);
    } finally {
      writer.close();
    }
  });

  test('gets no lock and no other file beside it', async () => {
    const home = join(folder, 'home');
    await mkdir(home);
    make(join(home, 'shop.db'), 'create table a (a integer)');
    const session = await sqliteConnector.open({ path: join(home, 'shop.db') }, signal);
    for await (const item of session.crawl({ skip: new Set(), signal }))
      expect(await readdir(home), item.type).toEqual(['shop.db']);
    await session.close();
    expect(await readdir(home)).toEqual(['shop.db']);
  });

  test('that is empty is an empty database', async () => {
    await writeFile(join(folder, 'empty.db'), '');
    expect((await crawl(join(folder, 'empty.db'))).size).toBe(0);
  });

  test('with UTF-16 text, or with damage, says so and what to do', async () => {
    const path = join(folder, 'damaged.db');
    make(path, "create table a (a integer); create table b (x text default 'y')");
    const bytes = await readFile(path);
    bytes.writeUInt32BE(2, 56);
    await writeFile(path, bytes);
    await expect(sqliteConnector.open({ path }, signal)).rejects.toThrow(/UTF-16.*\.dump/);
    bytes.writeUInt32BE(1, 56);
    bytes.fill(0x7f, 100, 400);
    bytes.fill(0x7f, 3500, 4096);
    await writeFile(path, bytes);
    await expect(sqliteConnector.open({ path }, signal)).rejects.toThrow(/cannot be read.*integrity_check/);
  });

  test('has row counts only after ANALYZE, and never counts', async () => {
    const path = join(folder, 'counted.db');
    make(
      path,
      'create table a (a integer primary key, b integer); create index a_b on a (b); insert into a (b) values (1), (2), (3)',
    );
    expect((await crawl(path)).get('a')?.statistics.rowCountEstimate).toBeNull();
    make(path, 'analyze');
    expect((await crawl(path)).get('a')?.statistics.rowCountEstimate).toBe(3);
  });

  test('has full-text tables without their insides', async () => {
    const path = join(folder, 'fts.db');
    make(path, 'create virtual table notes using fts5(title, body)');
    const tables = await crawl(path);
    expect([...tables.keys()]).toEqual(['notes']);
    expect(tables.get('notes')?.columns.map((column) => column.name)).toEqual(['title', 'body']);
  });

  test('has nullable primary keys where SQLite permits null in them', async () => {
    const path = join(folder, 'null.db');
    make(
      path,
      'create table a (id integer primary key); create table b (id text primary key); create table c (id text primary key) without rowid',
    );
    const tables = await crawl(path);
    expect(['a', 'b', 'c'].map((name) => tables.get(name)?.columns[0]?.nullable)).toEqual([false, true, false]);
  });
});

describe('the URL of a SQLite file', () => {
  test('is absolute with three slashes, or relative', () => {
    expect(sqliteConnector.fromUrl(new URL('sqlite:///srv/my%20shop.db'))).toEqual({ path: '/srv/my shop.db' });
    expect(sqliteConnector.fromUrl(new URL('sqlite:shop.db'))).toEqual({ path: join(process.cwd(), 'shop.db') });
  });

  test('says how to write it when it is wrong', () => {
    for (const wrong of [
      'sqlite://shop.db',
      'sqlite:///shop.db?mode=ro',
      'sqlite:///shop.db#x',
      'sqlite:',
      'sqlite:///',
      'sqlite:///100%',
      'duckdb:///a',
    ]) {
      expect(() => sqliteConnector.fromUrl(new URL(wrong)), wrong).toThrow(/sqlite:\/\/\/srv\/shop\.db/);
    }
  });
});

async function crawl(path: string): Promise<ReadonlyMap<string, DatasetRecord>> {
  const session = await sqliteConnector.open({ path }, signal);
  const found = new Map<string, DatasetRecord>();
  for await (const item of session.crawl({ skip: new Set(), signal })) {
    if (item.type === 'record' && item.record.kind === 'dataset') found.set(item.record.path[1] ?? '', item.record);
    if (item.type === 'receipt') expect(item).toMatchObject({ complete: true });
  }
  await session.close();
  return found;
}

function make(path: string, statements: string): void {
  const database = new Database(path);
  try {
    database.exec(statements);
  } finally {
    database.close();
  }
}
