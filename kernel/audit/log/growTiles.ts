import type { Frontier } from './frontier.ts';
import { TILE_HEIGHT, TILE_WIDTH, type TileId } from './tile.ts';

/** Hashes that a tile gets behind those that it has: `start` is how many there must be already. */
export interface TileGrowth extends TileId {
  readonly start: number;
  readonly hashes: Buffer;
}

/**
 * Adds leaves to a tree and says by what its tiles grow, lowest level first. Only the frontier need be known: what stands in a tile
 * stays there, so a store appends. `start` keeps a second writer from appending to a tile that is not as it was thought to be.
 */
export function growTiles(frontier: Frontier, leaves: Iterable<Uint8Array>): readonly TileGrowth[] {
  const growths = new Map<string, TileId & { readonly start: number; readonly parts: Buffer[] }>();
  for (const leaf of leaves) {
    frontier.push(leaf, (level, index, hash) => {
      if (level % TILE_HEIGHT !== 0) return;
      const tile = { level: level / TILE_HEIGHT, index: Math.floor(index / TILE_WIDTH) };
      const key = `${tile.level}/${tile.index}`;
      const growth = growths.get(key) ?? { ...tile, start: index % TILE_WIDTH, parts: [] };
      growth.parts.push(Buffer.from(hash));
      growths.set(key, growth);
    });
  }
  return [...growths.values()]
    .map(({ parts, ...place }) => ({ ...place, hashes: Buffer.concat(parts) }))
    .toSorted((a, b) => a.level - b.level || a.index - b.index);
}
