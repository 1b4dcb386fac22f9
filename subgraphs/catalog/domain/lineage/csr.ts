import { SUBTYPES, type EdgeSubtype } from './edge.ts';
import { Numbering } from './numbering.ts';

/** Edges in the order of their ids. Ids and numbers are doubles: they stay exact up to 2^53. */
export interface EdgeArrays {
  readonly id: Float64Array;
  readonly source: Float64Array;
  readonly target: Float64Array;
  /** Bit 0: between columns. Bit 1: INDIRECT. Bits 2 to 8: confidence in hundredths. Bits 9 to 12: which subtype. */
  readonly traits: Uint16Array;
}

/**
 * Adjacency in typed arrays (compressed sparse rows), both directions: 28 bytes an edge and 16 a node, without any object that
 * the garbage collector would have to look at. What a step needs of an edge lies beside its neighbours'.
 */
export interface Csr {
  readonly nodes: Numbering;
  /** Ids of edges, in their order. */
  readonly id: Float64Array;
  readonly out: Adjacency;
  readonly into: Adjacency;
}

export interface Adjacency {
  /** Where the edges of each node begin in the arrays below; one longer than the nodes. */
  readonly offset: Int32Array;
  /** Places of edges among the ids. */
  readonly edge: Int32Array;
  /** Places of the nodes at the other ends. */
  readonly far: Int32Array;
  readonly traits: Uint16Array;
}

/** Subtypes by their places in traits. */
export const SUBTYPES_BY_PLACE: readonly EdgeSubtype[] = [...SUBTYPES.DIRECT, ...SUBTYPES.INDIRECT];

export const traitsOf = (level: number, subtype: EdgeSubtype, confidence: number): number =>
  packTraits(level, SUBTYPES_BY_PLACE.indexOf(subtype), Math.round(confidence * 100));

export const packTraits = (level: number, place: number, hundredths: number): number =>
  level | (place >= SUBTYPES.DIRECT.length ? 2 : 0) | (hundredths << 2) | (place << 9);

export const levelOf = (traits: number): number => traits & 1;
export const isIndirect = (traits: number): boolean => (traits & 2) !== 0;
/** In hundredths, as the table compares it too. */
export const confidenceOf = (traits: number): number => (traits >> 2) & 127;
export const subtypeOf = (traits: number): EdgeSubtype => SUBTYPES_BY_PLACE[traits >> 9] ?? 'IDENTITY';

export function buildCsr({ id, source, target, traits }: EdgeArrays): Csr {
  const nodes = new Numbering(source, target);
  const [from, to] = [placesOf(source, nodes), placesOf(target, nodes)];
  const count = nodes.numbers.length;
  return { nodes, id, out: adjacency(from, to, traits, count), into: adjacency(to, from, traits, count) };
}

/** The place of an edge by its id; -1 when it is not there. */
export function edgeAt(id: Float64Array, wanted: number): number {
  let low = 0;
  let high = id.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = id[middle] ?? 0;
    if (at === wanted) return middle;
    if (at < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function placesOf(numbers: Float64Array, nodes: Numbering): Int32Array {
  const places = new Int32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) places[i] = nodes.placeOf(numbers[i] ?? 0);
  return places;
}

function adjacency(near: Int32Array, farEnds: Int32Array, traitsOfEdges: Uint16Array, nodes: number): Adjacency {
  const offset = new Int32Array(nodes + 1);
  for (let i = 0; i < near.length; i++) {
    const after = (near[i] ?? 0) + 1;
    offset[after] = (offset[after] ?? 0) + 1;
  }
  for (let i = 1; i < offset.length; i++) offset[i] = (offset[i] ?? 0) + (offset[i - 1] ?? 0);
  const next = offset.slice();
  const [edge, far, traits] = [new Int32Array(near.length), new Int32Array(near.length), new Uint16Array(near.length)];
  for (let i = 0; i < near.length; i++) {
    const place = near[i] ?? 0;
    const at = next[place] ?? 0;
    edge[at] = i;
    far[at] = farEnds[i] ?? 0;
    traits[at] = traitsOfEdges[i] ?? 0;
    next[place] = at + 1;
  }
  return { offset, edge, far, traits };
}

/** The edges once more as they were given. */
export function edgesOf({ nodes: { numbers }, id, out }: Csr): EdgeArrays {
  const [source, target] = [new Float64Array(id.length), new Float64Array(id.length)];
  const traits = new Uint16Array(id.length);
  for (let node = 0; node < numbers.length; node++) {
    for (let i = out.offset[node] ?? 0; i < (out.offset[node + 1] ?? 0); i++) {
      const at = out.edge[i] ?? 0;
      source[at] = numbers[node] ?? 0;
      target[at] = numbers[out.far[i] ?? 0] ?? 0;
      traits[at] = out.traits[i] ?? 0;
    }
  }
  return { id, source, target, traits };
}
