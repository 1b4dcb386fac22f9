import { HASH_BYTES, nodeHash } from '../log/hash.ts';
import type { HashReader } from '../log/hashReader.ts';
import { malformed } from '../log/logError.ts';
import type { TreeNode } from '../log/node.ts';
import { TILE_HEIGHT, tileOf, tilePath, tileWidth, type Tile } from '../log/tile.ts';
import type { LoadTiles } from '../log/tileReader.ts';

/** The hashes of a tile and of all complete subtrees in it, row above row. */
type Rows = readonly (readonly Buffer[])[];

/** Enough for the path of one entry and its neighbours' in the largest tree. */
const TILES_KEPT = 32;

/**
 * Hashes for many proofs in one tree, in the order of their entries: a tile is loaded once and its subtrees are computed
 * once, where `TileReader` would do both for each entry.
 */
export class ProvingReader implements HashReader {
  readonly #size: number;
  readonly #load: LoadTiles;
  /** The one that was needed last stands last. */
  readonly #kept = new Map<string, Rows>();

  constructor(size: number, load: LoadTiles) {
    this.#size = size;
    this.#load = load;
  }

  async read(nodes: readonly TreeNode[]): Promise<readonly Buffer[]> {
    const places = nodes.map((node) => {
      const { tile, start, count } = tileOf(node);
      const whole = { ...tile, width: tileWidth(tile, this.#size) };
      return { tile: whole, path: tilePath(whole), row: node.level % TILE_HEIGHT, at: start / count };
    });
    await this.#keep(new Map(places.map(({ path, tile }) => [path, tile])));
    return places.map(({ path, row, at }) => {
      const hash = this.#kept.get(path)?.[row]?.[at];
      if (hash === undefined) throw malformed(`${path} is missing or was cut off.`);
      return hash;
    });
  }

  async #keep(wanted: ReadonlyMap<string, Tile>): Promise<void> {
    const missing = [...wanted].filter(([path]) => !this.#kept.has(path));
    const loaded = missing.length === 0 ? [] : await this.#load(missing.map(([, tile]) => tile));
    for (const [at, [path, { width }]] of missing.entries()) this.#kept.set(path, rowsOf(loaded[at] ?? Buffer.alloc(0), width));
    for (const path of wanted.keys()) {
      const rows = this.#kept.get(path);
      this.#kept.delete(path);
      if (rows !== undefined) this.#kept.set(path, rows);
    }
    for (const path of this.#kept.keys()) if (this.#kept.size > Math.max(TILES_KEPT, wanted.size)) this.#kept.delete(path);
  }
}

function rowsOf(data: Uint8Array, width: number): Rows {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const count = Math.min(width, Math.floor(bytes.length / HASH_BYTES));
  let row = Array.from({ length: count }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  const rows = [row];
  while (row.length > 1) {
    const lower = row;
    row = Array.from({ length: Math.floor(lower.length / 2) }, (_, at) =>
      nodeHash(lower[2 * at] ?? lower[0] ?? bytes, lower[2 * at + 1] ?? bytes),
    );
    rows.push(row);
  }
  return rows;
}
