import { record } from '../../../../kernel/audit/record.ts';
import { mutate, type MutationResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { describe } from '../../../../kernel/policy/describe.ts';
import { aboutModel, aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import { labelsDigest, modelDigest, modelFacts, readTags } from '../../domain/labels.ts';
import { checkKey } from '../../domain/mlflow/names.ts';
import type { Tag } from '../../domain/model.ts';
import type { MlflowModel } from '../../store/mlflow/models.ts';
import type { MlflowVersion } from '../../store/mlflow/versions.ts';
import { tagsOfVersions } from '../../store/readVersions.ts';
import { lockModel, replaceModelTags } from '../../store/writeModels.ts';
import { bumpVersion, lockVersion, replaceVersionTags } from '../../store/writeVersions.ts';
import { refuseRetagging } from '../models/refuseRetagging.ts';
import { stateVersions } from '../models/stateVersions.ts';
import { standingOf } from '../models/updateModel.ts';
import { gone } from '../../../../kernel/mutation/refusal.ts';
import type { MlflowCall } from './call.ts';
import { settled, wish } from './settled.ts';

/** One tag as it should be: gone, where there is no value. */
export interface TagChange {
  readonly key: string;
  readonly value: string | null;
}

interface TagSet extends MutationResult {
  readonly __typename: 'TagSet';
}

/** Changes one tag under the lock of its model: whoever changes another one meanwhile loses nothing. */
export async function changeModelTags(
  call: MlflowCall,
  { id, no }: Pick<MlflowModel, 'id' | 'no'>,
  change: TagChange,
): Promise<object> {
  checkKey('tag', change.key);
  const result = await mutate(
    call.kernel.db,
    call.request,
    {
      operation: 'mlflow.changeModelTags',
      noun: 'registry.model',
      action: 'registry.write',
      input: { ...wish(), id, ...change },
      prepare: () => ({ subject: { type: 'Model', id }, resources: [no] }),
    },
    async (tx, origin): Promise<TagSet | Refusal> => {
      const model = await lockModel(tx, no);
      if (model === null) return gone('The model');
      const { owners, tags: before } = await standingOf(tx, no);
      const tags = changed(before, change);
      const refused = await refuseRetagging(tx, call.request, before, tags);
      if (refused !== null) return refused;
      await replaceModelTags(tx, no, tags);
      await describe(tx, [modelFacts(model, owners, tags)]);
      const about = aboutModel(id, modelDigest(model, owners, tags), { fields: ['tags'], detail: { tags } });
      const receipt = await record(tx, origin, [
        happening('registry.model.changed.v1', about, { modelId: id, fields: ['tags'] }),
      ]);
      await stateVersions(tx, origin, { model, owners, tags });
      return { __typename: 'TagSet', ...tokens(receipt) };
    },
  );
  settled(result);
  return {};
}

/** The same for a version. */
export async function changeVersionTags(
  call: MlflowCall,
  { id, modelNo }: Pick<MlflowVersion, 'id' | 'modelNo'>,
  change: TagChange,
): Promise<object> {
  checkKey('tag', change.key);
  const result = await mutate(
    call.kernel.db,
    call.request,
    {
      operation: 'mlflow.changeVersionTags',
      noun: 'registry.version',
      action: 'registry.write',
      input: { ...wish(), id, ...change },
      prepare: () => ({ subject: { type: 'ModelVersion', id }, resources: [modelNo] }),
    },
    async (tx, origin): Promise<TagSet | Refusal> => {
      const version = await lockVersion(tx, id);
      if (version === null) return gone('The version');
      const tags = changed(await tagsOfVersions(tx, [id]), change);
      await replaceVersionTags(tx, id, tags);
      await bumpVersion(tx, id);
      const about = aboutVersion(version, labelsDigest({ ...version, tags }), { fields: ['tags'], detail: { tags } });
      const receipt = await record(tx, origin, [
        happening('registry.version.described.v1', about, { ...versionPayload(version), fields: ['tags'] }),
      ]);
      return { __typename: 'TagSet', ...tokens(receipt) };
    },
  );
  settled(result);
  return {};
}

const changed = (before: readonly Tag[], { key, value }: TagChange): readonly Tag[] =>
  readTags([
    ...before.map(({ key: k, value: v }) => ({ key: k, value: v })).filter((tag) => tag.key !== key),
    ...(value === null ? [] : [{ key, value }]),
  ]);
