import type { Database } from '../../../../kernel/db/database.ts';
import {
  buildCsr,
  confidenceOf,
  isIndirect,
  levelOf,
  placeOf,
  traitsOf,
  type Csr,
  type EdgeArrays,
} from '../../domain/lineage/csr.ts';
import type { Direction, LineageIndex, WalkEdge } from '../../domain/lineage/walk.ts';
import type { HopFilter } from '../../store/lineageEdges.ts';
import {
  currentEdges,
  edgesClosedSince,
  edgesOpenedSince,
  graphMark,
  type GraphEdge,
  type GraphMark,
} from '../../store/lineageGraph.ts';

const PAGE = 50_000;
/** Beyond this share of the base the changes are folded into a new one. */
const DELTA_SHARE_MAX = 0.05;
const DELTA_MIN = 10_000;

/**
 * The current lineage graph in memory: a compact base, and what changed since in maps. It is brought up to date before each
 * use by asking the table for what transactions opened and closed since the last mark.
 */
export class MemoryLineage {
  readonly #db: Database;
  #base: Csr | null = null;
  #added = new Map<string, GraphEdge>();
  #addedBy = { source: new Map<string, Set<string>>(), target: new Map<string, Set<string>>() };
  #closed = new Set<string>();
  #mark: GraphMark = { xid: '0', sequence: '0' };
  #refreshing: Promise<void> | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Brings the graph up to date and answers which outbox sequence it reflects. */
  async refresh(): Promise<string> {
    this.#refreshing ??= this.#catchUp().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
    return this.#mark.sequence;
  }

  index(filter: Omit<HopFilter, 'at'>): LineageIndex {
    return { hops: (nos, direction, limit) => Promise.resolve(this.#hops(nos, direction, filter, limit)) };
  }

  async #catchUp(): Promise<void> {
    const mark = await graphMark(this.#db);
    if (
      this.#base === null ||
      this.#added.size + this.#closed.size > Math.max(DELTA_MIN, this.#base.edges.count * DELTA_SHARE_MAX)
    ) {
      await this.#rebuild();
    } else {
      for (const edge of await edgesOpenedSince(this.#db, this.#mark.xid)) this.#add(edge);
      for (const id of await edgesClosedSince(this.#db, this.#mark.xid)) this.#closed.add(id);
    }
    this.#mark = mark;
  }

  async #rebuild(): Promise<void> {
    const edges: GraphEdge[] = [];
    for (let after = '0'; ;) {
      const page = await currentEdges(this.#db, after, PAGE);
      edges.push(...page);
      if (page.length < PAGE) break;
      after = page.at(-1)?.id ?? after;
    }
    this.#base = buildCsr(toArrays(edges));
    this.#added = new Map();
    this.#addedBy = { source: new Map(), target: new Map() };
    this.#closed = new Set();
  }

  #add(edge: GraphEdge): void {
    if (this.#added.has(edge.id) || this.#base === null || isInBase(this.#base, edge.id)) return;
    this.#added.set(edge.id, edge);
    for (const end of ['source', 'target'] as const) {
      const ids = this.#addedBy[end].get(edge[end]) ?? new Set();
      this.#addedBy[end].set(edge[end], ids.add(edge.id));
    }
  }

  #hops(nos: readonly string[], direction: Direction, filter: Omit<HopFilter, 'at'>, limit: number): readonly WalkEdge[] {
    const found: WalkEdge[] = [];
    for (const no of nos) {
      this.#baseHops(no, direction, filter, limit, found);
      for (const id of this.#addedBy[direction === 'UPSTREAM' ? 'target' : 'source'].get(no) ?? []) {
        const edge = this.#added.get(id);
        if (
          edge !== undefined &&
          !this.#closed.has(id) &&
          found.length < limit &&
          fits(traitsOf(edge.level, edge.type, edge.confidence), filter)
        ) {
          found.push({ id, sourceNo: edge.source, targetNo: edge.target });
        }
      }
    }
    return found;
  }

  #baseHops(no: string, direction: Direction, filter: Omit<HopFilter, 'at'>, limit: number, found: WalkEdge[]): void {
    if (this.#base === null) return;
    const { nodes, edges } = this.#base;
    const place = placeOf(nodes, Number(no));
    if (place === -1) return;
    const side = direction === 'UPSTREAM' ? this.#base.into : this.#base.out;
    for (let i = side.offset[place] ?? 0; i < (side.offset[place + 1] ?? 0) && found.length < limit; i++) {
      const at = side.edge[i] ?? 0;
      if (!fits(edges.traits[at] ?? 0, filter)) continue;
      const id = String(edges.id[at] ?? 0);
      if (this.#closed.has(id)) continue;
      found.push({ id, sourceNo: String(edges.source[at] ?? 0), targetNo: String(edges.target[at] ?? 0) });
    }
  }
}

const fits = (traits: number, filter: Omit<HopFilter, 'at'>): boolean =>
  levelOf(traits) === filter.level &&
  (filter.indirect || !isIndirect(traits)) &&
  confidenceOf(traits) >= Math.round(filter.minConfidence * 100);

function toArrays(edges: readonly GraphEdge[]): EdgeArrays {
  const arrays = {
    count: edges.length,
    id: new Float64Array(edges.length),
    source: new Float64Array(edges.length),
    target: new Float64Array(edges.length),
    traits: new Uint16Array(edges.length),
  };
  for (const [i, edge] of edges.entries()) {
    arrays.id[i] = Number(edge.id);
    arrays.source[i] = Number(edge.source);
    arrays.target[i] = Number(edge.target);
    arrays.traits[i] = traitsOf(edge.level, edge.type, edge.confidence);
  }
  return arrays;
}

/** Edges of the base are in the order of their ids. */
const isInBase = ({ edges }: Csr, id: string): boolean => placeOf(edges.id, Number(id)) !== -1;
