import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { eventsOf, lastEventsOf } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { jobsAfter, type JobToCheck, metricsAfter, runsAfter, signalsAfter } from '../../store/reconcile/statedRows.ts';
import { jobFacetsOf } from '../ingest/facets.ts';

/** Definitions are what their digests are of, and the digest is that of the last event. */
export async function checkMetrics(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await metricsAfter(tx, after, limit);
  const events = await lastEventsOf(
    tx,
    rows.map(({ id }) => id),
  );
  const findings = rows.map(({ id, isCurrent, digest, says }) => {
    const subject = { type: 'Metric', id };
    const [event] = events.get(id) ?? [];
    if (event === undefined) return finding('UNEXPLAINED_ROW', subject, 'No event tells of this metric.', { found: id });
    const found = digestOf(says);
    const expected = event.action === 'catalog.metric.ended.v1' ? digest : event.digest;
    const isAsTold = isCurrent !== (event.action === 'catalog.metric.ended.v1');
    if (isAsTold && found === expected && digest === expected) return null;
    return finding('OTHER_STATE', subject, 'Its definition is not that of its last event.', {
      expected,
      found,
      eventId: event.id,
    });
  });
  return stepOf(rows, limit, ({ id }) => id, findings);
}

/** Events count what changed of the checks of a dataset: a row is held against its own digest and the time of an event. */
export async function checkSignals(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await signalsAfter(tx, after, limit);
  const findings = rows.map(({ id, digest, says, isTold }): Finding | null => {
    const subject = { type: 'QualitySignal', id };
    if (!isTold) return finding('UNEXPLAINED_ROW', subject, 'No event tells that this check began or ended then.', { found: id });
    const found = digestOf(says);
    return found === digest
      ? null
      : finding('OTHER_STATE', subject, 'It says something else than was stated.', { expected: digest, found });
  });
  return stepOf(rows, limit, ({ id }) => id, findings);
}

/** What is shown of a job is what was said of it. */
export async function checkJobs(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await jobsAfter(tx, after, limit);
  return stepOf(rows, limit, ({ id }) => id, rows.map(checkJob));
}

function checkJob({ id, said, facts, hasEvent }: JobToCheck): Finding | null {
  const subject = { type: 'Job', id };
  if (!hasEvent) return finding('UNEXPLAINED_ROW', subject, 'No event tells of this job.', { found: id });
  const { documentation, sql, jobType } = jobFacetsOf(said);
  const expected = {
    description: documentation?.description ?? null,
    sql: sql?.query ?? null,
    sqlDialect: sql?.dialect ?? null,
    integration: jobType?.integration ?? null,
    processingType: jobType?.processingType ?? null,
    jobType: jobType?.jobType ?? null,
  };
  if (digestOf(expected) === digestOf(facts)) return null;
  return finding('OTHER_STATE', subject, 'It is not as events said.', { expected: shown(expected), found: shown(facts) });
}

/** The state of a run is in the digest of its last event, together with what the detail of that event says. */
export async function checkRuns(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await runsAfter(tx, after, limit);
  const events = await eventsOf(
    tx,
    rows.map(({ id }) => id),
    ['catalog.lineageEvent.ingested.v1'],
  );
  const findings = rows.map(({ id, state }) => {
    const event = events.get(id)?.at(-1);
    const subject = { type: 'JobRun', id };
    if (event === undefined) return finding('UNEXPLAINED_ROW', subject, 'No event tells of this run.', { found: id });
    if (event.detail === null) return null;
    const { eventTime, datasets } = event.detail;
    if (digestOf({ id, eventTime, state, datasets }) === event.digest) return null;
    return finding('OTHER_STATE', subject, 'Its state is not that of its last event.', { found: state, eventId: event.id });
  });
  return stepOf(rows, limit, ({ id }) => id, findings);
}
