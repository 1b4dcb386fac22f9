import { foldHashes, HASH_BYTES, nodeHash } from './hash.ts';
import { malformed } from './logError.ts';
import type { TreeNode } from './node.ts';

// C2SP tlog-tiles: hashes are kept in tiles of height 8; the hash of a full tile is one hash of the level above.
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 2 ** TILE_HEIGHT;

export interface TileId {
  readonly level: number;
  readonly index: number;
}

/** A tile as a tree of some size has it: with 1 to 256 hashes. */
export interface Tile extends TileId {
  readonly width: number;
}

/** `tile/0/x001/x234/067`; `.p/<width>` follows while a tile is not full. */
export const tilePath = ({ level, ...rest }: Tile): string => `tile/${level}/${placePath(rest)}`;

/** The entries below a tile of level 0 have its index and its width. */
export const entriesPath = (bundle: Omit<Tile, 'level'>): string => `tile/entries/${placePath(bundle)}`;

function placePath({ index, width }: Omit<Tile, 'level'>): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return `x${groups.join('/x')}`.replace(/x(\d{3})$/, '$1') + (width === TILE_WIDTH ? '' : `.p/${width}`);
}

/** What a path asks for; null for everything that is not the one right spelling of a tile. */
export function parseTilePath(path: string): (Tile & { readonly of: 'hashes' | 'entries' }) | null {
  const [, kind, place, partial] = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? [];
  if (kind === undefined || place === undefined) return null;
  const of = kind === 'entries' ? 'entries' : 'hashes';
  const tile = {
    of,
    level: of === 'entries' ? 0 : Number(kind),
    index: Number(place.replaceAll(/[x/]/g, '')),
    width: Number(partial ?? TILE_WIDTH),
  } as const;
  if (!Number.isSafeInteger(tile.index) || (partial !== undefined && tile.width >= TILE_WIDTH)) return null;
  return (of === 'entries' ? entriesPath(tile) : tilePath(tile)) === path && tile.level < 64 ? tile : null;
}

/** How many hashes a tile has in a tree of that size; 0 when it has no such tile. */
export function tileWidth({ level, index }: TileId, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** The tiles that are not full in a tree of that size, which alone change when it grows; and the full ones that end with it. */
export function rightEdge(size: number): readonly Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    const index = Math.floor((hashes - 1) / TILE_WIDTH);
    tiles.push({ level, index, width: hashes - index * TILE_WIDTH });
  }
  return tiles;
}

/** Which hashes of which tile a subtree is the root of. */
export function tileOf(node: TreeNode): { readonly tile: TileId; readonly start: number; readonly count: number } {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const count = 2 ** (node.level % TILE_HEIGHT);
  const first = node.index * count;
  return { tile: { level, index: Math.floor(first / TILE_WIDTH) }, start: first % TILE_WIDTH, count };
}

/** The hash over so many hashes of a tile; the count is a power of two. */
export function hashInTile(data: Uint8Array, start: number, count: number): Buffer {
  if (data.length < (start + count) * HASH_BYTES) throw malformed(`A tile has ${data.length} bytes, too few for its tree.`);
  let row: readonly Buffer[] = Array.from({ length: count }, (_, at) => {
    const place = (start + at) * HASH_BYTES;
    return Buffer.from(data.subarray(place, place + HASH_BYTES));
  });
  while (row.length > 1) row = row.flatMap((left, at) => (at % 2 === 0 ? [nodeHash(left, row[at + 1] ?? left)] : []));
  return foldHashes(row);
}
