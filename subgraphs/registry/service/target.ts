import { notFound } from '../../../kernel/fault.ts';
import type { Prepared } from '../../../kernel/mutation/mutate.ts';
import type { Context } from '../context.ts';
import type { Model, ModelVersion } from '../domain/model.ts';

/** A model that a mutation is about. */
export interface ModelTarget extends Prepared {
  readonly model: Model;
}

/** A version that a mutation is about. */
export interface VersionTarget extends ModelTarget {
  readonly version: ModelVersion;
}

/** @throws Fault NOT_FOUND, also for what the caller may not see */
export async function requireModel(context: Context, id: string): Promise<ModelTarget> {
  const model = await context.models.load(id);
  if (model === null) throw notFound(`The model ${id.slice(0, 60)}`);
  return { model, resources: [model.no], subject: { type: 'Model', id: model.id } };
}

/** @throws Fault NOT_FOUND, also for what the caller may not see */
export async function requireVersion(context: Context, id: string): Promise<VersionTarget> {
  const version = await context.versions.load(id);
  const model = version === null ? null : await context.modelsByNo.load(version.modelNo);
  if (version === null || model === null) throw notFound(`The model version ${id.slice(0, 60)}`);
  return { version, model, resources: [model.no], subject: { type: 'ModelVersion', id: version.id } };
}
