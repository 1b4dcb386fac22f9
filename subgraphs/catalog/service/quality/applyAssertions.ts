import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import { digestText } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import type { OpenLineageEvent } from '../../../../lineage/openlineage/event.ts';
import type { No } from '../../domain/asset.ts';
import { endSignalsOf, type StatementRow } from '../../store/writeQuality.ts';
import { datasetFacetsOf } from '../ingest/facets.ts';
import type { NamedDataset, ReadEvent } from '../ingest/readEvent.ts';
import { applyResults, applySignals } from './applySignals.ts';
import { QualityChanges } from './changes.ts';
import { findEnds } from './findEnds.ts';
import type { ToldResult, ToldSignal } from './told.ts';

/**
 * Makes checks of what events assert of their datasets, each with its result. What one job asserts says nothing of what others
 * do, and a run may leave checks out, so none ends unless its facet is taken back.
 * @returns places of the events that said something new
 */
export async function applyAssertions(tx: Tx, origin: Origin, events: readonly ReadEvent[]): Promise<ReadonlySet<number>> {
  const telling = new Set<number>();
  for (const [place, { event, datasets }] of events.entries()) {
    const asserting = datasets.filter(({ said }) => said['assertions'] !== undefined);
    if (asserting.length > 0 && (await applyEvent(tx, origin, event, asserting))) telling.add(place);
  }
  return telling;
}

type Asserted = NonNullable<ReturnType<typeof datasetFacetsOf>['assertions']>['assertions'][number];

async function applyEvent(tx: Tx, origin: Origin, event: OpenLineageEvent, datasets: readonly NamedDataset[]): Promise<boolean> {
  const producer = producerOf(event);
  const changes = new QualityChanges();
  const asserted = datasets.map((dataset) => ({ ...dataset, assertions: datasetFacetsOf(dataset.said).assertions ?? null }));
  const ends = await findEnds(
    tx,
    asserted.flatMap(({ namespace, name, assertions }) => [
      { namespace, name, column: null },
      ...(assertions?.assertions ?? []).map(({ column }) => ({ namespace, name, column: column ?? null })),
    ]),
  );
  const placing = { ends, changes, ids: new Map<string, string>() };
  for (const { namespace, name, assertions } of asserted) {
    const said = { producer, tool: event.producer.slice(0, 1_000), namespace, statedAt: event.eventTime, lastStatedAt: null };
    const no = ends.datasetOf({ namespace, name, column: null });
    if (no === null) continue;
    if (assertions === null) await takeBack(tx, said, no, changes);
    else {
      const told = [...groupBy(assertions.assertions, keyOf)].map(([key, same]) => tell(key, same, { namespace, name }, event));
      await applySignals(tx, said, told, placing);
      await applyResults(tx, producer, told, placing);
    }
  }
  if (changes.signals + changes.results === 0) return false;
  await record(tx, origin, await changes.happenings(tx, producer));
  return true;
}

async function takeBack(tx: Tx, said: StatementRow, no: No, changes: QualityChanges): Promise<void> {
  for (const { dataset_no, key } of await endSignalsOf(tx, said, no)) changes.note(dataset_no, 'ended', key);
}

const KEY_MAX = 1_000;
/** Longer ones an index could not hold. */
const PRODUCER_BYTES_MAX = 500;

/** Who asserts: a job, whichever run of it. Without a job, the program that sends. */
function producerOf(event: OpenLineageEvent): string {
  const who = event.kind === 'dataset' ? event.producer : `${event.job.namespace}/${event.job.name}`;
  const producer = `openlineage/${who}`;
  return Buffer.byteLength(producer) <= PRODUCER_BYTES_MAX ? producer : `openlineage/${digestText(who)}`;
}

const keyOf = ({ assertion, column }: Asserted): string => JSON.stringify([assertion.slice(0, KEY_MAX), column ?? null]);

/** One check of all that are called the same of one column: some tools leave their arguments out. It passes when all pass. */
function tell(
  key: string,
  same: readonly Asserted[],
  on: { readonly namespace: string; readonly name: string },
  event: OpenLineageEvent,
): ToldSignal & ToldResult {
  const [{ assertion, column } = { assertion: '', column: null }] = same;
  const failed = same.filter(({ success }) => !success);
  const isWarning = (failed.length > 0 ? failed : same).every(
    ({ severity }) => severity?.toLowerCase().startsWith('warn') === true,
  );
  return {
    key,
    on: { ...on, column: column ?? null },
    name: assertion.slice(0, KEY_MAX),
    kind: assertion.slice(0, KEY_MAX),
    severity: same.every(({ severity }) => severity?.toLowerCase().startsWith('warn') === true) ? 'WARN' : 'ERROR',
    description: null,
    criteria: null,
    status: failed.length === 0 ? 'PASS' : isWarning ? 'WARN' : 'FAIL',
    observedAt: event.eventTime,
    failures: null,
    message: same.length > 1 && failed.length > 0 ? `${failed.length} of ${same.length} assertions of this name failed.` : null,
    maxLoadedAt: null,
    run: event.kind === 'run' ? event.run.runId : null,
  };
}
