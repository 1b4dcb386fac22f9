import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { decodeEntries, encodeEntries } from './entryBundle.ts';
import { Frontier } from './frontier.ts';
import { growTiles } from './growTiles.ts';
import { leafHash } from './hash.ts';
import { readRoot } from './hashReader.ts';
import { inclusionProof, verifyInclusion } from './inclusion.ts';
import { numberedEntries, referencePath, referenceRoot } from './referenceTree.fixture.ts';
import { entriesPath, parseTilePath, rightEdge, tilePath, tileWidth } from './tile.ts';
import { TileReader, type LoadTiles } from './tileReader.ts';

describe('paths', () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 1, index: 1000, width: 1 }, 'tile/1/x001/000.p/1'],
    [{ level: 5, index: 999, width: 255 }, 'tile/5/999.p/255'],
  ])('%o is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual({ ...tile, of: 'hashes' });
  });

  test('entries have the index and the width of the tile above them', () => {
    expect(entriesPath({ index: 1_234_067, width: 7 })).toBe('tile/entries/x001/x234/067.p/7');
    expect(parseTilePath('tile/entries/x001/x234/067.p/7')).toEqual({ of: 'entries', level: 0, index: 1_234_067, width: 7 });
  });

  property.prop([fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 })])(
    'are read back as they were written',
    (level, index, width) => {
      expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ of: 'hashes', level, index, width });
    },
  );

  test.each([
    '',
    'tile/0',
    'tile/64/000',
    'tile/00/000',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/x001/x000',
    'tile/0/000/001',
    'tile/0/000.p/0',
  ])('%s asks for nothing', (path) => expect(parseTilePath(path)).toBeNull());
  test.each([
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    '/tile/0/000',
    'tile/0/000 ',
    'tile/-1/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/data/000',
  ])('%s asks for nothing', (path) => expect(parseTilePath(path)).toBeNull());
});

test('a tree of 70000 leaves has the tiles that the specification counts', () => {
  expect(rightEdge(70_000)).toEqual([
    { level: 0, index: 273, width: 112 },
    { level: 1, index: 1, width: 17 },
    { level: 2, index: 0, width: 1 },
  ]);
  expect(rightEdge(256)).toEqual([
    { level: 0, index: 0, width: 256 },
    { level: 1, index: 0, width: 1 },
  ]);
  expect(rightEdge(0)).toEqual([]);
  expect(tileWidth({ level: 1, index: 2 }, 70_000)).toBe(0);
});

/** A store that appends, as a table of tiles does, and refuses what does not fit behind what it has. */
class Store {
  readonly tiles = new Map<string, Buffer>();
  frontier = new Frontier();
  loads = 0;

  add(entries: readonly Uint8Array[]): void {
    for (const { level, index, start, hashes } of growTiles(
      this.frontier,
      entries.map((entry) => leafHash(entry)),
    )) {
      const before = this.tiles.get(`${level}/${index}`) ?? Buffer.alloc(0);
      expect(before.length).toBe(start * 32);
      this.tiles.set(`${level}/${index}`, Buffer.concat([before, hashes]));
    }
  }

  reader(size: number): TileReader {
    const load: LoadTiles = (tiles) => {
      this.loads++;
      expect(tiles.every((tile) => tile.width === tileWidth(tile, size))).toBe(true);
      return Promise.resolve(tiles.map(({ level, index }) => this.tiles.get(`${level}/${index}`) ?? Buffer.alloc(0)));
    };
    return new TileReader(size, load);
  }
}

describe('a tree in tiles', () => {
  const batches = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6 });

  property.prop([batches, fc.nat(), fc.nat()], { numRuns: 30 })(
    'gives roots and proofs of every size it has had',
    async (counts, at, which) => {
      const entries = numberedEntries(counts.reduce((sum, count) => sum + count, 1));
      const store = new Store();
      store.add(entries.slice(0, 1));
      let added = 1;
      for (const count of counts) store.add(entries.slice(added, (added += count)));
      const size = 1 + (at % entries.length);
      const root = referenceRoot(entries.slice(0, size));
      expect(await readRoot(store.reader(size), size)).toEqual(root);
      expect((await Frontier.read(store.reader(size), size)).root()).toEqual(root);
      store.loads = 0;
      const index = which % size;
      const proof = await inclusionProof(store.reader(size), index, size);
      expect(proof).toEqual(referencePath(index, entries.slice(0, size)));
      expect(store.loads).toBeLessThanOrEqual(1);
    },
  );

  test('three levels of tiles', { timeout: 30_000 }, async () => {
    const entries = numberedEntries(70_000);
    const store = new Store();
    for (let at = 0; at < entries.length; at += 4096) store.add(entries.slice(at, at + 4096));
    expect(store.tiles.size).toBe(273 + 1 + 1 + 1 + 1);
    expect(rightEdge(70_000).map(({ level, index }) => (store.tiles.get(`${level}/${index}`)?.length ?? 0) / 32)).toEqual([
      112, 17, 1,
    ]);
    const root = store.frontier.root();
    expect(await readRoot(store.reader(70_000), 70_000)).toEqual(root);
    for (const index of [0, 65_535, 65_536, 69_999]) {
      const proof = await inclusionProof(store.reader(70_000), index, 70_000);
      expect(verifyInclusion({ index, size: 70_000, leaf: leafHash(entries[index]!), proof, root })).toBe(true);
    }
  });

  test('a tile that is missing or too short is said, not guessed', async () => {
    const store = new Store();
    store.add(numberedEntries(300));
    store.tiles.set('0/1', store.tiles.get('0/1')!.subarray(0, 32));
    await expect(readRoot(store.reader(300), 300)).rejects.toThrow('tile/0/001.p/44 is missing or was cut off.');
    await expect(store.reader(300).read([{ level: 3, index: 37 }])).rejects.toThrow(/not complete/);
  });
});

describe('entries', () => {
  property.prop([fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 })])(
    'come back as they were bundled',
    (entries) => {
      expect(decodeEntries(encodeEntries(entries))).toEqual(entries.map((entry) => Buffer.from(entry)));
    },
  );

  test('bounds are kept on both sides', () => {
    expect(decodeEntries(encodeEntries([Buffer.alloc(65_535)]))).toHaveLength(1);
    expect(() => encodeEntries([Buffer.alloc(65_536)])).toThrow(/65535 bytes/);
    expect(() => encodeEntries([])).toThrow(RangeError);
    expect(() => encodeEntries(Array.from({ length: 257 }, () => Buffer.alloc(0)))).toThrow(RangeError);
    expect(() => decodeEntries(Buffer.alloc(2 * 257))).toThrow(/more than 256/);
    expect(() => decodeEntries(Buffer.from([0, 3, 1, 2]))).toThrow(/cut off/);
    expect(() => decodeEntries(Buffer.from([0]))).toThrow(/cut off/);
    expect(() => decodeEntries(Buffer.alloc(0))).toThrow(/at least one/);
  });
});
