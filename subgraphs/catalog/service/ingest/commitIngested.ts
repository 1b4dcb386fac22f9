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
import type { DatasetChange } from './datasetChange.ts';
import type { IngestedJob } from './ingestJobs.ts';
import type { IngestedRun } from './ingestRuns.ts';
import type { Lifecycles } from './settleLifecycles.ts';
import type { Seen } from './takeDown.ts';

/** An event with what it changed of its job and run, and what it said of datasets. */
export interface IngestedEvent {
  readonly event: OpenLineageEvent;
  readonly job?: IngestedJob | null;
  readonly run?: IngestedRun | null;
  readonly seen: readonly Seen[];
}

export interface Ingested {
  readonly events: readonly IngestedEvent[];
  readonly changes: readonly DatasetChange[];
  readonly columns: ReadonlyMap<No, ColumnChanges>;
  readonly made: ReadonlySet<No>;
  readonly absorbed: readonly Absorbed[];
  readonly lifecycles: Lifecycles;
  /** Of lineage that is another now. */
  readonly retold: readonly Recorded[];
}

/** Facets of a dataset that its history shows. */
const IN_HISTORY: Readonly<Record<string, string>> = { documentation: 'description', ownership: 'owners', tags: 'tags' };

/**
 * Writes history of what events changed, and audit of the events that changed anything.
 * @returns by place of the event, whether it did
 */
export async function commitIngested(tx: Tx, origin: Origin, ingested: Ingested): Promise<readonly boolean[]> {
  const { events, absorbed, lifecycles, retold } = ingested;
  const gone = absorbed.map(({ from }) => from);
  if (gone.length > 0) await removeUncrawled(tx, gone);
  const assets = [
    ...changedAssets(ingested, new Set([...gone, ...lifecycles.dropped])),
    ...gone.map((no) => removed(no, 'symlink')),
    ...[...lifecycles.dropped].map((no) => removed(no, 'dropped')),
  ];
  if (assets.length > 0) await commitAssets(tx, origin, assets);
  const unmet = new Set(ingested.made);
  const changed = events.map((event) => isTelling(event, unmet));
  // What a repeat of a symlink or of a late drop changes, it does together with what others said before.
  if ((assets.length > 0 || retold.length > 0) && !changed.includes(true)) changed[changed.length - 1] = true;
  await record(tx, origin, [...retold, ...events.filter((_, place) => changed[place]).map(happening)]);
  return changed;
}

/** @param unmet datasets that no event before has spoken of */
function isTelling({ job, run, seen }: IngestedEvent, unmet: Set<No>): boolean {
  const isFirst = seen.filter(({ no }) => unmet.delete(no)).length > 0;
  return isFirst || job?.isChanged === true || run?.isChanged === true || seen.some(({ facets }) => facets.length > 0);
}

/** Each asset once, with everything that is new about it. */
function changedAssets({ changes, columns, made, lifecycles }: Ingested, gone: ReadonlySet<No>): readonly AssetChange[] {
  const fieldsOf = new Map<No, Set<string>>([...made].map((no) => [no, new Set(['content'])]));
  const add = (no: No, fields: readonly string[]): void => {
    if (fields.length > 0) fieldsOf.set(no, new Set([...(fieldsOf.get(no) ?? []), ...fields]));
  };
  for (const { dataset, facets } of changes) {
    add(
      dataset.no,
      facets.flatMap((facet) => IN_HISTORY[facet] ?? []),
    );
  }
  for (const no of columns.keys()) add(no, ['columns']);
  for (const no of lifecycles.returned) add(no, ['state']);
  const actionOf = (no: No): string =>
    made.has(no)
      ? 'catalog.asset.added.v1'
      : lifecycles.returned.has(no)
        ? 'catalog.asset.returned.v1'
        : 'catalog.asset.changed.v1';
  return [...fieldsOf]
    .filter(([no]) => !gone.has(no))
    .map(([no, fields]) => toChange(no, actionOf(no), [...fields], columns.get(no)));
}

function toChange(no: No, action: string, fields: readonly string[], columns: ColumnChanges | undefined): AssetChange {
  const { added = [], changed = [], removed: withdrawn = [] } = columns ?? {};
  return {
    no,
    action,
    fields,
    detail: { because: 'openlineage', columns: { added, changed, removed: withdrawn } },
    payload: { kind: 'dataset', columns: { added, changed: changed.map(({ name }) => name), removed: withdrawn } },
  };
}

const removed = (no: No, because: 'symlink' | 'dropped'): AssetChange => ({
  no,
  action: 'catalog.asset.removed.v1',
  fields: ['state'],
  detail: { because },
  payload: { kind: 'dataset' },
});

function happening({ event, job = null, run = null, seen }: IngestedEvent): Recorded {
  const [first] = seen;
  const [type, id] = run !== null ? ['JobRun', run.id] : job !== null ? ['Job', job.id] : ['Dataset', first?.id ?? ''];
  const state = run === null ? null : stateOf(run.progress);
  const datasets = seen.map((dataset) => ({ id: dataset.id, facets: dataset.facets }));
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
