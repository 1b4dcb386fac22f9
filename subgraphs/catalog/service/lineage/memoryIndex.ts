import type { Database } from '../../../../kernel/db/database.ts';
import {
  buildCsr,
  confidenceOf,
  edgeAt,
  edgesOf,
  isIndirect,
  levelOf,
  subtypeOf,
  traitsOf,
  type Csr,
} from '../../domain/lineage/csr.ts';
import type { No } from '../../domain/asset.ts';
import { EdgeList } from '../../domain/lineage/edgeList.ts';
import { Met } from '../../domain/lineage/met.ts';
import type { Direction, LineageIndex, WalkEdge } from '../../domain/lineage/walk.ts';
import type { HopFilter } from '../../store/lineageEdges.ts';
import { changesSince, currentEdges, graphMark, type GraphEdge, type GraphMark } from '../../store/lineageGraph.ts';

const PAGE = 50_000;
/** Beyond this share of the base the changes are folded into a new one. */
const DELTA_SHARE_MAX = 0.05;
const DELTA_MIN = 10_000;
/** When more than this changed at once, reading everything anew costs less. */
const CHANGES_MAX = 100_000;

type Filter = Omit<HopFilter, 'at'>;

/**
 * The current lineage graph in memory: a compact base, and what changed since in maps. It is brought up to date before each
 * use by asking the table for what transactions opened and closed that the last mark did not know.
 */
export class MemoryLineage {
  readonly #db: Database;
  readonly #foldAfter: number;
  #base: Csr | null = null;
  #added = new Map<string, GraphEdge>();
  #addedBy = { source: new Map<string, Set<string>>(), target: new Map<string, Set<string>>() };
  #closed = new Set<number>();
  #mark: GraphMark = { snapshot: '', sequence: '0' };
  #version = 0;
  #refreshing: Promise<void> | null = null;

  /** @param foldAfter how many changes are kept beside a small base */
  constructor(db: Database, foldAfter: number = DELTA_MIN) {
    this.#db = db;
    this.#foldAfter = foldAfter;
  }

  /** Brings the graph up to date and answers which outbox sequence it reflects. */
  async refresh(): Promise<string> {
    this.#refreshing ??= this.#catchUp().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
    return this.#mark.sequence;
  }

  /** Another one after each change that `refresh` took in. */
  get version(): number {
    return this.#version;
  }

  index(filter: Filter): LineageIndex {
    return {
      hops: (nos, direction, limit) => Promise.resolve(this.#hops(nos, direction, filter, limit)),
      reach: (starts, direction, depth, limit) => this.#reach(starts, direction, filter, depth, limit),
    };
  }

  async #catchUp(): Promise<void> {
    const mark = await graphMark(this.#db);
    const isBegun = this.#base !== null;
    const since = isBegun ? this.#mark : mark;
    // Nothing was committed since: there is nothing to ask for.
    if (isBegun && mark.snapshot === since.snapshot) return;
    const base = this.#base ?? (await this.#read());
    // Pages are read one after the other: what changed meanwhile is taken in, too.
    if (!(await this.#change(base, since))) await this.#change(await this.#read(), mark);
    this.#mark = mark;
  }

  /** Takes in what changed; false when that is too much. */
  async #change(base: Csr, since: GraphMark): Promise<boolean> {
    const changes = await changesSince(this.#db, since, CHANGES_MAX);
    if (changes.length === CHANGES_MAX) return false;
    if (changes.length > 0) this.#version += 1;
    for (const { ended, ...edge } of changes) {
      if (ended) this.#closed.add(Number(edge.id));
      else this.#add(base, edge);
    }
    if (this.#added.size + this.#closed.size > Math.max(this.#foldAfter, base.id.length * DELTA_SHARE_MAX)) this.#fold(base);
    return true;
  }

  async #read(): Promise<Csr> {
    const edges = new EdgeList(PAGE);
    while ((await currentEdges(this.#db, edges.lastId, PAGE, edges)) === PAGE);
    this.#version += 1;
    return this.#begin(buildCsr(edges.arrays()));
  }

  /** Makes base and changes one new base, in the order of ids. */
  #fold(base: Csr): void {
    const { id, source, target, traits } = edgesOf(base);
    const edges = new EdgeList(id.length + this.#added.size);
    const added = [...this.#added.values()].toSorted((a, b) => Number(a.id) - Number(b.id));
    const take = (edge: GraphEdge): void => {
      if (this.#closed.has(Number(edge.id))) return;
      edges.add(Number(edge.id), Number(edge.source), Number(edge.target), traitsOf(edge.level, edge.subtype, edge.confidence));
    };
    let next = 0;
    for (let i = 0; i < id.length; i++) {
      const here = id[i] ?? 0;
      for (let edge = added[next]; edge !== undefined && Number(edge.id) < here; edge = added[++next]) take(edge);
      if (!this.#closed.has(here)) edges.add(here, source[i] ?? 0, target[i] ?? 0, traits[i] ?? 0);
    }
    for (const edge of added.slice(next)) take(edge);
    this.#begin(buildCsr(edges.arrays()));
  }

  #begin(base: Csr): Csr {
    this.#base = base;
    this.#added = new Map();
    this.#addedBy = { source: new Map(), target: new Map() };
    this.#closed = new Set();
    return base;
  }

  #add(base: Csr, edge: GraphEdge): void {
    // What committed while the base was read is in it already.
    if (this.#added.has(edge.id) || edgeAt(base.id, Number(edge.id)) !== -1) return;
    this.#added.set(edge.id, edge);
    for (const end of ['source', 'target'] as const) {
      const ids = this.#addedBy[end].get(edge[end]) ?? new Set();
      this.#addedBy[end].set(edge[end], ids.add(edge.id));
    }
  }

  /** Places all the way: a fraction of what a walk costs, which makes an object of each edge. */
  #reach(starts: readonly No[], direction: Direction, filter: Filter, depth: number, limit: number): readonly number[] {
    if (this.#base === null) return [];
    const { nodes, id } = this.#base;
    const { offset, edge, far, traits } = direction === 'UPSTREAM' ? this.#base.into : this.#base.out;
    const fits = fitting(filter);
    const isGone = (at: number): boolean => this.#closed.size > 0 && this.#closed.has(id[edge[at] ?? 0] ?? 0);
    const met = new Met(nodes);
    for (const no of starts) met.meet(nodes.placeOf(Number(no)), Number(no));
    for (let from = 0, hops = 0; from < met.count && hops < depth && met.count < limit; hops++) {
      for (const until = met.count; from < until; from++) {
        const place = met.place(from);
        const end = place < 0 ? 0 : (offset[place + 1] ?? 0);
        for (let at = place < 0 ? 0 : (offset[place] ?? 0); at < end; at++) {
          const there = far[at] ?? 0;
          if (!met.knows(there) && fits(traits[at] ?? 0) && !isGone(at)) met.enter(there);
        }
        if (this.#added.size === 0) continue;
        for (const { source, target } of this.#addedAt(String(met.no(from)), direction, fits)) {
          const no = Number(direction === 'UPSTREAM' ? source : target);
          met.meet(nodes.placeOf(no), no);
        }
      }
    }
    return met.nos();
  }

  #hops(nos: readonly string[], direction: Direction, filter: Filter, limit: number): readonly WalkEdge[] {
    const found: WalkEdge[] = [];
    const fits = fitting(filter);
    for (const no of nos) {
      this.#baseHops(no, direction, fits, limit, found);
      for (const { id, source, target } of this.#addedAt(no, direction, fits)) {
        if (found.length < limit) found.push({ id, sourceNo: source, targetNo: target });
      }
    }
    return found;
  }

  #addedAt(no: No, direction: Direction, fits: (traits: number) => boolean): readonly GraphEdge[] {
    const ids = this.#addedBy[direction === 'UPSTREAM' ? 'target' : 'source'].get(no) ?? [];
    return [...ids].flatMap((id) => {
      const edge = this.#added.get(id);
      if (edge === undefined || this.#closed.has(Number(id))) return [];
      return fits(traitsOf(edge.level, edge.subtype, edge.confidence)) ? [edge] : [];
    });
  }

  #baseHops(no: string, direction: Direction, fits: (traits: number) => boolean, limit: number, found: WalkEdge[]): void {
    if (this.#base === null) return;
    const { nodes, id } = this.#base;
    const place = nodes.placeOf(Number(no));
    if (place === -1) return;
    const isUp = direction === 'UPSTREAM';
    const { offset, edge, far, traits } = isUp ? this.#base.into : this.#base.out;
    for (let at = offset[place] ?? 0; at < (offset[place + 1] ?? 0) && found.length < limit; at++) {
      if (!fits(traits[at] ?? 0)) continue;
      const number = id[edge[at] ?? 0] ?? 0;
      if (this.#closed.has(number)) continue;
      const end = String(nodes.numbers[far[at] ?? 0] ?? 0);
      found.push({ id: String(number), sourceNo: isUp ? end : no, targetNo: isUp ? no : end });
    }
  }
}

function fitting({ level, indirect, minConfidence, subtypes }: Filter): (traits: number) => boolean {
  const least = Math.round(minConfidence * 100);
  return (traits) =>
    levelOf(traits) === level &&
    (indirect || !isIndirect(traits)) &&
    (subtypes === undefined || subtypes.includes(subtypeOf(traits))) &&
    confidenceOf(traits) >= least;
}
