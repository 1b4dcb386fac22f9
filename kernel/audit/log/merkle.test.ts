import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { consistencyProof, verifyConsistency } from './consistency.ts';
import { Frontier } from './frontier.ts';
import { EMPTY_ROOT, leafHash, parseHash } from './hash.ts';
import { readRoot } from './hashReader.ts';
import { inclusionProof, verifyInclusion } from './inclusion.ts';
import { numberedEntries, referencePath, referenceProof, referenceReader, referenceRoot } from './referenceTree.fixture.ts';

const ENTRIES = numberedEntries(300);
const some = fc.integer({ min: 1, max: ENTRIES.length });

const grown = (entries: readonly Uint8Array[]): Frontier => {
  const frontier = new Frontier();
  for (const entry of entries) frontier.push(leafHash(entry));
  return frontier;
};
const flipped = (hash: Uint8Array, bit: number): Buffer => {
  const other = Buffer.from(hash);
  other[(bit >> 3) % other.length]! ^= 1 << (bit & 7);
  return other;
};

test('the roots of the eight entries of RFC 6962’s first implementation', () => {
  const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const roots = entries.map((_, at) =>
    grown(entries.slice(0, at + 1).map((hex) => Buffer.from(hex, 'hex')))
      .root()
      .toString('hex'),
  );
  expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(roots[0]).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  expect(roots[7]).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});

property.prop([fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 70 })])(
  'a growing tree has the root of the definition',
  (entries) => {
    expect(grown(entries).root()).toEqual(referenceRoot(entries));
  },
);

property.prop([fc.nat(300), fc.nat(300)])('a frontier that was stored goes on as if it had not been', async (size, more) => {
  const frontier = await Frontier.read(referenceReader(ENTRIES), size);
  expect(new Frontier(size, frontier.hashes).root()).toEqual(referenceRoot(ENTRIES.slice(0, size)));
  for (const entry of ENTRIES.slice(0, more)) frontier.push(leafHash(entry));
  expect(frontier.size).toBe(size + more);
  expect(frontier.root()).toEqual(referenceRoot([...ENTRIES.slice(0, size), ...ENTRIES.slice(0, more)]));
});

test('a frontier that does not fit its size is refused', () => {
  const hashes = grown(ENTRIES.slice(0, 6)).hashes;
  expect(() => new Frontier(7, hashes)).toThrow(/right edge/);
  expect(() => new Frontier(6, [...hashes, EMPTY_ROOT])).toThrow(/right edge/);
  expect(
    () =>
      new Frontier(
        6,
        hashes.map((hash) => hash.subarray(1)),
      ),
  ).toThrow(/right edge/);
  expect(() => new Frontier(-1)).toThrow(/-1 leaves/);
  expect(() => new Frontier(2 ** 53)).toThrow(/leaves/);
});

test('a frontier beyond 2^32 leaves joins what it should', () => {
  const size = 2 ** 40 + 2 ** 33 + 1;
  const [a, b, c] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];
  const complete: string[] = [];
  new Frontier(size, [a, b, c]).push(leafHash(Buffer.from('x')), (level, index) => complete.push(`${level}/${index}`));
  expect(complete).toEqual([`0/${size}`, `1/${(size - 1) / 2}`]);
});

describe('inclusion', () => {
  property.prop([some, fc.nat()])('a proof is the one of the definition, and is accepted', async (size, at) => {
    const [index, entries] = [at % size, ENTRIES.slice(0, size)];
    const proof = await inclusionProof(referenceReader(ENTRIES), index, size);
    expect(proof).toEqual(referencePath(index, entries));
    const leaf = leafHash(entries[index]!);
    expect(verifyInclusion({ index, size, leaf, proof, root: referenceRoot(entries) })).toBe(true);
  });

  property.prop([some, fc.nat(), fc.nat(), fc.nat({ max: 255 })])(
    'whatever is changed in it is noticed',
    async (size, at, which, bit) => {
      const [index, entries] = [at % size, ENTRIES.slice(0, size)];
      const [leaf, root] = [leafHash(entries[index]!), referenceRoot(entries)];
      const proof = await inclusionProof(referenceReader(ENTRIES), index, size);
      const claim = { index, size, leaf, proof, root };
      const place = which % Math.max(1, proof.length);
      const wrong = [
        { leaf: flipped(leaf, bit) },
        { root: flipped(root, bit) },
        { index: index === 0 ? size : index - 1 },
        { index: size },
        { index: -1 },
        { size: index },
        { proof: [...proof, root] },
        { proof: [root, ...proof] },
        ...(proof.length === 0
          ? []
          : [
              { proof: proof.slice(1) },
              { proof: proof.slice(0, -1) },
              { proof: proof.with(place, flipped(proof[place]!, bit)) },
            ]),
        ...(proof.length === 0 ? [] : [{ proof: proof.with(place, proof[place]!.subarray(1)) }]),
      ];
      for (const part of wrong) expect(verifyInclusion({ ...claim, ...part }), JSON.stringify(part)).toBe(false);
    },
  );

  test('a tree has no leaf at or beyond its size', async () => {
    const reader = referenceReader(ENTRIES);
    await expect(inclusionProof(reader, 3, 3)).rejects.toThrow(/no leaf 3/);
    await expect(inclusionProof(reader, 0, 0)).rejects.toThrow(/no leaf 0/);
    await expect(inclusionProof(reader, 0.5, 3)).rejects.toThrow(RangeError);
    await expect(inclusionProof(reader, 0, 2 ** 53)).rejects.toThrow(RangeError);
  });

  test('a proof longer than any tree needs is not even computed', () => {
    const proof = Array.from({ length: 65 }, () => EMPTY_ROOT);
    expect(verifyInclusion({ index: 0n, size: 2n ** 70n, leaf: EMPTY_ROOT, proof, root: EMPTY_ROOT })).toBe(false);
  });
});

describe('consistency', () => {
  property.prop([some, some])('a proof is the one of the definition, and is accepted', async (a, b) => {
    const [earlier, later] = [Math.min(a, b), Math.max(a, b)];
    const proof = await consistencyProof(referenceReader(ENTRIES), earlier, later);
    expect(proof).toEqual(referenceProof(earlier, ENTRIES.slice(0, later)));
    const roots = [earlier, later].map((size) => ({ size, root: referenceRoot(ENTRIES.slice(0, size)) }));
    expect(verifyConsistency({ earlier: roots[0]!, later: roots[1]!, proof })).toBe(true);
  });

  property.prop([some, some, fc.nat(299), fc.nat(255)])(
    'a log that was forked or rewritten has no proof',
    async (a, b, at, bit) => {
      const [earlier, later] = [Math.min(a, b), Math.max(a, b)];
      const forked = ENTRIES.with(at % earlier, Buffer.from('another'));
      const proof = await consistencyProof(referenceReader(forked), earlier, later);
      const claim = {
        earlier: { size: earlier, root: referenceRoot(ENTRIES.slice(0, earlier)) },
        later: { size: later, root: referenceRoot(forked.slice(0, later)) },
      };
      expect(verifyConsistency({ ...claim, proof })).toBe(false);
      const right = await consistencyProof(referenceReader(ENTRIES), earlier, later);
      expect(verifyConsistency({ ...claim, proof: right })).toBe(false);
      const root = referenceRoot(ENTRIES.slice(0, later));
      expect(verifyConsistency({ ...claim, later: { size: later, root: flipped(root, bit) }, proof: right })).toBe(false);
      expect(verifyConsistency({ earlier: claim.earlier, later: { size: later, root }, proof: [...right, root] })).toBe(false);
    },
  );

  test('the empty tree proves nothing, not even of itself', async () => {
    const empty = { size: 0, root: EMPTY_ROOT };
    expect(verifyConsistency({ earlier: empty, later: empty, proof: [] })).toBe(false);
    expect(verifyConsistency({ earlier: empty, later: { size: 1, root: leafHash(Buffer.from('x')) }, proof: [] })).toBe(false);
    await expect(consistencyProof(referenceReader(ENTRIES), 0, 3)).rejects.toThrow(/at least one/);
    await expect(consistencyProof(referenceReader(ENTRIES), 4, 3)).rejects.toThrow(/not more/);
  });
});

test('only what is exactly a hash in base64 is read as one', async () => {
  const root = await readRoot(referenceReader(ENTRIES), 3);
  const text = root.toString('base64');
  expect(parseHash(text)).toEqual(root);
  for (const wrong of [
    '',
    text.slice(1),
    ` ${text}`,
    `${text}\n`,
    text.replace('=', ''),
    root.subarray(1).toString('base64'),
    root.toString('hex'),
  ])
    expect(parseHash(wrong), wrong).toBeNull();
  // The last digit before the padding has two bits that say nothing.
  expect(parseHash(Buffer.alloc(32).toString('base64').replace('A=', 'B='))).toBeNull();
});
