import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { Database, Lease } from '../../kernel/db/database.ts';
import { describeOnEngines, NO_MIGRATIONS } from './engines.ts';

describeOnEngines(
  'lead',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });

    /** Leads until `stop` is called. */
    async function leading(name: string, ttlMs = 15_000): Promise<{ lease: Lease; stop: () => Promise<boolean> }> {
      const gate = new AbortController();
      let done: Promise<boolean> = Promise.resolve(false);
      const lease = await new Promise<Lease>((resolve, reject) => {
        const work = async (held: Lease): Promise<void> => {
          resolve(held);
          await sleep(60_000, undefined, { signal: gate.signal }).catch(() => undefined);
        };
        done = db.lead(name, work, { ttlMs });
        done.catch(reject);
      });
      return { lease, stop: () => (gate.abort(), done) };
    }

    test('only one leads at a time; who may not wait is told so', async () => {
      const first = await leading('one');
      expect(await db.lead('one', async () => expect.unreachable(), { whenTaken: 'give-up' })).toBe(false);
      expect(await db.lead('another', async () => {}, { whenTaken: 'give-up' })).toBe(true);
      expect(await first.stop()).toBe(true);
      expect(await db.lead('one', async () => {}, { whenTaken: 'give-up' })).toBe(true);
    });

    test('who waits leads next, with a greater token', async () => {
      const first = await leading('queue');
      const tokens: bigint[] = [];
      const waiting = db.lead('queue', async ({ token }) => void tokens.push(token), { ttlMs: 300 });
      await first.stop();
      expect(await waiting).toBe(true);
      expect(tokens[0]).toBeGreaterThan(first.lease.token);
    });

    test('a lease is kept for longer than its life by renewing it', async () => {
      const first = await leading('kept', 300);
      await sleep(700);
      expect(await db.lead('kept', async () => {}, { whenTaken: 'give-up' })).toBe(false);
      expect(first.lease.signal.aborted).toBe(false);
      await first.stop();
    });

    test('a leader who lost the lease is told, and does not take it from the new one', async () => {
      const first = await leading('lost', 300);
      await db.query(
        `update kernel.lease set holder = 'somebody else', token = token + 1, expires_at = clock_timestamp() + interval '1 minute' where name = 'lost'`,
      );
      await sleep(250);
      expect(first.lease.signal.reason).toMatchObject({ code: 'CONFLICT' });
      await first.stop();
      expect(
        await db.query(`select holder, expires_at > clock_timestamp() as held from kernel.lease where name = 'lost'`),
      ).toEqual([{ holder: 'somebody else', held: true }]);
    });

    test('a lease that nobody renews is taken over after its life', async () => {
      await db.query(
        `insert into kernel.lease values ('crashed', 'the dead', 41, clock_timestamp() + interval '150 milliseconds')`,
      );
      const tokens: bigint[] = [];
      await db.lead('crashed', async ({ token }) => void tokens.push(token), { ttlMs: 300 });
      expect(tokens).toEqual([42n]);
    });

    test('the lease is given back when the work throws', async () => {
      await expect(db.lead('thrown', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(await db.lead('thrown', async () => {}, { whenTaken: 'give-up' })).toBe(true);
    });

    test('a signal stops waiting, and reaches the work through the lease', async () => {
      const first = await leading('stopped');
      expect(await db.lead('stopped', async () => expect.unreachable(), { signal: AbortSignal.timeout(50) })).toBe(false);
      await first.stop();
      const work = (lease: Lease): Promise<void> => sleep(60_000, undefined, { signal: lease.signal });
      await expect(db.lead('stopped', work, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'AbortError' });
    });
  },
  { migrations: NO_MIGRATIONS },
);
