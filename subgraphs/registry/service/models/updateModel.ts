import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type RefusedResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { staleVersion } from '../../../../kernel/mutation/staleVersion.ts';
import { describe } from '../../../../kernel/policy/describe.ts';
import type { Context } from '../../context.ts';
import { aboutModel, happening } from '../../domain/happening.ts';
import { modelDigest, modelFacts, readTags, type TagInput, requireText } from '../../domain/labels.ts';
import type { Tag } from '../../domain/model.ts';
import type { ModelUpdated } from '../../domain/result.ts';
import { ownersOfModels, tagsOfModels } from '../../store/readModels.ts';
import { isNameTaken, lockModel, replaceModelTags, replaceOwners, updateModelRow } from '../../store/writeModels.ts';
import { readModelName } from '../names.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireModel } from '../target.ts';
import { type OwnerInput, ownerIds } from '../../../../kernel/identity/ownerIds.ts';
import { refuseRetagging } from './refuseRetagging.ts';
import { stateVersions } from './stateVersions.ts';

export interface UpdateModel extends MutationInput {
  readonly id: string;
  readonly name?: string | null;
  readonly description?: string | null;
  /** Instead of those that it has. */
  readonly owners?: readonly OwnerInput[] | null;
  /** Instead of those that it has. */
  readonly tags?: readonly TagInput[] | null;
  readonly expectedVersion?: number | null;
}

const FIELDS = ['name', 'description', 'owners', 'tags'] as const;

/** Changes what is given and leaves the rest as it is. */
export async function updateModel(context: Context, input: UpdateModel): Promise<ModelUpdated | RefusedResult | ConflictResult> {
  const fields = FIELDS.filter((field) => input[field] !== undefined && input[field] !== null);
  if (fields.length === 0) throw badInput('Give name, description, owners or tags: nothing else of a model changes.');
  const renamed = typeof input.name === 'string' ? readModelName(input.name) : null;
  const wanted = {
    description: typeof input.description === 'string' ? requireText('description', input.description) : null,
    tags: Array.isArray(input.tags) ? readTags(input.tags) : null,
  };
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'updateModel',
      noun: 'registry.model',
      action: 'registry.write',
      input,
      prepare: () => requireModel(context, input.id),
    },
    async (tx, origin, target): Promise<ModelUpdated | Refusal | Stale> => {
      const model = await lockModel(tx, target.model.no);
      if (model === null) return gone('The model');
      const stale = staleVersion(model.version, input.expectedVersion);
      if (stale !== null) return stale;
      const now = await standingOf(tx, model.no);
      const { name, folded } = renamed ?? { name: model.name, folded: model.foldedName };
      if (renamed !== null && (await isNameTaken(tx, model.no, folded)))
        return refusal('MODEL_EXISTS', `There is a model whose name counts as "${name}" already. Choose another name.`);
      const tags = wanted.tags ?? now.tags;
      const refused = await refuseRetagging(tx, context.request, now.tags, tags);
      if (refused !== null) return refused;
      const owners = Array.isArray(input.owners) ? await ownerIds(tx, origin, input.owners) : now.owners;
      const after = { ...model, name, foldedName: folded, description: wanted.description ?? model.description };
      await updateModelRow(tx, after);
      await replaceOwners(tx, model.no, owners);
      await replaceModelTags(tx, model.no, tags);
      await describe(tx, [modelFacts(model, owners, tags)]);
      const said = { name, description: after.description, owners, tags };
      const detail = Object.fromEntries(fields.map((field) => [field, said[field]]));
      const receipt = await record(tx, origin, [
        happening('registry.model.changed.v1', aboutModel(model.id, modelDigest(after, owners, tags), { fields, detail }), {
          modelId: model.id,
          fields,
        }),
      ]);
      await stateVersions(tx, origin, { model: after, owners, tags });
      return { __typename: 'ModelUpdated', ...tokens(receipt), modelId: model.id };
    },
  );
}

/** Read under the lock: what another request read may be old. */
export async function standingOf(
  tx: Tx,
  no: string,
): Promise<{ readonly owners: readonly string[]; readonly tags: readonly Tag[] }> {
  const owners = await ownersOfModels(tx, [no]);
  const tags = await tagsOfModels(tx, [no]);
  return { owners: owners.map(({ principalId }) => principalId), tags: tags.map(({ key, value }) => ({ key, value })) };
}
