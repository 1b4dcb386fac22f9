import type { AssetRecord } from '../../../../connectors/record.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalName } from '../../../../kernel/identifier.ts';
import { contentDigest } from '../../domain/native.ts';
import { NO_COUNTS, type CrawlCounts, type CrawlScope } from '../../domain/source.ts';
import { addCounts, beginScope, saveScope } from '../../store/crawls.ts';
import { knownInScope, type KnownAsset } from '../../store/knownAssets.ts';
import { writeMeasurements, type MeasurementRow } from '../../store/writeMeasurements.ts';
import { applyBatch, type Applied, type Difference } from './applyBatch.ts';
import { inCrawl, pathKey, type CrawlRun } from './run.ts';
import { isDataError, storable } from './storable.ts';

/** A batch is one short transaction: searches on the embedded engine wait for no longer than one of them. */
const BATCH_ASSETS_MAX = 64;
const BATCH_COLUMNS_MAX = 1_500;
/** How often progress is stored while nothing differs, milliseconds. */
const PROGRESS_MS = 1_000;

/** How a scope ends. */
export interface ScopeEnding {
  readonly state: CrawlScope['state'];
  readonly reason: string | null;
  readonly counts?: Partial<CrawlCounts>;
  /** How many vanished, when it is held for that. */
  readonly vanished?: number;
}

/** The crawl of one scope: collects records, stores what differs, remembers what was seen. */
export class ScopeCrawl {
  readonly #run: CrawlRun;
  readonly #begun: CrawlScope;
  readonly #known: ReadonlyMap<string, KnownAsset>;
  readonly #seen = new Set<string>();
  #batch: Difference[] = [];
  #measured: (MeasurementRow & { readonly canonical: string })[] = [];
  #unchanged = 0;
  #storedAtMs = Date.now();
  readonly #spoiled: string[] = [];
  #listed = 0;
  #last: readonly string[] | null = null;

  private constructor(run: CrawlRun, begun: CrawlScope, known: readonly KnownAsset[]) {
    this.#run = run;
    this.#begun = begun;
    this.#known = new Map(known.map((asset) => [keyOf(asset.kind, asset.canonical), asset]));
  }

  static async begin(run: CrawlRun, scope: readonly string[], expected: number | null): Promise<ScopeCrawl> {
    const begun = await inCrawl(run, (tx) => beginScope(tx, run.crawl.id, scope, expected));
    return new ScopeCrawl(run, begun, await knownInScope(run.db, run.source.id, scope));
  }

  get scope(): readonly string[] {
    return this.#begun.path;
  }

  /** How many vanished when this scope was held and a person was asked; 0 when it never was. */
  get heldCount(): number {
    return this.#begun.vanished ?? 0;
  }

  /** Records that could not be stored, by name and reason. */
  get spoiled(): readonly string[] {
    return this.#spoiled;
  }

  /** What is known and not removed, and was not listed now. */
  vanished(): readonly KnownAsset[] {
    return [...this.#known].filter(([key]) => !this.#seen.has(key)).map(([, asset]) => asset);
  }

  presentBefore(): number {
    return [...this.#known.values()].filter((asset) => asset.state === 'present').length;
  }

  async add(raw: AssetRecord): Promise<void> {
    const found = storable(raw);
    const canonical = canonicalName(this.#run.rule, found.path);
    const known = this.#known.get(keyOf(found.kind, canonical));
    // A source that is stricter than its platform's rule may have both `a` and `A`: the first one is taken.
    if (this.#seen.has(keyOf(found.kind, canonical))) return;
    this.#seen.add(keyOf(found.kind, canonical));
    this.#listed += 1;
    this.#last = found.path;
    if (known?.state === 'present' && known.contentDigest === contentDigest(found)) this.#countUnchanged(found);
    else this.#batch.push({ record: found, canonical });
    this.#measure(found, canonical, known);
    if (this.#isFull()) await this.store();
    else if (Date.now() - this.#storedAtMs > PROGRESS_MS) await this.store();
  }

  /** Stores what has gathered, in one transaction with the progress that it means. */
  async store(): Promise<void> {
    const batch = this.#batch;
    try {
      this.#stored(await inCrawl(this.#run, (tx) => this.#write(tx, batch)), batch);
    } catch (error) {
      if (!isDataError(error)) throw error;
      await this.#storeOneByOne(batch);
    }
  }

  /** One record that the database refuses must not cost the others: it is left out and named in the receipt. */
  async #storeOneByOne(batch: readonly Difference[]): Promise<void> {
    for (const difference of batch) {
      try {
        this.#stored(await inCrawl(this.#run, (tx) => this.#write(tx, [difference])), [difference]);
      } catch (error) {
        if (!isDataError(error)) throw error;
        this.#run.log.warn({ err: error, path: difference.record.path }, 'a record cannot be stored');
        this.#spoiled.push(`${difference.record.path.join('.').slice(0, 200)} cannot be stored`);
        this.#measured = this.#measured.filter(({ canonical }) => canonical !== difference.canonical);
      }
    }
  }

  /** Only after the commit: a transaction that is repeated must find its batch as it was. */
  #stored(applied: Applied, batch: readonly Difference[]): void {
    for (const { record: found, canonical } of batch) {
      const no = applied.numbers.get(canonical);
      if (found.kind === 'container' && no !== undefined) this.#run.containers.set(canonical, no);
    }
    this.#unchanged = 0;
    this.#batch = [];
    this.#measured = [];
    this.#storedAtMs = Date.now();
  }

  /** Ends the scope, after `store`, in the transaction of the caller. */
  async end(tx: Tx, ending: ScopeEnding): Promise<void> {
    await addCounts(tx, this.#run.crawl.id, { ...NO_COUNTS, ...ending.counts });
    const { state, reason, vanished } = ending;
    const held = vanished === undefined ? {} : { vanished };
    await saveScope(tx, this.#run.crawl.id, this.scope, {
      state,
      listed: this.#listed,
      storedUpTo: this.#storedUpTo(),
      reason,
      ...held,
    });
  }

  async #write(tx: Tx, batch: readonly Difference[]): Promise<Applied> {
    const applied = await applyBatch(tx, this.#run, this.scope, batch);
    await addCounts(tx, this.#run.crawl.id, {
      ...NO_COUNTS,
      added: applied.added,
      changed: applied.changed,
      unchanged: this.#unchanged + applied.unchanged,
    });
    await this.#writeMeasurements(tx, applied.numbers);
    await saveScope(tx, this.#run.crawl.id, this.scope, {
      state: 'listing',
      listed: this.#listed,
      storedUpTo: this.#storedUpTo(),
      reason: null,
    });
    return applied;
  }

  async #writeMeasurements(tx: Tx, numbers: ReadonlyMap<string, string>): Promise<void> {
    const rows = this.#measured.flatMap(({ canonical, ...row }) => {
      const no = numbers.get(canonical) ?? this.#known.get(keyOf('dataset', canonical))?.no;
      return no === undefined ? [] : [{ ...row, dataset_no: no }];
    });
    if (rows.length === 0) return;
    await writeMeasurements(tx, rows);
    await record(tx, this.#run.origin, [
      {
        action: 'catalog.dataset.measured.v1',
        subject: { type: 'Crawl', id: this.#run.crawl.id, digest: null },
        aggregateId: this.#run.crawl.id,
        fields: ['statistics'],
        detail: { datasets: rows.length },
        payload: { crawlId: this.#run.crawl.id, datasets: rows.length },
      },
    ]);
  }

  #measure(found: AssetRecord, canonical: string, known: KnownAsset | undefined): void {
    if (found.kind !== 'dataset') return;
    const { rowCountEstimate, sizeBytes } = found.statistics;
    const isKnown =
      text(rowCountEstimate) === (known?.rowCountEstimate ?? null) && text(sizeBytes) === (known?.sizeBytes ?? null);
    if (isKnown) return;
    this.#measured.push({ canonical, dataset_no: '', row_count_estimate: rowCountEstimate, size_bytes: sizeBytes });
  }

  /** Re-listing after an interruption never moves the mark back. */
  #storedUpTo(): readonly string[] | null {
    const before = this.#begun.storedUpTo;
    if (before === null || this.#last === null) return this.#last ?? before;
    return pathKey({ path: before }) > pathKey({ path: this.#last }) ? before : this.#last;
  }

  #isFull(): boolean {
    const columns = this.#batch.reduce(
      (total, { record: found }) => total + (found.kind === 'dataset' ? found.columns.length : 0),
      0,
    );
    return (
      this.#batch.length >= BATCH_ASSETS_MAX || columns >= BATCH_COLUMNS_MAX || this.#measured.length >= 10 * BATCH_ASSETS_MAX
    );
  }

  /** What an interrupted crawl had stored is not counted a second time. */
  #countUnchanged(found: AssetRecord): void {
    const { storedUpTo } = this.#begun;
    if (storedUpTo !== null && pathKey(found) <= pathKey({ path: storedUpTo })) return;
    this.#unchanged += 1;
  }
}

const keyOf = (kind: string, canonical: string): string => `${kind} ${canonical}`;
const text = (value: number | null): string | null => (value === null ? null : value.toString());
