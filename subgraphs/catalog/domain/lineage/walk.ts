import type { No } from '../asset.ts';

export type Direction = 'UPSTREAM' | 'DOWNSTREAM';

/** Where edges are looked up: in memory or by SQL, now or at a moment. */
export interface LineageIndex {
  /** Edges that enter (upstream) or leave (downstream) the numbers, at most `limit`. */
  hops(nos: readonly No[], direction: Direction, limit: number): Promise<readonly WalkEdge[]>;
  /** What a walk can come to, about `limit` numbers at most, where that costs next to nothing: so that it can be asked for at once. */
  reach?(starts: readonly No[], direction: Direction, depth: number, limit: number): readonly number[];
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

/** What filters do with a number: leave it out and walk through it, or show it and not walk on. */
export type Place = 'hidden' | 'stopped';

/** `no` counts as reached with `of`. */
export interface Kinship {
  readonly no: No;
  readonly of: No;
}

export interface WalkRules {
  /** Keeps, of the given numbers, those that the caller may see. */
  visible(nos: readonly No[]): Promise<ReadonlySet<No>>;
  /**
   * Whose edges count as edges of the given numbers. Upstream the datasets of columns: what shapes all rows shapes each column.
   * Downstream the columns of datasets: what all rows depend on goes on wherever one of the columns goes.
   */
  kin?(nos: readonly No[], direction: Direction, limit: number): Promise<readonly Kinship[]>;
  /** What filters do with numbers; those that are not in the answer are shown and walked on from. */
  place?(nos: readonly No[]): Promise<ReadonlyMap<No, Place>>;
}

export type Truncation = 'DEPTH' | 'NODES' | 'EDGES' | 'TIME' | 'POLICY';

export interface Walk {
  /** How many hops each number is away from the nearest start; starts are 0, and what is hidden is no hop. */
  readonly degrees: ReadonlyMap<No, number>;
  readonly edges: readonly WalkEdge[];
  /** What cut the walk short; empty when the answer is complete. */
  readonly truncation: ReadonlySet<Truncation>;
  readonly places: ReadonlyMap<No, Place>;
  /** Columns with their datasets, where the dataset stands for all of its columns. */
  readonly members: ReadonlyMap<No, No>;
}

/** Columns of the datasets of one step: far more than any budget of nodes. */
const KIN_MAX = 100_000;

/**
 * Walks breadth first. Whatever is left out is said: bounds by their names, and what the caller may not see as POLICY,
 * without a count. An invisible node is never bridged; a hidden one is, and costs no hop.
 */
export async function walk(
  index: LineageIndex,
  starts: readonly No[],
  direction: Direction,
  bounds: WalkBounds,
  rules: WalkRules,
): Promise<Walk> {
  const going = new Going(direction, starts, bounds, rules);
  let frontier = starts;
  for (let degree = 0; frontier.length > 0; degree++) {
    const next: No[] = [];
    for (let open = frontier; open.length > 0;) {
      if (bounds.deadline.aborted) going.truncation.add('TIME');
      if (bounds.deadline.aborted) return going;
      const kin = await going.kinOf(open);
      const found = await index.hops([...open, ...kin], direction, bounds.edgesMax - going.edgesById.size + 1);
      if (degree === bounds.depth) {
        if (found.some((edge) => !going.edgesById.has(edge.id))) going.truncation.add('DEPTH');
        break;
      }
      const reached = await going.take(found, degree);
      if (going.truncation.has('EDGES')) return going;
      next.push(...reached.shown);
      open = reached.hidden;
    }
    frontier = next;
  }
  return going;
}

interface Reached {
  readonly shown: readonly No[];
  readonly hidden: readonly No[];
}

/** A walk under way. */
class Going implements Walk {
  readonly degrees: Map<No, number>;
  readonly edgesById = new Map<string, WalkEdge>();
  readonly truncation = new Set<Truncation>();
  readonly places = new Map<No, Place>();
  readonly members = new Map<No, No>();
  readonly #isUp: boolean;
  readonly #starts: ReadonlySet<No>;
  readonly #bounds: WalkBounds;
  readonly #rules: WalkRules;
  #kin: readonly Kinship[] = [];
  readonly #asked = new Set<No>();

  constructor(direction: Direction, starts: readonly No[], bounds: WalkBounds, rules: WalkRules) {
    this.#isUp = direction === 'UPSTREAM';
    this.#starts = new Set(starts);
    this.#bounds = bounds;
    this.#rules = rules;
    this.degrees = new Map(starts.map((no) => [no, 0]));
  }

  get edges(): readonly WalkEdge[] {
    return [...this.edgesById.values()];
  }

  /** Kin of these that nobody has asked for edges yet. */
  async kinOf(open: readonly No[]): Promise<readonly No[]> {
    this.#kin = (await this.#rules.kin?.(open, this.#isUp ? 'UPSTREAM' : 'DOWNSTREAM', KIN_MAX)) ?? [];
    if (this.#kin.length >= KIN_MAX) this.truncation.add('NODES');
    const unasked = new Set(this.#kin.map(({ no }) => no).filter((no) => !this.#asked.has(no) && !this.degrees.has(no)));
    for (const no of unasked) this.#asked.add(no);
    return [...unasked];
  }

  /** Takes the edges of one step as far as bounds and rights allow; answers what was reached. */
  async take(found: readonly WalkEdge[], degree: number): Promise<Reached> {
    await this.#join(found, degree);
    const fresh = await this.#sortFarEnds(found);
    const reached: { shown: No[]; hidden: No[] } = { shown: [], hidden: [] };
    for (const edge of found) {
      const [near, far] = this.#endsOf(edge);
      if (!this.degrees.has(near) || this.places.get(near) === 'stopped') continue;
      if (this.edgesById.size >= this.#bounds.edgesMax && !this.edgesById.has(edge.id)) {
        this.truncation.add('EDGES');
        break;
      }
      if (!this.degrees.has(far)) {
        const place = fresh.get(far);
        if (place === undefined) continue;
        if (!this.#enter(far, place === 'hidden' ? degree : degree + 1, place)) continue;
        if (place === 'hidden') reached.hidden.push(far);
        else if (place === 'shown') reached.shown.push(far);
      }
      this.edgesById.set(edge.id, edge);
    }
    for (const { no, of } of this.#kin) {
      const [column, dataset] = this.#isUp ? [of, no] : [no, of];
      if (this.degrees.has(column) && this.degrees.has(dataset)) this.members.set(column, dataset);
    }
    return reached;
  }

  /** Kin whose edges were found belong to the answer, as near as what they are kin of. */
  async #join(found: readonly WalkEdge[], degree: number): Promise<void> {
    const joining = new Set(found.map((edge) => this.#endsOf(edge)[0]).filter((no) => !this.degrees.has(no)));
    if (joining.size === 0) return;
    const ofStarts = new Set(this.#kin.filter(({ of }) => this.#starts.has(of)).map(({ no }) => no));
    const places = await this.#placesOf([...joining].filter((no) => !ofStarts.has(no)));
    for (const no of joining) this.#enter(no, degree, places.get(no) ?? 'shown');
  }

  /** What becomes of far ends that are new; invisible ones are left out. */
  async #sortFarEnds(found: readonly WalkEdge[]): Promise<ReadonlyMap<No, Place | 'shown'>> {
    const unseen = [...new Set(found.map((edge) => this.#endsOf(edge)[1]).filter((no) => !this.degrees.has(no)))];
    if (unseen.length === 0) return new Map();
    const seen = await this.#rules.visible(unseen);
    if (seen.size < unseen.length) this.truncation.add('POLICY');
    const places = await this.#placesOf([...seen]);
    return new Map([...seen].map((no) => [no, places.get(no) ?? 'shown']));
  }

  #placesOf(nos: readonly No[]): Promise<ReadonlyMap<No, Place>> {
    const { place } = this.#rules;
    return nos.length === 0 || place === undefined ? Promise.resolve(new Map<No, Place>()) : place(nos);
  }

  #enter(no: No, degree: number, place: Place | 'shown'): boolean {
    if (this.degrees.size >= this.#bounds.nodesMax) {
      this.truncation.add('NODES');
      return false;
    }
    this.degrees.set(no, degree);
    if (place !== 'shown') this.places.set(no, place);
    return true;
  }

  /** The end that was reached before, and the one beyond it. */
  #endsOf(edge: WalkEdge): readonly [near: No, far: No] {
    return this.#isUp ? [edge.targetNo, edge.sourceNo] : [edge.sourceNo, edge.targetNo];
  }
}
