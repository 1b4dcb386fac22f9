import { digestOf } from '../../kernel/canonical.ts';
import type { ClaimEnd, DbtEvidence } from '../../lineage/dbt/claim.ts';
import type { Instant } from '../../kernel/time.ts';
import type { DbtDashboard } from '../../lineage/dbt/dashboards.ts';
import type { DatasetMetadata } from '../../lineage/dbt/metadata.ts';
import type { DbtMetric } from '../../lineage/dbt/metrics.ts';
import type { DbtOwner } from '../../lineage/dbt/project.ts';
import type { DbtSignal } from '../../lineage/dbt/signals.ts';
import type { Stated } from './statement.ts';

/** An owner says only what it knows: `{ email }`, `{ name }` or both. */
type IngestedDataset = Omit<DatasetMetadata, 'owners'> & {
  readonly owners: readonly { readonly email?: string; readonly name?: string }[];
};

/** The input of one `ingestMetadata`. */
export interface Batch {
  /** From the content and when dbt wrote it: the same artifacts sent again are no second wish, those of the next run are. */
  readonly idempotencyKey: string;
  readonly producer: string;
  readonly datasets: readonly IngestedDataset[];
  readonly evidence: readonly DbtEvidence[];
  readonly statement?: { readonly namespace: string; readonly statedAt: Instant; readonly complete: boolean };
  readonly signals?: readonly Omit<DbtSignal, 'result'>[];
  readonly results?: readonly IngestedResult[];
  readonly metrics?: readonly DbtMetric[];
  readonly dashboards?: readonly IngestedDashboard[];
}

type IngestedResult = Pick<DbtSignal, 'key' | 'on'> & NonNullable<DbtSignal['result']>;
type IngestedDashboard = Omit<DbtDashboard, 'owners'> & Pick<IngestedDataset, 'owners'>;

export interface Sender {
  readonly producer: string;
  /** Null when the artifacts do not say. */
  readonly generatedAt: string | null;
}

export interface Batches {
  readonly batches: readonly Batch[];
  /** What is larger than a request may be, and what was left out of it. */
  readonly cut: readonly string[];
}

export const DATASETS_MAX = 200;
const EVIDENCE_MAX = 200;
/** Signals, metrics and dashboards together. */
const STATED_MAX = 200;
/** A request may have 1 MiB; the rest is for the query and for names around the values. */
const SIZE_BYTES_MAX = 900_000;

/** Cuts a project into requests. Evidence goes along once all datasets that it names have gone. */
export function batchesOf(
  { producer, generatedAt }: Sender,
  datasets: readonly DatasetMetadata[],
  evidence: readonly DbtEvidence[],
  stated: Stated = NOTHING_STATED,
): Batches {
  const cut: string[] = [];
  const fitting = datasets.map((dataset) => inputOf(fittingDataset(dataset, cut)));
  const chunks = chunked(fitting, DATASETS_MAX);
  const chunkOf = new Map(chunks.flatMap((chunk, at) => chunk.map((dataset) => [endKey(dataset), at] as const)));
  const due = evidence
    .map((one) => fittingEvidence(one, cut))
    .map((one) => ({
      one,
      at: Math.max(
        0,
        ...one.claims.flatMap(({ source, target }) => [source, target]).map((end) => chunkOf.get(endKey(end)) ?? 0),
      ),
    }));
  const batches = chunks.length === 0 ? [[]] : chunks;
  const contents = batches.flatMap((chunk, at) =>
    withEvidence(
      chunk,
      due.filter((each) => each.at === at).map(({ one }) => one),
    ),
  );
  return {
    cut,
    batches: withStated(contents, stated, cut).map((content) => ({
      idempotencyKey: `dbt:${digestOf({ producer, generatedAt, ...content })}`,
      producer,
      ...content,
    })),
  };
}

type Content = Omit<Batch, 'idempotencyKey' | 'producer'>;

const NOTHING_STATED: Stated = { statement: null, signals: [], metrics: [], dashboards: [], skipped: [] };

type Item = { readonly signal: DbtSignal } | { readonly metric: DbtMetric } | { readonly dashboard: IngestedDashboard };

/**
 * Adds what is checked, defined and shown, once all datasets have gone. The last request says that this was all, even where
 * there is nothing: what was there before is over then.
 */
function withStated(contents: readonly Content[], { statement, ...stated }: Stated, cut: string[]): readonly Content[] {
  if (statement === null) return contents;
  const items: readonly Item[] = [
    ...stated.signals.map((signal) => ({ signal: fittingSignal(signal, cut) })),
    ...stated.metrics.map((metric) => ({ metric })),
    ...stated.dashboards.map((dashboard) => ({ dashboard: { ...dashboard, owners: dashboard.owners.map(ownerOf) } })),
  ];
  const last = contents.at(-1) ?? { datasets: [], evidence: [] };
  // The statement itself, and the results, which repeat the names of their signals.
  const [first = [], ...others] = chunked(items, STATED_MAX, (SIZE_BYTES_MAX - sizeOf(last)) / 2, SIZE_BYTES_MAX / 2);
  const filled = [
    { ...last, ...contentOf(first) },
    ...others.map((chunk) => ({ datasets: [], evidence: [], ...contentOf(chunk) })),
  ];
  return [
    ...contents.slice(0, -1),
    ...filled.map((content, at) => ({ ...content, statement: { ...statement, complete: at === filled.length - 1 } })),
  ];
}

function contentOf(items: readonly Item[]): Pick<Batch, 'signals' | 'results' | 'metrics' | 'dashboards'> {
  const signals = items.flatMap((item) => ('signal' in item ? [item.signal] : []));
  return {
    signals: signals.map(({ result: _result, ...signal }) => signal),
    results: signals.flatMap(({ key, on, result }) => (result === null ? [] : [{ key, on, ...result }])),
    metrics: items.flatMap((item) => ('metric' in item ? [item.metric] : [])),
    dashboards: items.flatMap((item) => ('dashboard' in item ? [item.dashboard] : [])),
  };
}

const MESSAGE_LENGTH_MAX = 10_000;

function fittingSignal(signal: DbtSignal, cut: string[]): DbtSignal {
  const { result } = signal;
  if (result?.message == null || result.message.length <= MESSAGE_LENGTH_MAX) return signal;
  cut.push(`${signal.key}: part of its message`);
  return { ...signal, result: { ...result, message: result.message.slice(0, MESSAGE_LENGTH_MAX).toWellFormed() } };
}

/** The datasets with as much of the evidence as fits, then the rest of it. */
function withEvidence(datasets: readonly IngestedDataset[], evidence: readonly DbtEvidence[]): readonly Content[] {
  const room = SIZE_BYTES_MAX - sizeOf(datasets);
  const [first = [], ...others] = chunked(evidence, EVIDENCE_MAX, room);
  const contents = [{ datasets, evidence: first }, ...others.map((chunk) => ({ datasets: [], evidence: chunk }))];
  return contents.filter((content) => content.datasets.length + content.evidence.length > 0);
}

/** Parts in their order, none longer than `countMax` or larger than a request; the first no larger than `room`. */
function chunked<T>(
  items: readonly T[],
  countMax: number,
  room = SIZE_BYTES_MAX,
  sizeMax = SIZE_BYTES_MAX,
): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  let left = room;
  let current: T[] = [];
  for (const item of items) {
    const size = sizeOf(item);
    if (current.length === countMax || (size > left && (current.length > 0 || chunks.length === 0))) {
      chunks.push(current);
      [current, left] = [[], sizeMax];
    }
    current.push(item);
    left -= size;
  }
  return current.length === 0 ? chunks : [...chunks, current];
}

const inputOf = (dataset: DatasetMetadata): IngestedDataset => ({
  ...dataset,
  owners: dataset.owners.map(ownerOf),
});

const ownerOf = ({ email, name }: DbtOwner): { readonly email?: string; readonly name?: string } => ({
  ...(email !== null && { email }),
  ...(name !== null && { name }),
});

function fittingDataset(dataset: DatasetMetadata, cut: string[]): DatasetMetadata {
  if (sizeOf(dataset) <= SIZE_BYTES_MAX) return dataset;
  cut.push(`${dataset.name}: descriptions and tags of its columns`);
  return { ...dataset, columns: dataset.columns.map((column) => ({ ...column, description: null, tags: [] })) };
}

/** Evidence replaces what it said before, so it cannot go in parts: what can be missed is left out. */
function fittingEvidence(evidence: DbtEvidence, cut: string[]): DbtEvidence {
  if (sizeOf(evidence) <= SIZE_BYTES_MAX) return evidence;
  const { sql: _sql, ...detail } = evidence.detail;
  const bare = { ...evidence, detail, claims: evidence.claims.map((claim) => ({ ...claim, expression: null })) };
  if (sizeOf(bare) <= SIZE_BYTES_MAX) {
    cut.push(`${evidence.key}: its SQL`);
    return bare;
  }
  cut.push(`${evidence.key}: its column lineage`);
  const claims = bare.claims.filter(({ source, target }) => source.column === null && target.column === null);
  return { ...bare, detail: { ...detail, columnLineage: 'TOO_LARGE' }, claims };
}

const endKey = ({ namespace, name }: Pick<ClaimEnd, 'namespace' | 'name'>): string => JSON.stringify([namespace, name]);

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value), 'utf8') + 1;
