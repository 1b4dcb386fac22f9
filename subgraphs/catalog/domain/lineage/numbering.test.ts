import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildCsr, edgeAt, edgesOf, traitsOf } from './csr.ts';
import { Numbering } from './numbering.ts';

/** Close together as a sequence gives them, at the borders of words and pages, and far beyond 32 bits. */
const no = fc.oneof(
  fc.integer({ min: 1, max: 200 }),
  fc.constantFrom(31, 32, 65_535, 65_536, 65_567, 131_071),
  fc.integer({ min: 2 ** 31 - 40, max: 2 ** 31 + 40 }),
  fc.integer({ min: 2 ** 40, max: 2 ** 40 + 70_000 }),
);

it('places are those of the sorted distinct numbers, and nothing else has one', () => {
  fc.assert(
    fc.property(fc.array(no), fc.array(no), no, (some, more, other) => {
      const numbering = new Numbering(Float64Array.from(some), Float64Array.from(more));
      const sorted = [...new Set([...some, ...more])].toSorted((a, b) => a - b);
      expect([...numbering.numbers]).toEqual(sorted);
      expect(sorted.map((each) => numbering.placeOf(each))).toEqual(sorted.map((_, place) => place));
      expect(numbering.placeOf(other)).toBe(sorted.indexOf(other));
    }),
  );
});

it('adjacency holds every edge once in each direction, and gives all of them back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(no, no, fc.constantFrom(0.5, 0.97, 1))), (edges) => {
      const given = {
        id: Float64Array.from(edges, (_, i) => 3 * i + 1),
        source: Float64Array.from(edges, ([source]) => source),
        target: Float64Array.from(edges, ([, target]) => target),
        traits: Uint16Array.from(edges, ([, , confidence]) => traitsOf(1, 'JOIN', confidence)),
      };
      const csr = buildCsr(given);
      expect(edgesOf(csr)).toEqual(given);
      const pairs = ({ offset, far, edge }: typeof csr.out): readonly string[] =>
        [...csr.nodes.numbers].flatMap((near, node) =>
          Array.from(
            far.slice(offset[node], offset[node + 1]),
            (end, i) => `${csr.id[edge[(offset[node] ?? 0) + i] ?? 0]} ${near} ${csr.nodes.numbers[end]}`,
          ),
        );
      expect(pairs(csr.out).toSorted()).toEqual(edges.map(([a, b], i) => `${3 * i + 1} ${a} ${b}`).toSorted());
      expect(pairs(csr.into).toSorted()).toEqual(edges.map(([a, b], i) => `${3 * i + 1} ${b} ${a}`).toSorted());
      expect(edges.map((_, i) => edgeAt(csr.id, 3 * i + 1))).toEqual(edges.map((_, i) => i));
      expect(edgeAt(csr.id, 2)).toBe(-1);
    }),
  );
});
