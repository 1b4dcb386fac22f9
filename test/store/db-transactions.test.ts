import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database, Tx } from '../../kernel/db/database.ts';
import { parseInstant, toMs } from '../../kernel/time.ts';
import { describeOnEngines, NO_MIGRATIONS } from './engines.ts';

const suite = (open: () => Promise<Database>, engine: Database['engine']): void => {
  let db: Database;
  const texts = async (): Promise<string[]> =>
    (await db.query<{ text: string }>('select text from note order by id')).map(({ text }) => text);
  const write = (tx: Tx, text: string): Promise<unknown> =>
    tx.query('insert into note (text, at) values ($1, $2)', [text, tx.now]);

  beforeAll(async () => {
    db = await open();
    await db.query(
      'create table public.note (id bigint generated always as identity primary key, text text unique, at timestamptz)',
    );
  });
  beforeEach(() => db.query('truncate note'));

  test('what a transaction wrote through SQL and through drizzle is there when it returns', async () => {
    const answer = await db.transaction(async (tx) => {
      await write(tx, 'by query');
      await tx.orm.execute(sql`insert into note (text) values ('by orm')`);
      return 'answer';
    });
    expect(answer).toBe('answer');
    expect(await texts()).toEqual(['by query', 'by orm']);
  });

  test('nothing is stored when the work throws, and its own error comes out', async () => {
    const failure = new Error('changed my mind');
    const attempt = db.transaction(async (tx) => {
      await write(tx, 'gone');
      throw failure;
    });
    await expect(attempt).rejects.toBe(failure);
    expect(await texts()).toEqual([]);
  });

  test.each([
    ['query', () => db.query('select 1')],
    ['orm', () => db.orm.execute(sql`select 1`)],
    ['transaction', () => db.transaction(async () => {})],
    ['lead', () => db.lead('somebody', async () => {})],
    ['listen', () => db.listen('something', () => {})],
    ['close', () => db.close()],
  ])('a nested use of the pool (%s) inside a transaction throws instead of waiting for ever', async (_, nested) => {
    const attempt = db.transaction(async (tx) => {
      await write(tx, 'gone');
      await nested().catch((error: unknown) => {
        throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
      });
    });
    await expect(attempt).rejects.toMatchObject({ code: 'INTERNAL', internal: expect.stringContaining('inside a transaction') });
    expect(await texts()).toEqual([]);
  });

  test('code that a transaction started may use the database once the transaction is over', async () => {
    const later = await db.transaction(async () => ({ rows: sleep(20).then(() => db.query('select 1 as one')) }));
    expect(await later.rows).toEqual([{ one: 1 }]);
  });

  test('a transaction that is over takes no more statements', async () => {
    const kept = await db.transaction(async (tx) => tx);
    await expect(kept.query('select 1')).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(kept.orm.execute(sql`select 1`)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('a transaction whose failed statement was swallowed does not pretend to have stored something', async () => {
    const attempt = db.transaction(async (tx) => {
      await write(tx, 'lost');
      await tx.query('select * from nowhere').catch(() => undefined);
    });
    await expect(attempt).rejects.toMatchObject({ code: 'INTERNAL', internal: expect.stringContaining('swallowed') });
    expect(await texts()).toEqual([]);
  });

  test.each(['commit', 'BEGIN', ' rollback', 'end'])('"%s" cannot be sent inside a transaction', async (text) => {
    await expect(db.transaction((tx) => tx.query(text))).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('a savepoint may be rolled back inside a transaction', async () => {
    await db.transaction(async (tx) => {
      await write(tx, 'kept');
      await tx.query('savepoint here');
      await tx.query('select * from nowhere').catch(() => undefined);
      await tx.query('rollback to savepoint here');
    });
    expect(await texts()).toEqual(['kept']);
  });

  test('drizzle opens no transactions of its own, on the pool or inside a transaction', async () => {
    await expect(db.orm.transaction(async () => {})).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(db.transaction((tx) => tx.orm.transaction(async () => {}))).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('statements that are sent at once inside a transaction run one after the other', async () => {
    await db.transaction((tx) => Promise.all(['a', 'b', 'c'].map((text) => write(tx, text))));
    expect(await texts()).toEqual(['a', 'b', 'c']);
  });

  test('many transactions at once all get through', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? db.transaction((tx) => write(tx, `${i}`)) : db.query('select 1'))),
    );
    expect(await texts()).toHaveLength(10);
  });

  test('a transaction has one time, taken from the database, and no two transactions share it', async () => {
    const moments = await Promise.all(Array.from({ length: 20 }, () => db.transaction(async (tx) => tx.now)));
    expect(new Set(moments).size).toBe(20);
    for (const moment of moments) {
      expect(parseInstant(moment)).toBe(moment);
      expect(Math.abs(toMs(moment) - Date.now())).toBeLessThan(60_000);
    }
  });

  test('a given time is the time of the transaction', async () => {
    const at = parseInstant('2020-02-29T12:00:00.000001Z');
    await db.transaction((tx) => write(tx, 'then'), { at });
    expect(await db.query('select at from note')).toEqual([{ at }]);
  });

  test.each(['40001', '40P01'])(
    'a transaction that lost a conflict (%s) is repeated, and only its last attempt is stored',
    async (sqlstate) => {
      let attempts = 0;
      await db.transaction(async (tx) => {
        await write(tx, `attempt ${++attempts}`);
        if (attempts < 3) await tx.orm.execute(sql.raw(`do $$ begin raise exception using errcode = '${sqlstate}'; end $$`));
      });
      expect(await texts()).toEqual(['attempt 3']);
    },
  );

  test('a transaction that always loses gives up after three repetitions', async () => {
    let attempts = 0;
    const attempt = db.transaction((tx) =>
      tx.query(`do $$ begin raise exception using errcode = '40001'; end $$ -- ${++attempts}`),
    );
    await expect(attempt).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/Nothing was stored.*Try again/s),
      cause: { code: '40001' },
    });
    expect(attempts).toBe(4);
  });

  test('who waits for a lock that is taken first has the later time, and needs one attempt', async () => {
    await db.query(`insert into note (text) values ('locked')`);
    const lock = (tx: Tx): Promise<unknown> => tx.query(`select 1 from note where text = 'locked' for update`);
    const moments: string[] = [];
    const turn = (): Promise<void> =>
      db.transaction(
        async (tx) => {
          await tx.query('select pg_sleep(0.01)');
          moments.push(tx.now);
        },
        { first: lock },
      );
    await Promise.all(Array.from({ length: 6 }, turn));
    expect(moments).toEqual(moments.toSorted());
    expect(new Set(moments).size).toBe(6);
  });

  test('what takes locks first cannot be used later', async () => {
    let kept: Tx | undefined;
    await db.transaction(async () => {}, {
      first: async (tx) => {
        kept = tx;
        await tx.query('select 1');
      },
    });
    await expect(kept?.query('select 1')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('an error of a statement keeps its SQLSTATE, and the next statement works', async () => {
    await expect(db.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
    await expect(db.query('select $1::int', [{ not: 'a number' }])).rejects.toMatchObject({ code: '22P02' });
    expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test.runIf(engine === 'postgres')('a statement that takes longer than it may is stopped with DEADLINE_EXCEEDED', async () => {
    const attempt = db.transaction((tx) => tx.query('select pg_sleep(30)'), { statementTimeoutMs: 100 });
    await expect(attempt).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await db.query(`select current_setting('statement_timeout') as timeout`)).toEqual([{ timeout: '30s' }]);
  });

  test.runIf(engine === 'postgres')(
    'a connection that breaks inside a transaction is thrown away, and the pool goes on',
    async () => {
      const attempt = db.transaction(async (tx) => {
        await write(tx, 'lost');
        const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        await expect(tx.query('select pg_terminate_backend($1)', [row?.pid])).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
        });
        await write(tx, 'too late');
      });
      await expect(attempt).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(await texts()).toEqual([]);
    },
  );

  test.runIf(engine === 'postgres')('an idle connection that the server ends does not end the program', async () => {
    await Promise.all([db.query('select pg_sleep(0.05)'), db.query('select pg_sleep(0.05)')]);
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await sleep(50);
    expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
};

describeOnEngines('transactions', suite, { migrations: NO_MIGRATIONS });
