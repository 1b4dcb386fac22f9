import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { MemoryLineage } from '../../subgraphs/catalog/service/lineage/memoryIndex.ts';
import { sqlIndex } from '../../subgraphs/catalog/service/lineage/sqlIndex.ts';
import { testCatalog, type TestCatalog } from '../support/catalog.ts';
import { claim, NAMESPACE, state } from '../support/lineage.ts';
import { edgesOf, merging, type Merging, urnOf } from '../support/merging.ts';
import { describeOnOneEngine } from './engines.ts';

const DATASETS = ['a', 'b', 'c', 'd'];
const ENDS = DATASETS.flatMap((name) => [`${name}.x`, `${name}.y`]);
const urn = (name: string): string => urnOf(NAMESPACE, `shop.public.${name}`);

/** What somebody does in a small world that only lineage knows. */
type Step =
  | { readonly do: 'merge'; readonly from: string; readonly into: string }
  | { readonly do: 'unmerge'; readonly from: string };

const name = fc.constantFrom(...DATASETS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('merge' as const), from: name, into: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unmerge' as const), from: name }) },
);
const evidence = fc.array(fc.tuple(fc.constantFrom(...ENDS), fc.constantFrom(...ENDS)), { minLength: 1, maxLength: 6 });

describeOnOneEngine('merges of a small world', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  let act: Merging;
  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, {});
    act = merging(catalog);
    await state(
      db,
      'query/columns',
      ENDS.map((end) => claim(`${end} > sink.${end.replace('.', '_')}`)),
    );
  });

  const stateAll = async (pieces: readonly (readonly (readonly [string, string])[])[]): Promise<void> => {
    for (const [i, claims] of pieces.entries()) {
      const arrows = claims.filter(([from, to]) => from !== to).map(([from, to]) => claim(`${from} > ${to}`));
      await state(db, `query/${i}`, arrows);
    }
  };
  const undoAll = async (): Promise<void> => {
    for (let left = DATASETS; left.length > 0;) {
      const still: string[] = [];
      for (const one of left) if ((await act.unmerge(urn(one)))['code'] === 'MERGED_FURTHER') still.push(one);
      left = still;
    }
  };
  const everything = async (): Promise<object> => ({
    columns: await edgesOf(db, 1),
    datasets: await edgesOf(db, 0),
    state: await db.query(`select name, state, column_count, merged_into from catalog.asset order by 1`),
    present: await db.query(
      `select a.name, c.name as part from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no
       where c.state = 'present' order by 1, 2`,
    ),
  });

  it('whatever is merged, when all of it is undone lineage answers as before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(evidence, { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 8 }),
        async (pieces, steps) => {
          await stateAll([...pieces, [], []].slice(0, 3));
          const before = await everything();
          for (const one of steps)
            await (one.do === 'merge' ? act.merge(urn(one.from), urn(one.into)) : act.unmerge(urn(one.from)));
          await undoAll();
          expect(await everything()).toEqual(before);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('whatever is merged, saying again what was said changes nothing, and no edge hangs on what is merged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(evidence, { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 6 }),
        async (pieces, steps) => {
          const said = [...pieces, [], []].slice(0, 3);
          await stateAll(said);
          for (const one of steps)
            await (one.do === 'merge' ? act.merge(urn(one.from), urn(one.into)) : act.unmerge(urn(one.from)));
          const ghosts = await db.query(
            `select e.id from catalog.lineage_edge e
           left join catalog.asset_column s on s.no = e.source_no left join catalog.asset_column t on t.no = e.target_no
           join catalog.asset a on a.no in (coalesce(s.dataset_no, e.source_no), coalesce(t.dataset_no, e.target_no))
           where e.recorded_to = 'infinity' and (a.state <> 'present' or s.state <> 'present' or t.state <> 'present')`,
          );
          expect(ghosts).toEqual([]);
          const merged = await edgesOf(db, 1);
          const distinct = (edges: readonly string[]) =>
            new Set(edges.filter((edge) => edge.split(' > ')[0] !== edge.split(' > ')[1]));
          await stateAll(said);
          expect(distinct(await edgesOf(db, 1))).toEqual(distinct(merged));
          await undoAll();
          await stateAll(said);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('the graph in memory follows merges', async () => {
    const memory = new MemoryLineage(db);
    await memory.refresh();
    await stateAll([
      [
        ['a.x', 'b.x'],
        ['c.y', 'a.y'],
      ],
      [['a.x', 'd.y']],
      [],
    ]);
    const filter = { level: 1 as const, minConfidence: 0, indirect: true };
    const nos = (await db.query<{ no: string }>('select no from catalog.asset_column order by no')).map(({ no }) => no);
    const agree = async (): Promise<void> => {
      await memory.refresh();
      const [inMemory, inTable] = [memory.index(filter), sqlIndex(db, { ...filter, at: null })];
      for (const direction of ['UPSTREAM', 'DOWNSTREAM'] as const) {
        const ids = async (index: typeof inMemory) => (await index.hops(nos, direction, 1_000)).map(({ id }) => id).toSorted();
        expect(await ids(inMemory)).toEqual(await ids(inTable));
      }
    };
    await agree();
    await act.merge(urn('a'), urn('b'));
    await agree();
    await act.merge(urn('b'), urn('c'));
    await agree();
    await undoAll();
    await agree();
  });
});
