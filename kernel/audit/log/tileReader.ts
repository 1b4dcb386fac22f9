import type { HashReader } from './hashReader.ts';
import { HASH_BYTES } from './hash.ts';
import { malformed } from './logError.ts';
import type { TreeNode } from './node.ts';
import { hashInTile, tileOf, tilePath, tileWidth, type Tile } from './tile.ts';

/** Gets tiles in the order that was asked. One that has grown since may be longer than it was in that tree. */
export type LoadTiles = (tiles: readonly Tile[]) => Promise<readonly Uint8Array[]>;

/** Hashes of a tree of one size, out of its tiles. Each call loads every tile that it needs once, all of them together. */
export class TileReader implements HashReader {
  readonly #size: number;
  readonly #load: LoadTiles;

  constructor(size: number, load: LoadTiles) {
    this.#size = size;
    this.#load = load;
  }

  async read(nodes: readonly TreeNode[]): Promise<readonly Buffer[]> {
    const wanted = new Map<string, Tile>();
    const places = nodes.map((node) => {
      if ((node.index + 1) * 2 ** node.level > this.#size)
        throw new RangeError(`Subtree ${node.level}/${node.index} is not complete in a tree of ${this.#size} leaves.`);
      const place = tileOf(node);
      const tile = { ...place.tile, width: tileWidth(place.tile, this.#size) };
      const path = tilePath(tile);
      wanted.set(path, tile);
      return { ...place, path };
    });
    const tiles = await this.#loadAll(wanted);
    return places.map(({ path, start, count }) => hashInTile(tiles.get(path) ?? new Uint8Array(), start, count));
  }

  async #loadAll(wanted: ReadonlyMap<string, Tile>): Promise<ReadonlyMap<string, Uint8Array>> {
    if (wanted.size === 0) return new Map();
    const loaded = await this.#load([...wanted.values()]);
    return new Map(
      [...wanted].map(([path, { width }], at) => {
        const data = loaded[at];
        if (data === undefined || data.length < width * HASH_BYTES) throw malformed(`${path} is missing or was cut off.`);
        return [path, data.subarray(0, width * HASH_BYTES)];
      }),
    );
  }
}
