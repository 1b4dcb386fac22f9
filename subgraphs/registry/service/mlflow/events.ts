import type { TrackingPayload, TrackingTopic } from '../../../../contracts/tracking.ts';
import type { Recorded } from '../../../../kernel/audit/record.ts';
import { type Digest, digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { digestOfArtifacts, experimentDigest, loggedModelDigest, runDigest, type RunPart } from '../../store/mlflow/digests.ts';
import type { Stage } from '../../store/mlflow/versions.ts';

/*
 * Each event carries the digest of what it leaves, read back in the transaction that wrote it: `audit reconcile` computes it again.
 * What a client only measures on the way, the values of a metric before its last one, is telemetry: an event tells that it came.
 */

/** How many keys an event names; a batch may have a thousand. */
const NAMED_MAX = 100;

type Said = Pick<Recorded, 'subject' | 'aggregateId'>;

/** @param detail what people wrote, which can be forgotten */
const told = <T extends TrackingTopic>(action: T, said: Said, detail: object | null, payload: TrackingPayload<T>): Recorded => ({
  action,
  ...said,
  fields: Object.keys(detail ?? {}),
  detail,
  payload,
});

type Change = 'created' | 'changed' | 'deleted' | 'restored';

/** What happened to an experiment. @param detail what people wrote, which can be forgotten */
export const ofExperiment = async (tx: Tx, what: Change, no: string, detail: object | null): Promise<Recorded> =>
  told(
    `registry.experiment.${what}.v1`,
    { subject: { type: 'Experiment', id: no, digest: await experimentDigest(tx, no) }, aggregateId: `experiment/${no}` },
    detail,
    { experimentId: no },
  );

interface Named {
  readonly id: string;
  readonly experimentNo: string;
}

export const ofRun = async (tx: Tx, what: Change, { id, experimentNo }: Named, detail: object | null): Promise<Recorded> =>
  told(`registry.run.${what}.v1`, await aboutRun(tx, id, 'head'), detail, { runId: id, experimentId: experimentNo });

const aboutRun = async (tx: Tx, id: string, part: RunPart): Promise<Said> => ({
  subject: { type: 'Run', id, digest: await runDigest(tx, id, part) },
  aggregateId: `run/${id}`,
});

export const LOGGED_KINDS = ['metrics', 'params', 'tags', 'datasets', 'models'] as const;
/** What was logged, by kind. */
export type Logged = { readonly [K in (typeof LOGGED_KINDS)[number]]?: readonly string[] };

/** One event for each kind that a request logs, however much of it there is. */
export async function ofLogging(tx: Tx, { id, experimentNo }: Named, logged: Logged): Promise<readonly Recorded[]> {
  const events: Recorded[] = [];
  for (const kind of LOGGED_KINDS) {
    const keys = logged[kind] ?? [];
    if (keys.length === 0) continue;
    const detail = { [kind]: { count: keys.length, keys: [...new Set(keys)].slice(0, NAMED_MAX) } };
    // Tags are part of what a run is: one of them is its name.
    const about = await aboutRun(tx, id, kind === 'tags' ? 'head' : kind);
    events.push(
      told('registry.run.logged.v1', about, detail, { runId: id, experimentId: experimentNo, counts: { [kind]: keys.length } }),
    );
  }
  return events;
}

export const ofLoggedModel = async (
  tx: Tx,
  what: Exclude<Change, 'restored'>,
  { id, experimentNo }: Named,
  detail: object | null,
): Promise<Recorded> =>
  told(
    `registry.loggedModel.${what}.v1`,
    { subject: { type: 'LoggedModel', id, digest: await loggedModelDigest(tx, id) }, aggregateId: `loggedModel/${id}` },
    detail,
    { loggedModelId: id, experimentId: experimentNo },
  );

/** Whose artifacts may change. */
export interface TrackedOwner {
  readonly kind: 'RUN' | 'LOGGED_MODEL';
  readonly id: string;
}

export async function ofArtifacts(
  tx: Tx,
  what: 'stored' | 'removed',
  { kind, id }: TrackedOwner,
  experimentNo: string,
  detail: object,
): Promise<Recorded> {
  const [type, thing] = kind === 'RUN' ? ['Run', 'run'] : ['LoggedModel', 'loggedModel'];
  const subject = { type, id, digest: await digestOfArtifacts(tx, kind, id) };
  return told(`registry.artifact.${what}.v1`, { subject, aggregateId: `${thing}/${id}` }, detail, {
    ownerKind: kind,
    ownerId: id,
    experimentId: experimentNo,
  });
}

/** What is held against a version's stage that nothing guards. */
export const stageDigest = (versionId: string, stage: Stage): Digest => digestOf({ versionId, stage });

/** @param said of the version, as all events of its model have it */
export const ofStage = (
  said: Omit<Recorded, 'action' | 'payload'>,
  payload: TrackingPayload<'registry.version.staged.v1'>,
): Recorded => ({
  ...said,
  action: 'registry.version.staged.v1',
  payload,
});
