import { z } from 'zod';

const id = z.string().min(1);
const experiment = z.strictObject({ experimentId: id });
const run = experiment.extend({ runId: id });
const loggedModel = experiment.extend({ loggedModelId: id });
const artifact = experiment.extend({ ownerKind: z.enum(['RUN', 'LOGGED_MODEL']), ownerId: id });

/** What the registry tells of experiments and runs, by topic. The name of a topic is the action of its audit event. */
export const trackingEvents = {
  'registry.experiment.created.v1': experiment,
  'registry.experiment.changed.v1': experiment,
  'registry.experiment.deleted.v1': experiment,
  'registry.experiment.restored.v1': experiment,
  'registry.run.created.v1': run,
  'registry.run.changed.v1': run,
  'registry.run.deleted.v1': run,
  'registry.run.restored.v1': run,
  /** How much of each kind a request has logged. */
  'registry.run.logged.v1': run.extend({
    counts: z.partialRecord(z.enum(['metrics', 'params', 'tags', 'datasets', 'models']), z.int().positive()),
  }),
  'registry.loggedModel.created.v1': loggedModel,
  'registry.loggedModel.changed.v1': loggedModel,
  'registry.loggedModel.deleted.v1': loggedModel,
  'registry.artifact.stored.v1': artifact,
  'registry.artifact.removed.v1': artifact,
  /** A stage that nothing guards was said of a version; `archived` are the versions that left it. */
  'registry.version.staged.v1': z.strictObject({
    modelId: id,
    versionId: id,
    number: z.int().positive(),
    stage: z.enum(['None', 'Staging', 'Production', 'Archived']),
    archived: z.array(id),
  }),
} as const satisfies Record<string, z.ZodType>;

export type TrackingTopic = keyof typeof trackingEvents;
export type TrackingPayload<T extends TrackingTopic> = z.infer<(typeof trackingEvents)[T]>;
