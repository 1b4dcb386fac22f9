import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { sharedPath } from '../shared.ts';
import { count } from '../support/catalog.ts';
import { eventsIn, graphOf, ingest } from '../support/ingesting.ts';
import { describeOnEngines, resetData } from './engines.ts';

const CASES = sharedPath('cases/openlineage');
const FOLDERS = ['CLL/events', 'airflow/events', 'simple_run_event/events', 'odd-events'];

/** Shuffles by a seed, so that a failure can be looked at again. */
function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  return items
    .map((item) => ({ item, place: next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

describeOnEngines('openlineage events of real clients', (open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  beforeEach(() => resetData(db));

  describe.skipIf(CASES === null)('make the same graph in whatever order they come', () => {
    it.each(FOLDERS)('%s', async (folder) => {
      const events = eventsIn(path.join(CASES ?? '', folder));
      await ingest(db, ...events);
      const graph = await graphOf(db);
      const before = await count(db, 'kernel.audit_event');
      expect(await ingest(db, ...events), 'a second time').toBe(0);
      expect(await count(db, 'kernel.audit_event')).toBe(before);
      for (const order of [events.toReversed(), ...[1, 2, 3].map((seed) => shuffled(events, seed))]) {
        await resetData(db);
        await ingest(db, ...order);
        expect(await graphOf(db)).toEqual(graph);
      }
    });
  });
});
