import { HASH_BYTES, nodeHash } from './hash.ts';
import { readRanges, type HashReader, type LeafRange } from './hashReader.ts';
import { splitOf } from './node.ts';

/** A proof has at most one hash for each level of a tree that 64 bits can count. */
export const PROOF_HASHES_MAX = 64;

/** RFC 6962, 2.1.1: the hashes that lead from one leaf to the root of the tree of that size, the leaf's sibling first. */
export async function inclusionProof(reader: HashReader, index: number, size: number): Promise<readonly Buffer[]> {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`);
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const split = begin + splitOf(end - begin);
    ranges.push(index < split ? [split, end] : [begin, split]);
    if (index < split) end = split;
    else begin = split;
  }
  return readRanges(reader, ranges.toReversed());
}

export interface Inclusion {
  readonly index: number | bigint;
  readonly size: number | bigint;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** RFC 9162, 2.1.3.2. Counts in bigint, because others' trees may be larger than 2^53. */
export function verifyInclusion({ index, size, leaf, proof, root }: Inclusion): boolean {
  if (index < 0 || index >= size || leaf.length !== HASH_BYTES || proof.length > PROOF_HASHES_MAX) return false;
  let place = BigInt(index);
  let last = BigInt(size) - 1n;
  let hash: Buffer = Buffer.from(leaf);
  for (const sibling of proof) {
    if (last === 0n || sibling.length !== HASH_BYTES) return false;
    if (place % 2n === 1n || place === last) {
      hash = nodeHash(sibling, hash);
      while (place % 2n === 0n && place !== 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else hash = nodeHash(hash, sibling);
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && hash.equals(root);
}
