import type { ColumnRecord } from '../../../../connectors/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { canonicalPart, identifierRule } from '../../../../kernel/identifier.ts';
import type { No } from '../../domain/asset.ts';
import type { KnownColumn } from '../../domain/columnDiff.ts';
import { countColumns, type KnownDataset, linkedColumns } from '../../store/ingestDatasets.ts';
import { knownColumns } from '../../store/writeColumns.ts';
import { applyColumns, type ColumnChanges } from '../crawl/applyColumns.ts';
import type { DatasetSays } from './facets.ts';

/** A dataset that nobody crawls, whose columns may be others now. */
export interface ColumnsToSettle {
  readonly dataset: KnownDataset;
  readonly before: DatasetSays['schema'];
  readonly now: DatasetSays['schema'];
  /** Columns that edges speak of now. */
  readonly linked: readonly string[];
}

/**
 * Columns of datasets that nobody crawls: those of the newest schema facet, then those that edges speak of. `grow` makes what
 * is missing before edges are stored; `shrink` takes away, when they are, what the schema does not name any more and what the
 * last edge has left.
 */
export class SettlingColumns {
  readonly #tx: Tx;
  readonly #datasets: readonly ColumnsToSettle[];
  readonly #present: ReadonlyMap<No, readonly KnownColumn[]>;
  readonly #changes = new Map<No, ColumnChanges>();

  static async of(tx: Tx, datasets: readonly ColumnsToSettle[]): Promise<SettlingColumns> {
    const known = await knownColumns(
      tx,
      datasets.map(({ dataset }) => dataset.no),
    );
    return new SettlingColumns(tx, datasets, known);
  }

  private constructor(tx: Tx, datasets: readonly ColumnsToSettle[], known: ReadonlyMap<No, readonly KnownColumn[]>) {
    this.#tx = tx;
    this.#datasets = datasets;
    this.#present = new Map([...known].map(([no, columns]) => [no, columns.filter(({ state }) => state === 'present')]));
  }

  async grow(): Promise<void> {
    await this.#write(this.#datasets.map((one) => ({ ...one, columns: layout(one, this.#presentOf(one), NONE) })));
  }

  /** @param lost columns that had an edge before */
  async shrink(lost: ReadonlySet<No>): Promise<void> {
    const doubtful = this.#datasets
      .map((one) => ({ one, columns: doubtfulOf(one, this.#presentOf(one), lost) }))
      .filter(({ columns }) => columns.length > 0);
    if (doubtful.length === 0) return;
    const linked = await linkedColumns(
      this.#tx,
      doubtful.map(({ one }) => one.dataset.no),
    );
    const going = doubtful.map(({ one, columns }) => ({ one, gone: columns.filter(({ no }) => !linked.has(no)) }));
    await this.#write(
      going
        .filter(({ gone }) => gone.length > 0)
        .map(({ one, gone }) => ({
          ...one,
          columns: layout(one, this.#presentOf(one), new Set(gone.map(({ canonical }) => canonical))),
        })),
    );
  }

  /** Counts the columns of what has changed. */
  async end(): Promise<ReadonlyMap<No, ColumnChanges>> {
    await countColumns(this.#tx, [...this.#changes.keys()]);
    return this.#changes;
  }

  #presentOf({ dataset }: ColumnsToSettle): readonly KnownColumn[] {
    return this.#present.get(dataset.no) ?? [];
  }

  async #write(datasets: readonly (ColumnsToSettle & { readonly columns: readonly ColumnRecord[] })[]): Promise<void> {
    for (const [rule, ofRule] of groupBy(datasets, ({ dataset }) => identifierRule(dataset.platform))) {
      const rows = ofRule.map(({ dataset, columns }) => ({ no: dataset.no, columns }));
      for (const [no, changes] of await applyColumns(this.#tx, rule, rows)) {
        if (!changes.isEmpty) this.#changes.set(no, together(this.#changes.get(no), changes));
      }
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

const canonicalOf = ({ dataset }: ColumnsToSettle, name: string): string => canonicalPart(identifierRule(dataset.platform), name);

/** Columns that go unless an edge holds them. */
function doubtfulOf(one: ColumnsToSettle, present: readonly KnownColumn[], lost: ReadonlySet<No>): readonly KnownColumn[] {
  const named = new Set((one.now?.fields ?? []).map(({ name }) => canonicalOf(one, name)));
  const wasNamed = new Set((one.before?.fields ?? []).map(({ name }) => canonicalOf(one, name)));
  return present.filter(({ no, canonical }) => !named.has(canonical) && (lost.has(no) || wasNamed.has(canonical)));
}

/** The columns of the schema in their order, then the others by name. */
function layout(one: ColumnsToSettle, present: readonly KnownColumn[], gone: ReadonlySet<string>): readonly ColumnRecord[] {
  const fields = new Map((one.now?.fields ?? []).map((field) => [canonicalOf(one, field.name), field]));
  const named = [...fields.values()].map(({ name, type, description }, i) => ({
    ...BARE,
    name,
    ordinal: i + 1,
    nativeType: type ?? '',
    description: description ?? null,
  }));
  const others = new Map([
    ...one.linked.map((name) => [canonicalOf(one, name), name] as const),
    ...present.map(({ canonical, name }) => [canonical, name] as const),
  ]);
  const more = [...others]
    .filter(([canonical]) => !fields.has(canonical) && !gone.has(canonical))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [...named, ...more.map(([, name], i) => ({ ...BARE, name, ordinal: named.length + i + 1, nativeType: '' }))];
}

const BARE = { nullable: true, defaultValue: null, description: null, generatedAs: null };

const together = (before: ColumnChanges | undefined, after: ColumnChanges): ColumnChanges => ({
  added: [...(before?.added ?? []), ...after.added],
  changed: [...(before?.changed ?? []), ...after.changed],
  removed: [...(before?.removed ?? []), ...after.removed],
  isEmpty: false,
});
