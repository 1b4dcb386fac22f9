import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { walk, type Direction, type Walk } from '../../subgraphs/catalog/domain/lineage/walk.ts';
import { MemoryLineage } from '../../subgraphs/catalog/service/lineage/memoryIndex.ts';
import { sqlIndex } from '../../subgraphs/catalog/service/lineage/sqlIndex.ts';
import { claim, state } from '../support/lineage.ts';
import { describeOnEngines } from './engines.ts';

const NAMES = ['a.x', 'a.y', 'b.x', 'b.y', 'c.x', 'c.y', 'd.x', 'd.y'];

describeOnEngines('the lineage graph in memory', (open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
    await state(
      db,
      'query/first',
      NAMES.slice(1).map((name) => claim(`a.x > ${name}`)),
    );
  });

  const shape = ({ degrees, edges }: Walk) => ({
    degrees: [...degrees].map(([no, degree]) => `${no} ${degree}`).toSorted((a, b) => a.localeCompare(b)),
    edges: edges.map(({ id }) => id).toSorted((a, b) => a.localeCompare(b)),
  });

  it('answers as the table does, whatever changes in between', async () => {
    const memory = new MemoryLineage(db);
    const everything = (nos: readonly string[]): Promise<ReadonlySet<string>> => Promise.resolve(new Set(nos));
    const columns = (await db.query<{ no: string }>(`select no from catalog.asset_column order by no`)).map(({ no }) => no);
    const pair = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES)).filter(([a, b]) => a !== b);
    const evidence = fc.constantFrom('query/first', 'query/b', 'query/c');
    const statement = fc.tuple(evidence, fc.array(pair, { maxLength: 6 }), fc.constantFrom(0.5, 0.9, 1));
    const direction = fc.constantFrom<Direction>('UPSTREAM', 'DOWNSTREAM');
    await fc.assert(
      fc.asyncProperty(statement, direction, async ([key, pairs, confidence], way) => {
        await state(
          db,
          key,
          pairs.map(([a, b]) => claim(`${a} > ${b}`, 'IDENTITY', confidence)),
        );
        await memory.refresh();
        const filter = { level: 1, minConfidence: 0.9, indirect: true } as const;
        const bounds = { depth: 9, nodesMax: 1_000, edgesMax: 1_000, deadline: AbortSignal.timeout(10_000) };
        for (const no of columns) {
          const one = await walk(memory.index(filter), [no], way, bounds, everything);
          const other = await walk(sqlIndex(db, { ...filter, at: null }), [no], way, bounds, everything);
          expect(shape(one)).toEqual(shape(other));
        }
      }),
      { numRuns: 15 },
    );
  });
});
