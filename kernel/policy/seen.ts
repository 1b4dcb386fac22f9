import type { Bitmap } from './visible.ts';

/** How often rights are read anew for one look: new classes of resources do not come faster than that. */
const ROUNDS_MAX = 10;

/** What a caller may see, as far as it is known, and how to find out anew. */
export interface Rights {
  now(): Promise<Bitmap>;
  renew(): Promise<Bitmap>;
}

/**
 * Looks for what the caller may see. Whoever changes a thing meanwhile may bring it into a class that rights which were read before do not
 * know, and it would be gone for a moment: as long as something is missing and the rights have grown, it is looked for again.
 * @param isWhole whether nothing is missing
 */
export async function seen<T>(rights: Rights, look: (bitmap: Bitmap) => Promise<T>, isWhole: (found: T) => boolean): Promise<T> {
  let bitmap = await rights.now();
  for (let round = 1; ; round++) {
    const found = await look(bitmap);
    if (isWhole(found) || round === ROUNDS_MAX) return found;
    const next = await rights.renew();
    if (next.equals(bitmap)) return found;
    bitmap = next;
  }
}

/** Of a look for one thing. */
export const isFound = <T>(found: T | null): boolean => found !== null;
