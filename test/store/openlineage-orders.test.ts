import fc from 'fast-check';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { graphOf, ingest } from '../support/ingesting.ts';
import { history } from '../support/madeUpEvents.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

/** A longer search on demand: `ORDERS=10000 ORDERS_MS=600000`. */
const RUNS = Number(process.env['ORDERS'] ?? 8);
const SEARCH_MS = Number(process.env['ORDERS_MS'] ?? 20_000);

const twoOrders = history.chain((events) =>
  fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length })),
);

describeOnOneEngine('openlineage events that were made up', (open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  beforeEach(() => resetData(db));

  it(
    'say the same in any order, together or one by one, and nothing new the second time',
    async () => {
      await fc.assert(
        fc.asyncProperty(twoOrders, async ([events, order]) => {
          await resetData(db);
          await ingest(db, ...events);
          const graph = await graphOf(db);
          expect(await ingest(db, ...order)).toBe(0);
          await resetData(db);
          for (const event of order) await ingest(db, event);
          expect(await graphOf(db), 'in another order, one by one').toEqual(graph);
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: SEARCH_MS, markInterruptAsFailure: false },
      );
    },
    SEARCH_MS + 100_000,
  );
});
