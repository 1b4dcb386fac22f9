import { checking } from '../../../../kernel/audit/reconcile/checking.ts';
import { lastEventsOf, type Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, firstOf, type Subject } from '../../../../kernel/audit/reconcile/finding.ts';
import { type Checked, stepOf } from '../../../../kernel/audit/reconcile/reconcile.ts';
import { type Digest, digestText } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import {
  type ExperimentToCheck,
  experimentsFrom,
  type LoggedModelToCheck,
  loggedModelsAfter,
  type RunToCheck,
  runsAfter,
  type StageLabelToCheck,
  stageLabelsAfter,
  trackedEventsAfter,
} from '../../store/reconcile/trackingRows.ts';
import { stageDigest } from '../mlflow/events.ts';

/*
 * Not held: the values of a metric before its last one, which are telemetry; who a client says it is; and of a version where it
 * came from (`run_link`, `storage_uri`, the logged model), because its sealed content does not depend on it.
 */

/** Of what has no rows. */
const NOTHING = digestText('');

/** @param unsaid what it is without any event; null where there has to be one */
function held(subject: Subject, said: Told | undefined, found: Digest, message: string, unsaid: Digest | null): Finding | null {
  const expected = said === undefined ? unsaid : said.digest;
  if (expected === found) return null;
  return said === undefined
    ? finding('UNEXPLAINED_ROW', subject, message, { found })
    : finding('OTHER_STATE', subject, message, { expected, found, eventId: said.id });
}

const artifactsOf = (subject: Subject, events: readonly Told[], found: Digest): Finding | null =>
  held(
    subject,
    events.find(({ action }) => action.startsWith('registry.artifact.')),
    found,
    'Its artifacts are not those that its last event left.',
    NOTHING,
  );

/** Name, tags and whether it is deleted are what its last event left. */
export async function checkExperiments(tx: Tx, from: string, limit: number): Promise<Checked> {
  const rows = await experimentsFrom(tx, from, limit);
  const events = await lastEventsOf(
    tx,
    rows.map(({ id }) => id),
  );
  const findings = rows.map((row) => checkExperiment(row, events.get(row.id) ?? []));
  return stepOf(rows, limit, ({ id }) => `${BigInt(id) + 1n}`, findings);
}

function checkExperiment({ id, digest, isBuiltIn }: ExperimentToCheck, events: readonly Told[]): Finding | null {
  // Numbers are ids of other things, too.
  const said = events.find(({ action }) => action.startsWith('registry.experiment.'));
  if (said === undefined && isBuiltIn) return null;
  return held(
    { type: 'Experiment', id },
    said,
    digest,
    'Its name, its tags or whether it is deleted are not what its last event left.',
    null,
  );
}

const RUN_PARTS = ['params', 'metrics', 'datasets', 'models'] as const;
const WHAT = {
  params: 'Its parameters are',
  metrics: 'The last values of its metrics are',
  datasets: 'Its datasets are',
  models: 'The models that it read or wrote are',
} as const;

/** What a run is and what was logged in it are what its last events left. */
export const checkRuns = checking<RunToCheck>(runsAfter, (row, events) => {
  const subject = { type: 'Run', id: row.id };
  const isLogged = ({ action }: Told): boolean => action === 'registry.run.logged.v1';
  const head = events.find((one) => (isLogged(one) ? one.fields.includes('tags') : one.action.startsWith('registry.run.')));
  return firstOf(
    () => held(subject, head, row.head, 'Its name, state, times, experiment or tags are not what its last event left.', null),
    ...RUN_PARTS.map(
      (part) => () =>
        held(
          subject,
          events.find((one) => isLogged(one) && one.fields.includes(part)),
          row[part],
          `${WHAT[part]} not those that its last event left.`,
          NOTHING,
        ),
    ),
    () => artifactsOf(subject, events, row.artifacts),
  );
});

/** What a run wrote as a model is what its last event left. */
export const checkLoggedModels = checking<LoggedModelToCheck>(loggedModelsAfter, ({ id, digest, artifacts }, events) => {
  const subject = { type: 'LoggedModel', id };
  const said = events.find(({ action }) => action.startsWith('registry.loggedModel.'));
  return firstOf(
    () => held(subject, said, digest, 'Its name, state, parameters, tags or metrics are not what its last event left.', null),
    () => artifactsOf(subject, events, artifacts),
  );
});

/** The stage that nothing guards is the one that was said last. */
export const checkStageLabels = checking<StageLabelToCheck>(stageLabelsAfter, ({ id, stage }, events) => {
  const said = events.find(({ action, fields }) => action === 'registry.version.staged.v1' && fields.includes('stageLabel'));
  const message = 'It is in another of MLflow’s stages than was said last.';
  return held({ type: 'ModelVersion', id }, said, stageDigest(id, stage), message, stageDigest(id, 'None'));
});

/** Whatever events say was made is there: nothing of it is ever deleted for good. */
export async function checkTracked(tx: Tx, after: string, limit: number): Promise<Checked> {
  const rows = await trackedEventsAfter(tx, after, limit);
  const findings = rows.map(({ id: eventId, subjectType: type, subjectId: id, hasRow }) =>
    hasRow ? null : finding('MISSING_ROW', { type, id }, 'An event tells that it was made, and no row does.', { eventId }),
  );
  return stepOf(rows, limit, ({ seq }) => seq, findings);
}
