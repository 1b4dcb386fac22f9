import { beforeAll, it, expect } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { Fault } from '../../kernel/fault.ts';
import { type MadeVersion, testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnEngines } from './engines.ts';
import type { Payload } from './governing.ts';

describeOnEngines('a stage that many want at once', (open, engine) => {
  let db: Database;
  let registry: TestRegistry;
  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
  });

  it.skipIf(engine === 'pglite')(
    'however many versions want into one stage, each gets its turn',
    async () => {
      const { act, makeModel, makeVersion, promote, steward } = registry;
      const made = await makeModel();
      const all: MadeVersion[] = [made];
      for (let i = 0; i < 11; i++) all.push(await makeVersion(made.modelId));
      const faults: string[] = [];
      // Waiting for one of the pool's connections is nothing that the stage has to do with.
      const patiently = async (mutation: () => Promise<Payload>): Promise<Payload> => {
        for (;;) {
          const answer = await mutation().catch((error: unknown) => error);
          if (!(answer instanceof Fault)) return answer;
          if (answer.code !== 'STORE_UNAVAILABLE') return faults.push(`${answer.code}: ${answer.message}`);
        }
      };
      const wishes = Array.from({ length: 6 }, (_, round) =>
        all.flatMap((one) => [
          patiently(() => promote(one, 'beta')),
          patiently(() => act(steward, 'setAlias', { versionId: one.versionId, alias: `best ${round % 2}` })),
        ]),
      );
      await Promise.all([
        ...wishes.flat(),
        ...Array.from({ length: 6 }, () =>
          patiently(() => act(steward, 'unbindStage', { modelId: made.modelId, stage: 'beta' })),
        ),
      ]);
      expect(faults).toEqual([]);
      const rows = await db.query<{ number: number; from: string; to: string | null }>(
        `select b.number, bound_from as from, bound_to as to from registry.stage_binding b join registry.model m on m.no = b.model_no
         where m.id = $1 order by b.number`,
        [made.modelId],
      );
      expect(rows.map(({ number }) => number)).toEqual(rows.map((_, i) => i + 1));
      for (const [i, { from, to }] of rows.entries()) {
        expect(to === null || to > from).toBe(true);
        expect(to === null || to <= (rows[i + 1]?.from ?? to)).toBe(true);
      }
    },
    120_000,
  );
});
