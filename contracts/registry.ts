import { z } from 'zod';

const id = z.string().min(1);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const moment = z.iso.datetime({ precision: 6 });
const model = z.strictObject({ modelId: id });
const version = model.extend({ versionId: id, number: z.int().positive() });
const sealed = version.extend({ digest });
const binding = model.extend({ bindingId: id, stage: id, versionId: id, digest });
const refused = z.strictObject({ subjectId: id, code: z.string().min(1) });

/** What the registry tells other subgraphs, by topic. The name of a topic is the action of its audit event. */
export const registryEvents = {
  'registry.model.created.v1': model,
  'registry.model.changed.v1': model.extend({ fields: z.array(z.string().min(1)) }),
  'registry.model.deleted.v1': model,
  'registry.model.refused.v1': refused,
  'registry.blob.uploaded.v1': z.strictObject({ digest, sizeBytes: z.int().nonnegative() }),
  'registry.version.created.v1': version,
  'registry.version.changed.v1': version.extend({ fields: z.array(z.string().min(1)) }),
  'registry.version.described.v1': version.extend({ fields: z.array(z.string().min(1)) }),
  'registry.version.sealed.v1': sealed,
  'registry.version.deleted.v1': version,
  'registry.version.verified.v1': sealed,
  /** Its stored bytes are not those that were sealed. `stages` still hold it. */
  'registry.version.damaged.v1': sealed.extend({ stages: z.array(id) }),
  'registry.version.repaired.v1': sealed,
  'registry.version.refused.v1': refused,
  /** Which columns its inputs come from. `bound` of `inputs` lead to one; `proposed` wait for a person. */
  'registry.features.set.v1': version.extend({
    inputs: z.int().nonnegative(),
    bound: z.int().nonnegative(),
    proposed: z.int().nonnegative(),
  }),
  'registry.features.refused.v1': refused,
  'registry.evidence.added.v1': z.strictObject({
    evidenceId: id,
    subjectId: id,
    /** Of the content that it speaks of. */
    subjectDigest: digest,
    kind: id,
    name: z.string(),
    digest,
  }),
  'registry.evidence.refused.v1': refused,
  'registry.alias.set.v1': model.extend({ alias: id, versionId: id }),
  'registry.alias.deleted.v1': model.extend({ alias: id, versionId: id }),
  'registry.alias.refused.v1': refused,
  'registry.stage.bound.v1': binding.extend({
    kind: z.enum(['PROMOTION', 'ROLLBACK', 'BREAK_GLASS', 'RESTORED']),
    approvalId: id.nullable(),
    previousVersionId: id.nullable(),
    expiresAt: moment.nullable(),
  }),
  'registry.stage.unbound.v1': binding,
  'registry.stage.refused.v1': refused,
  /** A version came into a guarded stage without approval: somebody has to look at it. */
  'registry.glass.broken.v1': binding.extend({ expiresAt: moment }),
  'registry.glass.reviewed.v1': binding.extend({ outcome: z.enum(['JUSTIFIED', 'NOT_JUSTIFIED']) }),
  'registry.glass.refused.v1': refused,
} as const satisfies Record<string, z.ZodType>;

export type RegistryTopic = keyof typeof registryEvents;
export type RegistryPayload<T extends RegistryTopic> = z.infer<(typeof registryEvents)[T]>;
