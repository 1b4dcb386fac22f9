/** The complete subtree of 2^level leaves from leaf `index * 2^level` on. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** Complete subtrees that lie side by side and cover the leaves from begin up to end, for a begin that is a multiple of each. */
export function nodesOfRange(begin: number, end: number): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = begin; at < end;) {
    const level = largestLevel(end - at);
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** Where RFC 6962 splits a tree of so many leaves in two: the largest power of two below. */
export const splitOf = (size: number): number => 2 ** largestLevel(size - 1);

/** Exact up to 2^53, which 32-bit operators and Math.log2 are not. */
function largestLevel(size: number): number {
  let level = 0;
  while (2 ** (level + 1) <= size) level++;
  return level;
}
