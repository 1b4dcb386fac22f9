import { makeUrn } from '../kernel/urn.ts';
import type { EdgeClaim, EdgeEnd, Evidence } from '../subgraphs/catalog/domain/lineage/edge.ts';

export const COLUMNS = 10;
const SCRIPT = 'bench';
const NAMESPACE = `postgres://${SCRIPT}:5432`;
const DATABASE = 'warehouse';
const SCHEMA_SIZE = 2_000;
const LAYERS = ['raw', 'staging', 'mart', 'dashboard'] as const;
/** How uneven popularity is: of what a layer offers, the first thousandth is read a tenth of the time. */
const SKEW = 3;
/** How many sources a dataset of each layer has: at least, and at most how many more. */
const FAN_IN = [
  [0, 0],
  [1, 1],
  [2, 2],
  [1, 2],
] as const;

/**
 * A warehouse in four layers, each dataset made of a few of the layer before (marts also of earlier marts), popular sources far
 * more often than others. Number 0 is the hub that a fifth of all datasets, all of them dashboards, read too. The same
 * arguments and seed give the same warehouse; edges of a dataset are made when asked for.
 */
export class Warehouse {
  readonly datasets: number;
  readonly #columnEdges: (derived: number) => number;
  readonly #seed: number;
  readonly hubReaders: number;

  constructor(datasets: number, edges: number, seed: number) {
    this.datasets = datasets;
    this.#seed = seed;
    this.hubReaders = Math.floor(datasets / 5);
    const derived = datasets - this.#firstOf(1);
    let between = 0;
    for (let i = this.#firstOf(1); i < datasets; i++) between += this.sources(i).length;
    const each = Math.max(2, (edges - between) / derived);
    this.#columnEdges = (nth) => Math.floor((nth + 1) * each) - Math.floor(nth * each);
  }

  get firstDerived(): number {
    return this.#firstOf(1);
  }

  schemas(): readonly string[] {
    return [...new Set(Array.from({ length: this.datasets }, (_, i) => this.#schema(i)))];
  }

  /** The datasets of a schema, by place. */
  members(schema: string): readonly number[] {
    return Array.from({ length: this.datasets }, (_, i) => i).filter((i) => this.#schema(i) === schema);
  }

  path(i: number): readonly [string, string, string] {
    return [DATABASE, this.#schema(i), `${LAYERS[this.#layer(i)] ?? ''}_${i}`];
  }

  urn(i: number): string {
    return makeUrn({ kind: 'dataset', namespace: NAMESPACE, name: this.name(i), column: null });
  }

  name(i: number): string {
    return this.path(i).join('.');
  }

  readonly namespace = NAMESPACE;
  readonly script = SCRIPT;
  readonly database = DATABASE;
  readonly columns: readonly string[] = Array.from({ length: COLUMNS }, (_, i) => (i === 0 ? 'id' : `value_${i}`));

  sources(i: number): readonly number[] {
    const layer = this.#layer(i);
    const random = mulberry(this.#seed + i);
    const [least, more] = FAN_IN[layer] ?? [0, 0];
    const found = new Set<number>();
    if (i >= this.datasets - this.hubReaders) found.add(0);
    const wanted = found.size + least + Math.floor(random() * (more + 1));
    // Popular ones are drawn twice now and then; then there are fewer.
    for (let draw = found.size; draw < wanted; draw++) found.add(this.#draw(i, layer, random));
    if (least === 0) found.clear();
    return [...found];
  }

  /** What the model of a derived dataset says: its columns from columns of its sources, and joins besides. */
  evidence(i: number, confidence = 1): Evidence {
    const random = mulberry(this.#seed + this.datasets + i);
    const sources = this.sources(i);
    const claims = new Map<string, EdgeClaim>();
    const count = this.#columnEdges(i - this.firstDerived);
    for (let n = 0; claims.size < count && n < 3 * count; n++) {
      const source = sources[n % sources.length] ?? 0;
      const isDirect = n < COLUMNS;
      const from = isDirect ? n : Math.floor(random() * COLUMNS);
      const to = isDirect ? n : Math.floor(random() * COLUMNS);
      const [type, subtype] = isDirect
        ? (['DIRECT', from % 3 === 0 ? 'IDENTITY' : 'TRANSFORMATION'] as const)
        : (['INDIRECT', 'JOIN'] as const);
      claims.set(`${source} ${from} ${to} ${type}`, {
        source: this.#end(source, from),
        target: this.#end(i, to),
        type,
        subtype,
        expression: null,
        confidence,
        reasons: [],
      });
    }
    const query = `select ${this.columns.join(', ')} from ${sources.map((source) => this.name(source)).join(' join ')}`;
    return { key: `dbt/bench/${this.name(i)}`, origin: 'DBT', detail: { query }, claims: [...claims.values()] };
  }

  #end(i: number, column: number): EdgeEnd {
    return { namespace: NAMESPACE, name: this.name(i), column: this.columns[column] ?? 'id' };
  }

  #firstOf(layer: number): number {
    return Math.floor((this.datasets * layer) / LAYERS.length);
  }

  #layer(i: number): number {
    return LAYERS.findLastIndex((_, layer) => i >= this.#firstOf(layer));
  }

  #schema(i: number): string {
    const layer = this.#layer(i);
    return `${LAYERS[layer] ?? ''}_${Math.floor((i - this.#firstOf(layer)) / SCHEMA_SIZE)}`;
  }

  /** A place in the layer before, popular ones first; number 0 is kept for those who read the hub. */
  #draw(i: number, layer: number, random: () => number): number {
    const own = this.#firstOf(layer);
    const ofOwn = LAYERS[layer] === 'mart' && i > own && random() < 0.4;
    const [from, to] = ofOwn ? [own, i] : [Math.max(1, this.#firstOf(layer - 1)), own];
    return from + Math.floor((to - from) * random() ** SKEW);
  }
}

/** A small generator with a seed: the same numbers on every machine. */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
