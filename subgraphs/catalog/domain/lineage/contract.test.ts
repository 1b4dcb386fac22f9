import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contract } from './contract.ts';

type Pair = readonly [string, string];
const edgesOf = (pairs: readonly Pair[]) => pairs.map(([sourceNo, targetNo], i) => ({ id: `${i}`, sourceNo, targetNo }));
const shortcutsOf = (pairs: readonly Pair[], hidden: readonly string[], members: readonly Pair[] = []) =>
  contract(edgesOf(pairs), new Map(members), new Set(hidden), 100).shortcuts.map(
    ({ sourceNo, targetNo, hidden: count }) => `${sourceNo} > ${targetNo} over ${count}`,
  );

test('a shortcut counts what is left out on the shortest way', () => {
  const pairs: readonly Pair[] = [
    ['a', 'h1'],
    ['h1', 'h2'],
    ['h2', 'b'],
    ['a', 'h3'],
    ['h3', 'b'],
  ];
  expect(shortcutsOf(pairs, ['h1', 'h2', 'h3'])).toEqual(['a > b over 1']);
});

test('where an edge says the same there is no shortcut', () => {
  const pairs: readonly Pair[] = [
    ['a', 'b'],
    ['a', 'h'],
    ['h', 'b'],
  ];
  expect(shortcutsOf(pairs, ['h'])).toEqual([]);
});

test('a hidden dataset that stands for its columns leads to what is made of them', () => {
  expect(
    shortcutsOf(
      [
        ['s', 'v'],
        ['v.x', 't'],
      ],
      ['v', 'v.x'],
      [['v.x', 'v']],
    ),
  ).toEqual(['s > t over 2']);
});

test('more than asked for is said', () => {
  const pairs: readonly Pair[] = [['a', 'h'], ...Array.from({ length: 5 }, (_, i) => ['h', `t${i}`] as const)];
  expect(contract(edgesOf(pairs), new Map(), new Set(['h']), 4)).toMatchObject({ isWhole: false, shortcuts: { length: 4 } });
});

test('what is reached is what was reached, whatever is hidden', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const name = fc.constantFrom(...names);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 15 }), fc.subarray(names), (pairs, out) => {
      const hidden = new Set(out);
      const { edges, shortcuts } = contract(edgesOf(pairs), new Map(), hidden, 1_000);
      const left = [...edges, ...shortcuts].map(({ sourceNo, targetNo }): Pair => [sourceNo, targetNo]);
      for (const start of names.filter((each) => !hidden.has(each))) {
        const before = [...reach(pairs, start)].filter((each) => !hidden.has(each));
        expect(reach(left, start)).toEqual(new Set(before));
      }
    }),
  );
});

function reach(pairs: readonly Pair[], start: string): ReadonlySet<string> {
  const seen = new Set([start]);
  for (const at of seen) for (const [from, to] of pairs) if (from === at) seen.add(to);
  return seen;
}
