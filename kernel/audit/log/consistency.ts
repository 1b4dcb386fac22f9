import { HASH_BYTES, nodeHash } from './hash.ts';
import { readRanges, type HashReader, type LeafRange } from './hashReader.ts';
import { PROOF_HASHES_MAX } from './inclusion.ts';
import { splitOf } from './node.ts';

/** RFC 6962, 2.1.2: the hashes that show the tree of the earlier size to be the beginning of the later one. */
export async function consistencyProof(reader: HashReader, earlier: number, later: number): Promise<readonly Buffer[]> {
  if (!Number.isSafeInteger(earlier) || !Number.isSafeInteger(later) || earlier < 1 || earlier > later)
    throw new RangeError(`No proof leads from ${earlier} to ${later} leaves; the earlier tree has at least one, and not more.`);
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, later];
  while (earlier !== end) {
    const split = begin + splitOf(end - begin);
    ranges.push(earlier <= split ? [split, end] : [begin, split]);
    if (earlier <= split) end = split;
    else begin = split;
  }
  // A subtree that begins with the first leaf is the earlier tree itself, whose root everybody knows.
  if (begin > 0) ranges.push([begin, end]);
  return readRanges(reader, ranges.toReversed());
}

export interface Consistency {
  readonly earlier: { readonly size: number | bigint; readonly root: Uint8Array };
  readonly later: { readonly size: number | bigint; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
}

/** RFC 9162, 2.1.4.2. The empty tree is the beginning of every tree, so it proves nothing and is never accepted. */
export function verifyConsistency({ earlier, later, proof }: Consistency): boolean {
  const [size, laterSize] = [BigInt(earlier.size), BigInt(later.size)];
  if (size < 1n || size > laterSize || proof.length > PROOF_HASHES_MAX) return false;
  if (size === laterSize) return proof.length === 0 && Buffer.compare(earlier.root, later.root) === 0;
  const isComplete = (size & (size - 1n)) === 0n;
  const [first, ...rest] = isComplete ? [earlier.root, ...proof] : proof;
  if (first?.length !== HASH_BYTES || proof.length === 0 || rest.some(({ length }) => length !== HASH_BYTES)) return false;
  return climb(first, rest, [size - 1n, laterSize - 1n], [earlier.root, later.root]);
}

function climb(
  first: Uint8Array,
  siblings: readonly Uint8Array[],
  lastLeaves: readonly [bigint, bigint],
  roots: readonly [Uint8Array, Uint8Array],
): boolean {
  let [place, last] = lastLeaves;
  const up = (): void => {
    place >>= 1n;
    last >>= 1n;
  };
  while (place % 2n === 1n) up();
  let earlier: Buffer = Buffer.from(first);
  let later = earlier;
  for (const sibling of siblings) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      earlier = nodeHash(sibling, earlier);
      later = nodeHash(sibling, later);
      while (place % 2n === 0n && place !== 0n) up();
    } else later = nodeHash(later, sibling);
    up();
  }
  return last === 0n && earlier.equals(roots[0]) && later.equals(roots[1]);
}
