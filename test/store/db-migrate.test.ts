import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { migrate } from '../../kernel/db/migrate.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { describeOnEngines, NO_MIGRATIONS, postgresUrl } from './engines.ts';

describeOnEngines(
  'migrate',
  (open, engine) => {
    let db: Database;
    let folder: string;
    const put = (name: string, sql: string): Promise<void> => writeFile(path.join(folder, name), sql);
    const applied = async (): Promise<unknown[]> =>
      (await db.query<{ name: string }>('select name from kernel.migration order by name')).map(({ name }) => name);

    beforeEach(async () => {
      db = await open();
      folder = await mkdtemp(path.join(os.tmpdir(), 'cadastre-migrations-'));
      await db.query('drop schema if exists shop cascade; truncate kernel.migration');
      await put('0001-shop.sql', 'create schema shop; create table shop.sale (id int);');
      await put('0002-price.sql', 'alter table shop.sale add column price numeric;');
    });
    afterEach(() => rm(folder, { recursive: true }));

    test('applies what is new, in order, once, and says how far it is', async () => {
      const steps: unknown[] = [];
      expect(await migrate(db, folder, (step) => steps.push(step))).toEqual(['0001-shop', '0002-price']);
      expect(steps).toEqual([
        { name: '0001-shop', step: 1, total: 2 },
        { name: '0002-price', step: 2, total: 2 },
      ]);
      await put('0003-more.sql', 'create table shop.more (id int);');
      await put('README.md', 'not a migration');
      expect(await migrate(db, folder)).toEqual(['0003-more']);
      expect(await migrate(db, folder)).toEqual([]);
      expect(await applied()).toEqual(['0001-shop', '0002-price', '0003-more']);
    });

    test('a migration that fails leaves nothing of itself, and everything before it', async () => {
      await put('0003-broken.sql', 'create table shop.half (id int); select * from nowhere;');
      await expect(migrate(db, folder)).rejects.toThrow('The migration 0003-broken failed: relation "nowhere" does not exist');
      expect(await applied()).toEqual(['0001-shop', '0002-price']);
      expect(await db.query(`select to_regclass('shop.half') as half`)).toEqual([{ half: null }]);
    });

    test('a file that was changed after it had been applied is refused', async () => {
      await migrate(db, folder);
      await put('0001-shop.sql', 'create schema shop; create table shop.sale (id bigint);');
      await expect(migrate(db, folder)).rejects.toMatchObject({
        code: 'CONFIGURATION',
        message: expect.stringContaining('0001-shop was changed'),
      });
    });

    test('line ends of another system are no change', async () => {
      await put('0001-shop.sql', 'create schema shop;\ncreate table shop.sale (id int);\n');
      await migrate(db, folder);
      await put('0001-shop.sql', 'create schema shop;\r\ncreate table shop.sale (id int);\r\n');
      expect(await migrate(db, folder)).toEqual([]);
    });

    test('a database that is ahead of the program is refused, and nothing is applied', async () => {
      await migrate(db, folder);
      await rm(path.join(folder, '0002-price.sql'));
      await expect(migrate(db, folder)).rejects.toMatchObject({
        code: 'CONFIGURATION',
        message: expect.stringContaining('newer Cadastre'),
      });
    });

    test('a file that comes before applied ones is refused', async () => {
      await put('0004-late.sql', 'select 1');
      await migrate(db, folder);
      await put('0003-forgotten.sql', 'select 1');
      await expect(migrate(db, folder)).rejects.toMatchObject({
        code: 'CONFIGURATION',
        message: expect.stringContaining('0003-forgotten'),
      });
    });

    test('two files with one number are refused', async () => {
      await put('0002-other.sql', 'select 1');
      await expect(migrate(db, folder)).rejects.toMatchObject({
        code: 'CONFIGURATION',
        message: expect.stringContaining('0002'),
      });
    });

    test.runIf(engine === 'postgres')('programs that migrate at once take turns, also on an empty database', async () => {
      const [row] = await db.query<{ name: string }>('select current_database() as name');
      await db.query('drop schema kernel cascade');
      const programs = await Promise.all([1, 2, 3].map(() => openDatabase({ url: postgresUrl(row?.name ?? '') })));
      const done = await Promise.all(programs.map((program) => migrate(program, folder)));
      expect(done.flat().toSorted()).toEqual(['0001-shop', '0002-price']);
      await Promise.all(programs.map((program) => program.close()));
    });

    test.runIf(engine === 'postgres')(
      'with a migration URL the program may use what the owner makes, and only that; without it, it starts when nothing is to be done',
      async () => {
        const [row] = await db.query<{ name: string }>('select current_database() as name');
        const database = row?.name ?? '';
        const role = `${database}_app`;
        await db.query(`drop schema kernel cascade; create role ${role} login`);
        await put(
          '0003-log.sql',
          `create table shop.log (id int);
        do $$ begin execute format('revoke update, delete on shop.log from %I', current_setting('cadastre.application_role')); end $$;`,
        );
        const program = await openDatabase({ url: postgresUrl(database, role), migrationUrl: postgresUrl(database) });
        await migrate(program, folder);
        await program.query('insert into shop.sale values (1)');
        await program.query('insert into shop.log values (1)');
        await expect(program.query('delete from shop.log')).rejects.toMatchObject({ code: '42501' });
        await expect(program.query('create table shop.mine (id int)')).rejects.toMatchObject({ code: '42501' });
        expect(await program.lead('work', async () => {})).toBe(true);
        await program.close();
        await db.query(`drop owned by ${role}; drop role ${role}`);
      },
    );
  },
  { migrations: NO_MIGRATIONS },
);
