import type { RegistryPayload, RegistryTopic } from '../../../contracts/registry.ts';
import type { Recorded } from '../../../kernel/audit/record.ts';
import type { Digest } from '../../../kernel/canonical.ts';
import type { ModelVersion } from './model.ts';

type About = Omit<Recorded, 'action' | 'payload'>;

/** What happened, in the one line of events that a model has with all its versions. */
export const happening = <T extends RegistryTopic>(action: T, about: About, payload: RegistryPayload<T>): Recorded => ({
  ...about,
  action,
  payload,
});

export interface Change {
  readonly fields: readonly string[];
  /** Texts and names, which can be forgotten. */
  readonly detail: unknown;
}

/** @param digest of the state after it */
export const aboutModel = (modelId: string, digest: Digest | null, { fields, detail }: Change): About => ({
  subject: { type: 'Model', id: modelId, digest },
  aggregateId: modelId,
  fields,
  detail,
});

/** @param digest of its content, or of its labels where only these changed */
export const aboutVersion = (
  { id, modelId }: Pick<ModelVersion, 'id' | 'modelId'>,
  digest: Digest | null,
  { fields, detail }: Change,
): About => ({
  subject: { type: 'ModelVersion', id, digest },
  aggregateId: modelId,
  fields,
  detail,
});

export const versionPayload = ({ id, modelId, number }: Pick<ModelVersion, 'id' | 'modelId' | 'number'>) => ({
  modelId,
  versionId: id,
  number,
});
