import type { TrackingPayload, TrackingTopic } from '../../../../contracts/tracking.ts';
import type { Recorded } from '../../../../kernel/audit/record.ts';

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
export const ofExperiment = (what: Change, no: string, detail: object | null): Recorded =>
  told(
    `registry.experiment.${what}.v1`,
    { subject: { type: 'Experiment', id: no, digest: null }, aggregateId: `experiment/${no}` },
    detail,
    {
      experimentId: no,
    },
  );

interface Named {
  readonly id: string;
  readonly experimentNo: string;
}

export const ofRun = (what: Change, { id, experimentNo }: Named, detail: object | null): Recorded =>
  told(`registry.run.${what}.v1`, aboutRun(id), detail, { runId: id, experimentId: experimentNo });

const aboutRun = (id: string): Said => ({ subject: { type: 'Run', id, digest: null }, aggregateId: `run/${id}` });

/** What was logged, by kind. */
export type Logged = { readonly [K in (typeof LOGGED_KINDS)[number]]?: readonly string[] };
const LOGGED_KINDS = ['metrics', 'params', 'tags', 'datasets', 'models'] as const;

/** One event for all that a request logs, whatever its size. */
export function ofLogging({ id, experimentNo }: Named, logged: Logged): Recorded {
  const kinds = LOGGED_KINDS.map((kind) => [kind, logged[kind] ?? []] as const).filter(([, keys]) => keys.length > 0);
  const detail = kinds.map(
    ([kind, keys]) => [kind, { count: keys.length, keys: [...new Set(keys)].slice(0, NAMED_MAX) }] as const,
  );
  return told('registry.run.logged.v1', aboutRun(id), Object.fromEntries(detail), {
    runId: id,
    experimentId: experimentNo,
    counts: Object.fromEntries(kinds.map(([kind, keys]) => [kind, keys.length])),
  });
}

export const ofLoggedModel = (what: Exclude<Change, 'restored'>, { id, experimentNo }: Named, detail: object | null): Recorded =>
  told(
    `registry.loggedModel.${what}.v1`,
    { subject: { type: 'LoggedModel', id, digest: null }, aggregateId: `loggedModel/${id}` },
    detail,
    { loggedModelId: id, experimentId: experimentNo },
  );

/** Whose artifacts may change. */
export interface TrackedOwner {
  readonly kind: 'RUN' | 'LOGGED_MODEL';
  readonly id: string;
}

export function ofArtifacts(
  what: 'stored' | 'removed',
  { kind, id }: TrackedOwner,
  experimentNo: string,
  detail: object,
): Recorded {
  const [type, line] = kind === 'RUN' ? ['Run', 'run'] : ['LoggedModel', 'loggedModel'];
  return told(`registry.artifact.${what}.v1`, { subject: { type, id, digest: null }, aggregateId: `${line}/${id}` }, detail, {
    ownerKind: kind,
    ownerId: id,
    experimentId: experimentNo,
  });
}

/** @param said of the version, as all events of its model have it */
export const ofStage = (
  said: Omit<Recorded, 'action' | 'payload'>,
  payload: TrackingPayload<'registry.version.staged.v1'>,
): Recorded => ({
  ...said,
  action: 'registry.version.staged.v1',
  payload,
});
