import { sql } from 'drizzle-orm';
import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { describeOnEngines, NO_MIGRATIONS } from './engines.ts';

const moment = pgTable('moment', { name: text(), seenAt: timestamp({ withTimezone: true, mode: 'string' }) });

describeOnEngines(
  'values',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });

    const valueOf = async (expression: string, values: unknown[] = []): Promise<unknown> =>
      (await db.query<{ v: unknown }>(`select ${expression} as v`, values))[0]?.v;

    test.each([
      [`'2026-11-21 13:37:08.12+02'::timestamptz`, '2026-11-21T11:37:08.120000Z'],
      [`'2026-11-21 11:37:08'::timestamptz`, '2026-11-21T11:37:08.000000Z'],
      [`'infinity'::timestamptz`, 'infinity'],
      [`'-infinity'::timestamptz`, '-infinity'],
      [`array['2026-11-21 11:37:08.5Z'::timestamptz, null, 'infinity']`, ['2026-11-21T11:37:08.500000Z', null, 'infinity']],
      [`array[]::timestamptz[]`, []],
      ['9007199254740993::int8', '9007199254740993'],
      ['array[9007199254740993::int8]', ['9007199254740993']],
      ['1.50::numeric', '1.50'],
      ['2::int4', 2],
      [`'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
      [`'\\x00ff'::bytea`, Buffer.from([0, 255])],
      [`'2026-11-21'::date`, '2026-11-21'],
      [`'2026-11-21 01:02:03'::timestamp`, '2026-11-21 01:02:03'],
      ['null::text', null],
    ])('%s is read as %j', async (expression, value) => {
      expect(await valueOf(expression)).toEqual(value);
    });

    test('parameters may be arrays, JSON, bytes and moments', async () => {
      expect(await valueOf('$1::text[]', [['a', 'b,"c', null]])).toEqual(['a', 'b,"c', null]);
      expect(await valueOf('$1::jsonb', [{ a: 1 }])).toEqual({ a: 1 });
      expect(await valueOf('$1::bytea', [Buffer.from([1, 2])])).toEqual(Buffer.from([1, 2]));
      expect(await valueOf('$1::timestamptz', ['2026-11-21T11:37:08.120001Z'])).toBe('2026-11-21T11:37:08.120001Z');
    });

    test('a named statement is prepared once and gives the same answers', async () => {
      for (const n of [1, 2, 3]) expect(await db.query('select $1::int as n', [n], 'numbered')).toEqual([{ n }]);
      const prepared = await db.query(`select name from pg_prepared_statements where name = 'numbered'`);
      expect(prepared).toHaveLength(1);
    });

    test('drizzle reads moments as instants, too', async () => {
      await db.query('create table moment (name text, seen_at timestamptz)');
      await db.orm.insert(moment).values({ name: 'a', seenAt: '2026-11-21T11:37:08.000001Z' });
      expect(await db.orm.select().from(moment)).toEqual([{ name: 'a', seenAt: '2026-11-21T11:37:08.000001Z' }]);
      expect((await db.orm.execute(sql`select seen_at from moment`)).rows).toEqual([{ seen_at: '2026-11-21T11:37:08.000001Z' }]);
    });

    test('every connection has our settings', async () => {
      const settings = ['TimeZone', 'application_name', 'search_path', 'statement_timeout'].map(
        (name) => `current_setting('${name}')`,
      );
      const read = (): Promise<unknown> => valueOf(`array[${settings.join(', ')}]`);
      const answers = await Promise.all([read(), read(), read()]);
      for (const answer of answers) expect(answer).toEqual(['UTC', 'cadastre', 'public, pg_temp', '30s']);
    });

    test('trigrams are there', async () => {
      expect(await valueOf(`'orders' % 'order'`)).toBe(true);
    });
  },
  { migrations: NO_MIGRATIONS },
);
