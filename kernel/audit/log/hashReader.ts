import { foldHashes } from './hash.ts';
import { nodesOfRange, type TreeNode } from './node.ts';

/** Where hashes of complete subtrees come from: tiles in a store, or all leaves in memory. */
export interface HashReader {
  /** In the order that was asked; throws for a node that is not complete in its tree. */
  read(nodes: readonly TreeNode[]): Promise<readonly Buffer[]>;
}

/** Leaves from begin up to end. */
export type LeafRange = readonly [begin: number, end: number];

/** The hash over each range, with one read for all. */
export async function readRanges(reader: HashReader, ranges: readonly LeafRange[]): Promise<readonly Buffer[]> {
  const parts = ranges.map(([begin, end]) => nodesOfRange(begin, end));
  const hashes = await reader.read(parts.flat());
  let at = 0;
  return parts.map(({ length }) => foldHashes(hashes.slice(at, (at += length))));
}

export async function readRoot(reader: HashReader, size: number): Promise<Buffer> {
  return foldHashes(await reader.read(nodesOfRange(0, size)));
}
