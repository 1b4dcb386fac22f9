import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { EdgeSubtype } from '../../subgraphs/catalog/domain/lineage/edge.ts';
import { type Direction, walk, type Walk, type WalkRules } from '../../subgraphs/catalog/domain/lineage/walk.ts';
import { MemoryLineage } from '../../subgraphs/catalog/service/lineage/memoryIndex.ts';
import { sqlIndex } from '../../subgraphs/catalog/service/lineage/sqlIndex.ts';
import { kinOf } from '../../subgraphs/catalog/store/kin.ts';
import { claim, state } from '../support/lineage.ts';
import { describeOnOneEngine } from './engines.ts';

const NAMES = ['a.x', 'a.y', 'b.x', 'b.y', 'c.x', 'c.y', 'd.x', 'd.y'];
const DATASETS = ['a', 'b', 'c', 'd'];

/** An edge of a small world, by names: `b` without a column is the dataset as a whole. */
interface Told {
  readonly from: string;
  readonly to: string;
  readonly subtype: EdgeSubtype;
  readonly confidence: number;
}

describeOnOneEngine('the lineage graph in memory', (open) => {
  let db: Database;
  let nameOf: ReadonlyMap<string, string>;
  beforeAll(async () => {
    db = await open();
    await state(
      db,
      'query/first',
      NAMES.slice(1).map((name) => claim(`a.x > ${name}`)),
    );
    const named = await db.query<{ no: string; name: string }>(
      `select c.no, a.simple_name || '.' || c.name as name from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no
       union all select no, simple_name from catalog.asset`,
    );
    nameOf = new Map(named.map(({ no, name }) => [no, name]));
  });

  const shape = ({ degrees, edges, members, truncation }: Walk) => ({
    degrees: [...degrees].map(([no, degree]) => `${nameOf.get(no)} ${degree}`).toSorted(),
    edges: edges.map(({ id }) => id).toSorted(),
    members: [...members].map(([column, dataset]) => `${nameOf.get(column)} ${nameOf.get(dataset)}`).toSorted(),
    truncation: [...truncation],
  });
  const bounds = () => ({ depth: 9, nodesMax: 1_000, edgesMax: 1_000, deadline: AbortSignal.timeout(60_000) });
  const rules = (): WalkRules => ({
    visible: (nos) => Promise.resolve(new Set(nos)),
    kin: (nos, direction, limit) => kinOf(db, nos, direction, limit),
  });

  const name = fc.constantFrom(...NAMES);
  const told = fc
    .record({
      from: name,
      to: fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom(...DATASETS) }),
      direct: fc.boolean(),
      confidence: fc.constantFrom(0.5, 0.9, 1),
    })
    .filter(({ from, to }) => from !== to)
    .map(({ from, to, direct, confidence }): Told => ({
      from,
      to,
      subtype: to.includes('.') && direct ? 'IDENTITY' : 'FILTER',
      confidence,
    }));
  const direction = fc.constantFrom<Direction>('UPSTREAM', 'DOWNSTREAM');
  const tell = (key: string, edges: readonly Told[]) =>
    state(
      db,
      key,
      edges.map(({ from, to, subtype, confidence }) => claim(`${from} > ${to}`, subtype, confidence)),
    );

  it('answers as the table does, now and as of then, whatever changes in between', async () => {
    // One that keeps all changes beside its base, and one that soon makes a new base of both.
    const memories = [new MemoryLineage(db), new MemoryLineage(db, 5)];
    const columns = [...nameOf].filter(([, known]) => known.includes('.')).map(([no]) => no);
    const statement = fc.tuple(fc.constantFrom('query/first', 'query/b', 'query/c'), fc.array(told, { maxLength: 6 }));
    const subtypes = fc.constantFrom<readonly EdgeSubtype[] | undefined>(undefined, ['FILTER'], ['IDENTITY', 'JOIN']);
    await fc.assert(
      fc.asyncProperty(statement, direction, subtypes, async ([key, edges], way, only) => {
        await tell(key, edges);
        for (const memory of memories) await memory.refresh();
        const [now] = await db.query<{ now: string }>('select now() as now');
        const filter = { level: 1, minConfidence: 0.9, indirect: true, ...(only !== undefined && { subtypes: only }) } as const;
        for (const no of columns) {
          const truth = shape(await walk(sqlIndex(db, { ...filter, at: null }), [no], way, bounds(), rules()));
          const then = await walk(sqlIndex(db, { ...filter, at: now!.now as never }), [no], way, bounds(), rules());
          expect(shape(then)).toEqual(truth);
          const { visible } = rules();
          const plain = await walk(sqlIndex(db, { ...filter, at: null }), [no], way, bounds(), { visible });
          for (const memory of memories) {
            const index = memory.index(filter);
            expect(shape(await walk(index, [no], way, bounds(), rules()))).toEqual(truth);
            expect(new Set(index.reach?.([no], way, bounds().depth, 1_000)?.map(String))).toEqual(new Set(plain.degrees.keys()));
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('what shapes a whole dataset shapes each of its columns, as if it were said of each', async () => {
    const memory = new MemoryLineage(db);
    await fc.assert(
      fc.asyncProperty(fc.array(told, { maxLength: 10 }), name, direction, async (edges, start, way) => {
        for (const key of ['query/first', 'query/b', 'query/c']) await state(db, key, []);
        await tell('query/first', edges);
        await memory.refresh();
        const no = [...nameOf].find(([, known]) => known === start)![0];
        const index = memory.index({ level: 1, minConfidence: 0, indirect: true });
        const walked = await walk(index, [no], way, bounds(), rules());
        // A dataset stands for its columns; only those through which the way goes on are named.
        const reached = new Set([...walked.degrees.keys()].map((each) => nameOf.get(each)!));
        const wholes = [...reached].filter((each) => !each.includes('.'));
        const covered = new Set([
          ...[...reached].filter((each) => each.includes('.')),
          ...(way === 'DOWNSTREAM' ? NAMES.filter((each) => wholes.includes(each.split('.')[0]!)) : []),
        ]);
        expect(covered).toEqual(closure(spread(edges), start, way));
      }),
      { numRuns: 40 },
    );
  });
});

/** The same edges with every influence on a dataset spread over its columns. */
const spread = (edges: readonly Told[]): readonly (readonly [string, string])[] =>
  edges.flatMap(({ from, to }) =>
    to.includes('.')
      ? [[from, to] as const]
      : NAMES.filter((each) => each.startsWith(`${to}.`)).map((each) => [from, each] as const),
  );

function closure(edges: readonly (readonly [string, string])[], start: string, way: Direction): ReadonlySet<string> {
  const seen = new Set([start]);
  for (const at of seen)
    for (const [from, to] of edges) {
      if (way === 'DOWNSTREAM' && from === at) seen.add(to);
      if (way === 'UPSTREAM' && to === at) seen.add(from);
    }
  return seen;
}
