/**
 * Adjacency in typed arrays (compressed sparse rows), both directions: four million edges in about a hundred megabytes, a
 * closure of ten thousand nodes in a few milliseconds. Numbers are doubles: they stay exact up to 2^53.
 */
export interface EdgeArrays {
  readonly count: number;
  readonly id: Float64Array;
  readonly source: Float64Array;
  readonly target: Float64Array;
  /** Bit 0: between columns. Bit 1: INDIRECT. Bits 2 to 8: confidence in hundredths. */
  readonly traits: Uint16Array;
}

export interface Csr {
  readonly edges: EdgeArrays;
  /** Sorted numbers of all nodes; a node's place in it is its index. */
  readonly nodes: Float64Array;
  readonly out: Adjacency;
  readonly into: Adjacency;
}

interface Adjacency {
  /** Where the edges of each node begin in `edge`; one longer than the nodes. */
  readonly offset: Int32Array;
  /** Places of edges in the arrays. */
  readonly edge: Int32Array;
}

export const traitsOf = (level: 0 | 1, type: 'DIRECT' | 'INDIRECT', confidence: number): number =>
  level | (type === 'INDIRECT' ? 2 : 0) | (Math.round(confidence * 100) << 2);

export const levelOf = (traits: number): number => traits & 1;
export const isIndirect = (traits: number): boolean => (traits & 2) !== 0;
/** In hundredths, as the table compares it too. */
export const confidenceOf = (traits: number): number => traits >> 2;

export function buildCsr(edges: EdgeArrays): Csr {
  const nodes = distinct(edges);
  return { edges, nodes, out: adjacency(edges.source, edges.count, nodes), into: adjacency(edges.target, edges.count, nodes) };
}

/** The place of a number among the nodes; -1 when it has no edge. */
export function placeOf(nodes: Float64Array, no: number): number {
  let low = 0;
  let high = nodes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = nodes[middle] ?? 0;
    if (at === no) return middle;
    if (at < no) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function distinct({ source, target, count }: EdgeArrays): Float64Array {
  const all = new Float64Array(2 * count);
  all.set(source.subarray(0, count));
  all.set(target.subarray(0, count), count);
  all.sort();
  let kept = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[kept++] = all[i] ?? 0;
  return all.slice(0, kept);
}

function adjacency(ends: Float64Array, count: number, nodes: Float64Array): Adjacency {
  const places = new Int32Array(count);
  const offset = new Int32Array(nodes.length + 1);
  for (let i = 0; i < count; i++) {
    const place = placeOf(nodes, ends[i] ?? 0);
    places[i] = place;
    offset[place + 1] = (offset[place + 1] ?? 0) + 1;
  }
  for (let i = 1; i < offset.length; i++) offset[i] = (offset[i] ?? 0) + (offset[i - 1] ?? 0);
  const next = offset.slice();
  const edge = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const place = places[i] ?? 0;
    const at = next[place] ?? 0;
    edge[at] = i;
    next[place] = at + 1;
  }
  return { offset, edge };
}
