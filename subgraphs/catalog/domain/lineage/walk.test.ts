import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Direction, type LineageIndex, type Place, walk, type WalkBounds, type WalkEdge, type WalkRules } from './walk.ts';

type Pair = readonly [string, string];

const edgesOf = (pairs: readonly Pair[]): readonly WalkEdge[] =>
  pairs.map(([sourceNo, targetNo], i) => ({ id: `${i}`, sourceNo, targetNo }));

const indexOf = (edges: readonly WalkEdge[]): LineageIndex => ({
  hops: (nos, direction, limit) =>
    Promise.resolve(
      edges.filter(({ sourceNo, targetNo }) => nos.includes(direction === 'UPSTREAM' ? targetNo : sourceNo)).slice(0, limit),
    ),
});

const bounds = (more: Partial<WalkBounds> = {}): WalkBounds => ({
  depth: 50,
  nodesMax: 1_000,
  edgesMax: 1_000,
  deadline: new AbortController().signal,
  ...more,
});
const seesAll: WalkRules = { visible: (nos) => Promise.resolve(new Set(nos)) };
const go = (pairs: readonly Pair[], start: string, rules: Partial<WalkRules> = {}, more: Partial<WalkBounds> = {}) =>
  walk(indexOf(edgesOf(pairs)), [start], 'DOWNSTREAM', bounds(more), { ...seesAll, ...rules });
const placed =
  (places: Readonly<Record<string, Place>>): NonNullable<WalkRules['place']> =>
  (nos) =>
    Promise.resolve(new Map(nos.flatMap((no) => (places[no] === undefined ? [] : [[no, places[no]] as const]))));

const LINE: readonly Pair[] = [
  ['a', 'b'],
  ['b', 'c'],
  ['c', 'd'],
];

test('what is hidden costs no hop', async () => {
  const { degrees, truncation } = await go(LINE, 'a', { place: placed({ b: 'hidden', c: 'hidden' }) }, { depth: 1 });
  expect(Object.fromEntries(degrees)).toEqual({ a: 0, b: 0, c: 0, d: 1 });
  expect(truncation.size).toBe(0);
});

test('nothing is found beyond where a walk stops', async () => {
  const { degrees, places } = await go(LINE, 'a', { place: placed({ b: 'stopped' }) });
  expect([...degrees.keys()]).toEqual(['a', 'b']);
  expect(places.get('b')).toBe('stopped');
});

test('what may not be seen is not bridged, also where filters hide it', async () => {
  const { degrees, truncation } = await go(LINE, 'a', {
    visible: (nos) => Promise.resolve(new Set(nos.filter((no) => no !== 'b'))),
    place: placed({ b: 'hidden' }),
  });
  expect([...degrees.keys()]).toEqual(['a']);
  expect([...truncation]).toEqual(['POLICY']);
});

test('each bound says its name, and no edge leads out of the answer', async () => {
  const cuts = [
    [{ depth: 1 }, 'DEPTH'],
    [{ nodesMax: 2 }, 'NODES'],
    [{ edgesMax: 1 }, 'EDGES'],
    [{ deadline: AbortSignal.abort() }, 'TIME'],
  ] as const;
  for (const [more, name] of cuts) {
    const { degrees, edges, truncation } = await go(LINE, 'a', {}, more);
    expect([...truncation]).toEqual([name]);
    for (const { sourceNo, targetNo } of edges) expect(degrees.has(sourceNo) && degrees.has(targetNo)).toBe(true);
  }
});

test('a dataset that is reached as a whole goes on from those of its columns that lead on', async () => {
  const kin: NonNullable<WalkRules['kin']> = (nos) =>
    Promise.resolve(nos.includes('v') ? ['v.x', 'v.y'].map((no) => ({ no, of: 'v' })) : []);
  const { degrees, members } = await go(
    [
      ['s', 'v'],
      ['v.x', 't'],
    ],
    's',
    { kin },
  );
  expect(Object.fromEntries(degrees)).toEqual({ s: 0, v: 1, 'v.x': 1, t: 2 });
  expect(Object.fromEntries(members)).toEqual({ 'v.x': 'v' });
});

test('distances are the shortest in shown nodes, whatever the graph', async () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  const hidden = fc.subarray(['b', 'c', 'd', 'e', 'f', 'g']);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, name), { maxLength: 20 }), hidden, async (pairs, out) => {
      const places = Object.fromEntries(out.map((no) => [no, 'hidden' as const]));
      const { degrees } = await go(pairs, 'a', { place: placed(places) });
      expect(Object.fromEntries(degrees)).toEqual(distances(pairs, 'a', new Set(out)));
    }),
  );
});

test('upstream is downstream of the edges turned around', async () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, name), { maxLength: 12 }), async (pairs) => {
      const found = (turned: readonly Pair[], direction: Direction) =>
        walk(indexOf(edgesOf(turned)), ['a'], direction, bounds(), seesAll);
      const up = await found(pairs, 'UPSTREAM');
      const down = await found(
        pairs.map(([from, to]) => [to, from]),
        'DOWNSTREAM',
      );
      expect(new Map(up.degrees)).toEqual(new Map(down.degrees));
    }),
  );
});

/** Bellman and Ford: slow and plain. */
function distances(pairs: readonly Pair[], start: string, hidden: ReadonlySet<string>): Record<string, number> {
  const best: Record<string, number> = { [start]: 0 };
  for (let round = 0; round <= pairs.length; round++)
    for (const [from, to] of pairs) {
      const through = (best[from] ?? Infinity) + (hidden.has(to) ? 0 : 1);
      if (through < (best[to] ?? Infinity)) best[to] = through;
    }
  return best;
}
