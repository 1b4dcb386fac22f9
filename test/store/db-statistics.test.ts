import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { keepStatisticsFresh, refreshStatistics } from '../../kernel/db/freshStatistics.ts';
import type { Database } from '../../kernel/db/database.ts';
import { describeOnEngines } from './engines.ts';

describeOnEngines(
  'statistics for the planner',
  (open) => {
    const fill = (db: Database, from: number, to: number) =>
      db.query(`insert into kernel.aggregate (id, version) select n::text, 1 from generate_series($1::int, $2::int) as n`, [
        from,
        to,
      ]);
    const known = async (db: Database): Promise<number> => {
      const [row] = await db.query<{ rows: number }>(
        `select reltuples::int as rows from pg_class where oid = 'kernel.aggregate'::regclass`,
      );
      return row?.rows ?? 0;
    };
    /** The server counts changes a second late. */
    async function refreshedTables(db: Database): Promise<readonly string[]> {
      for (let waitedMs = 0; ; waitedMs += 200) {
        const tables = await refreshStatistics(db);
        if (tables.length > 0 || waitedMs > 5_000) return tables;
        await sleep(200);
      }
    }

    it('a table that grew is analyzed once, and again when half of its rows are new', async () => {
      const db = await open();
      await fill(db, 1, 2_000);
      expect(await refreshedTables(db)).toEqual(['kernel.aggregate']);
      expect(await known(db)).toBe(2_000);
      await fill(db, 2_001, 3_000);
      await sleep(1_500);
      expect(await refreshStatistics(db)).toEqual([]);
      await fill(db, 3_001, 6_000);
      expect(await refreshedTables(db)).toEqual(['kernel.aggregate']);
      expect(await known(db)).toBe(6_000);
    });

    it('goes on in the background until it is stopped', async () => {
      const db = await open();
      const stop = keepStatisticsFresh(db, (error) => expect.unreachable(String(error)), 50);
      await fill(db, 6_001, 20_000);
      for (let waitedMs = 0; (await known(db)) < 20_000 && waitedMs < 8_000; waitedMs += 100) await sleep(100);
      expect(await known(db)).toBe(20_000);
      await stop();
      await fill(db, 20_001, 60_000);
      await sleep(1_500);
      expect(await known(db)).toBe(20_000);
    });
  },
  { ownDatabase: true },
);
