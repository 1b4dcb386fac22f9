import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Recorded } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { OpenLineageEvent } from '../../../../lineage/openlineage/event.ts';
import { stateOf } from '../../../../lineage/openlineage/progress.ts';
import type { No } from '../../domain/asset.ts';
import { removeUncrawled } from '../../store/ingestDatasets.ts';
import { type AssetChange, commitAssets } from '../commitAssets.ts';
import type { ColumnChanges } from '../crawl/applyColumns.ts';
import type { Absorbed } from './aliases.ts';
import type { Arrivals } from './arrivals.ts';
import type { DatasetChange } from './datasetChange.ts';
import type { IngestedJob } from './ingestJob.ts';
import type { IngestedRun } from './ingestRun.ts';

export interface Ingested {
  readonly event: OpenLineageEvent;
  readonly job: IngestedJob | null;
  readonly run: IngestedRun | null;
  readonly changes: readonly DatasetChange[];
  readonly columns: ReadonlyMap<No, ColumnChanges>;
  readonly arrivals: Arrivals;
  readonly absorbed: readonly Absorbed[];
  /** True when lineage is another now. */
  readonly isRetold: boolean;
}

/** Facets of a dataset that its history shows. */
const IN_HISTORY: Readonly<Record<string, string>> = { documentation: 'description', ownership: 'owners', tags: 'tags' };

/** Writes history and audit of what an event changed, when it changed anything. */
export async function commitIngested(tx: Tx, origin: Origin, ingested: Ingested): Promise<boolean> {
  const { job, run, absorbed, changes, isRetold } = ingested;
  const gone = absorbed.map(({ from }) => from);
  if (gone.length > 0) await removeUncrawled(tx, gone);
  const assets = [...changedAssets(ingested, new Set(gone)), ...gone.map(removed)];
  if (assets.length > 0) await commitAssets(tx, origin, assets);
  const isSeen = changes.some(({ facets }) => facets.length > 0);
  const isChanged = assets.length > 0 || isSeen || isRetold || job?.isChanged === true || run?.isChanged === true;
  if (isChanged) await record(tx, origin, [happening(ingested)]);
  return isChanged;
}

/** Each asset once, with everything that is new about it. */
function changedAssets({ changes, columns, arrivals }: Ingested, gone: ReadonlySet<No>): readonly AssetChange[] {
  const fieldsOf = new Map<No, Set<string>>([...arrivals.made].map((no) => [no, new Set(['content'])]));
  const add = (no: No, fields: readonly string[]): void => {
    if (fields.length > 0) fieldsOf.set(no, new Set([...(fieldsOf.get(no) ?? []), ...fields]));
  };
  for (const { dataset, facets } of changes) {
    add(
      dataset.no,
      facets.flatMap((facet) => IN_HISTORY[facet] ?? []),
    );
  }
  for (const no of [...columns.keys(), ...arrivals.columns.keys()]) add(no, ['columns']);
  return [...fieldsOf]
    .filter(([no]) => !gone.has(no))
    .map(([no, fields]) => toChange(no, [...fields], columns.get(no), arrivals));
}

function toChange(no: No, fields: readonly string[], columns: ColumnChanges | undefined, arrivals: Arrivals): AssetChange {
  const { added = [], changed = [], removed: withdrawn = [] } = columns ?? {};
  const came = [...new Set([...(arrivals.columns.get(no) ?? []), ...added])].toSorted();
  return {
    no,
    action: arrivals.made.has(no) ? 'catalog.asset.added.v1' : 'catalog.asset.changed.v1',
    fields,
    detail: { because: 'openlineage', columns: { added: came, changed, removed: withdrawn } },
    payload: { kind: 'dataset', columns: { added: came, changed: changed.map(({ name }) => name), removed: withdrawn } },
  };
}

const removed = (no: No): AssetChange => ({
  no,
  action: 'catalog.asset.removed.v1',
  fields: ['state'],
  detail: { because: 'symlink' },
  payload: { kind: 'dataset' },
});

function happening({ event, job, run, changes }: Ingested): Recorded {
  const [first] = changes;
  const [type, id] = run !== null ? ['JobRun', run.id] : job !== null ? ['Job', job.id] : ['Dataset', first?.dataset.id ?? ''];
  const state = run === null ? null : stateOf(run.progress);
  const datasets = changes.map(({ dataset, facets }) => ({ id: dataset.id, facets }));
  const detail = {
    eventTime: event.eventTime,
    producer: event.producer,
    job: job === null ? null : { namespace: job.namespace, name: job.name, said: job.said },
    run: run === null ? null : { progress: run.progress, said: run.said },
    datasets,
  };
  return {
    action: 'catalog.lineageEvent.ingested.v1',
    // Of what anybody may know: the digest stays for ever, the names in the detail may be forgotten.
    subject: { type, id, digest: digestOf({ id, eventTime: event.eventTime, state, datasets }) },
    // What events say of a dataset counts apart from the dataset's own versions.
    aggregateId: type === 'Dataset' ? `events/${id}` : id,
    fields: [...new Set(datasets.flatMap(({ facets }) => facets))].toSorted(),
    detail,
    payload: {
      jobId: job?.id ?? null,
      runId: run?.id ?? null,
      state,
      datasetIds: datasets.map((dataset) => dataset.id),
    },
  };
}
