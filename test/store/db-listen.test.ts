import { beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { describeOnEngines, NO_MIGRATIONS } from './engines.ts';

describeOnEngines(
  'listen',
  (open, engine) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });

    const notify = (channel: string, payload: string): Promise<unknown> =>
      db.query('select pg_notify($1, $2)', [channel, payload]);

    test('each listener of a channel hears each payload, and nothing of other channels', async () => {
      const first: string[] = [];
      const second: string[] = [];
      const stops = await Promise.all([
        db.listen('Outbox', (payload) => first.push(payload)),
        db.listen('Outbox', (payload) => second.push(payload)),
      ]);
      await notify('outbox', 'another channel');
      await notify('Outbox', '1');
      await notify('Outbox', '2');
      await vi.waitFor(
        () =>
          expect([first, second]).toEqual([
            ['1', '2'],
            ['1', '2'],
          ]),
        60_000,
      );
      await Promise.all(stops.map((stop) => stop()));
    });

    test('a notification is heard when its transaction commits, and never when it rolls back', async () => {
      const heard: string[] = [];
      const stop = await db.listen('outbox', (payload) => heard.push(payload));
      await db
        .transaction(async (tx) => {
          await tx.query(`select pg_notify('outbox', 'gone')`);
          throw new Error('no');
        })
        .catch(() => undefined);
      await db.transaction((tx) => tx.query(`select pg_notify('outbox', 'stored')`));
      await vi.waitFor(() => expect(heard).toEqual(['stored']), 60_000);
      await stop();
    });

    test('who has stopped listening hears nothing more, while others still do', async () => {
      const stopped: string[] = [];
      const going: string[] = [];
      const stop = await db.listen('outbox', (payload) => stopped.push(payload));
      const stopGoing = await db.listen('outbox', (payload) => going.push(payload));
      await stop();
      await notify('outbox', 'x');
      await vi.waitFor(() => expect(going).toEqual(['x']), 60_000);
      expect(stopped).toEqual([]);
      await stopGoing();
    });

    test('listening holds no connection that others wait for', async () => {
      const stops = await Promise.all(Array.from({ length: 12 }, (_, i) => db.listen(`channel_${i}`, () => {})));
      expect(await db.transaction((tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
      await Promise.all(stops.map((stop) => stop()));
    });

    test.runIf(engine === 'postgres')('a listener whose connection breaks comes back by itself', async () => {
      const heard: string[] = [];
      const stop = await db.listen('outbox', (payload) => heard.push(payload));
      await db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'`,
      );
      await vi.waitFor(async () => {
        await notify('outbox', 'again');
        expect(heard).toContain('again');
      }, 60_000);
      await stop();
    });
  },
  { migrations: NO_MIGRATIONS },
);
