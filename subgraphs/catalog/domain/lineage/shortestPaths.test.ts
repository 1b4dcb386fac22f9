import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortestPaths } from './shortestPaths.ts';

type Pair = readonly [string, string];
const edgesOf = (pairs: readonly Pair[]) => pairs.map(([sourceNo, targetNo], i) => ({ id: `${i}`, sourceNo, targetNo }));
const ways = (pairs: readonly Pair[], members: readonly Pair[], from: string, to: string) =>
  shortestPaths(edgesOf(pairs), new Map(members), [from, to], 10).paths.map(({ nos }) => nos.join(' '));

test('a way goes through a dataset as a whole to one of its columns, and that is no hop', () => {
  const pairs: readonly Pair[] = [
    ['s', 'v'],
    ['v.x', 't'],
    ['s', 'a'],
    ['a', 'b'],
    ['b', 't'],
  ];
  const members: readonly Pair[] = [
    ['v.x', 'v'],
    ['v.y', 'v'],
  ];
  expect(ways(pairs, members, 's', 't')).toEqual(['s v v.x t', 's a b t']);
  expect(ways(pairs, members, 's', 'v.y')).toEqual(['s v v.y']);
  expect(ways(pairs, members, 's', 'v')).toEqual(['s v']);
});

test('all ways without a circle are found, the shortest first', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 8 }), (pairs) => {
      const { paths, complete } = shortestPaths(edgesOf(pairs), new Map(), ['a', 'e'], 1_000);
      const found = paths.map(({ nos }) => nos.join(' '));
      expect(complete).toBe(true);
      expect(new Set(found)).toEqual(new Set(every(pairs, ['a'], 'e')));
      expect(paths.map(({ nos }) => nos.length)).toEqual(paths.map(({ nos }) => nos.length).toSorted((a, b) => a - b));
    }),
  );
});

/** By going everywhere. */
function every(pairs: readonly Pair[], path: readonly string[], to: string): readonly string[] {
  const end = path.at(-1);
  if (end === to) return [path.join(' ')];
  return pairs.flatMap(([from, next]) => (from === end && !path.includes(next) ? every(pairs, [...path, next], to) : []));
}
