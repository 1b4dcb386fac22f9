import type { No } from '../asset.ts';

export type Direction = 'UPSTREAM' | 'DOWNSTREAM';

/** Where edges are looked up: in memory or by SQL, now or at a moment. */
export interface LineageIndex {
  /** Edges that enter (upstream) or leave (downstream) the numbers, at most `limit`. */
  hops(nos: readonly No[], direction: Direction, limit: number): Promise<readonly WalkEdge[]>;
}

export interface WalkEdge {
  readonly id: string;
  readonly sourceNo: No;
  readonly targetNo: No;
}

export interface WalkBounds {
  readonly depth: number;
  readonly nodesMax: number;
  readonly edgesMax: number;
  readonly deadline: AbortSignal;
}

export type Truncation = 'DEPTH' | 'NODES' | 'EDGES' | 'TIME' | 'POLICY';

export interface Walk {
  /** How many hops each number is away from the nearest start; starts are 0. */
  readonly degrees: ReadonlyMap<No, number>;
  readonly edges: readonly WalkEdge[];
  /** What cut the walk short; empty when the answer is complete. */
  readonly truncation: ReadonlySet<Truncation>;
  readonly depthReached: number;
}

/**
 * Walks breadth first. Whatever is left out is said: bounds by their names, and what the caller may not see as POLICY,
 * without a count. An invisible node is never bridged.
 * @param visible keeps, of the given numbers, those that the caller may see
 */
export async function walk(
  index: LineageIndex,
  starts: readonly No[],
  direction: Direction,
  bounds: WalkBounds,
  visible: (nos: readonly No[]) => Promise<ReadonlySet<No>>,
): Promise<Walk> {
  const degrees = new Map(starts.map((no) => [no, 0]));
  const edges = new Map<string, WalkEdge>();
  const truncation = new Set<Truncation>();
  let frontier: readonly No[] = starts;
  let degree = 0;
  while (frontier.length > 0) {
    if (bounds.deadline.aborted) truncation.add('TIME');
    if (bounds.deadline.aborted) break;
    const found = await index.hops(frontier, direction, bounds.edgesMax - edges.size + 1);
    if (degree === bounds.depth) {
      if (found.some((edge) => !edges.has(edge.id))) truncation.add('DEPTH');
      break;
    }
    degree += 1;
    frontier = await take(found, direction, degree, { degrees, edges, truncation, bounds, visible });
  }
  return { degrees, edges: [...edges.values()], truncation, depthReached: Math.max(0, ...degrees.values()) };
}

interface Taken {
  readonly degrees: Map<No, number>;
  readonly edges: Map<string, WalkEdge>;
  readonly truncation: Set<Truncation>;
  readonly bounds: WalkBounds;
  readonly visible: (nos: readonly No[]) => Promise<ReadonlySet<No>>;
}

/** Takes the edges of one step as far as bounds and rights allow; answers the new frontier. */
async function take(found: readonly WalkEdge[], direction: Direction, degree: number, taken: Taken): Promise<readonly No[]> {
  const { degrees, edges, truncation, bounds } = taken;
  const farEnd = (edge: WalkEdge): No => (direction === 'UPSTREAM' ? edge.sourceNo : edge.targetNo);
  const unseen = [...new Set(found.map(farEnd).filter((no) => !degrees.has(no)))];
  const seen = unseen.length === 0 ? new Set<No>() : await taken.visible(unseen);
  if (seen.size < unseen.length) truncation.add('POLICY');
  const frontier: No[] = [];
  for (const edge of found) {
    const end = farEnd(edge);
    if (!degrees.has(end)) {
      if (!seen.has(end)) continue;
      if (degrees.size >= bounds.nodesMax) {
        truncation.add('NODES');
        continue;
      }
      degrees.set(end, degree);
      frontier.push(end);
    }
    if (edges.size >= bounds.edgesMax && !edges.has(edge.id)) {
      truncation.add('EDGES');
      return frontier;
    }
    edges.set(edge.id, edge);
  }
  return frontier;
}
