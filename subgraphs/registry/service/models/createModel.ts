import { record } from '../../../../kernel/audit/record.ts';
import { newId } from '../../../../kernel/ids.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { describe } from '../../../../kernel/policy/describe.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import { aboutModel, happening } from '../../domain/happening.ts';
import { modelDigest, modelFacts, readTags, type TagInput, requireText } from '../../domain/labels.ts';
import type { ModelCreated } from '../../domain/result.ts';
import { insertModel, nextResourceNo, replaceModelTags, replaceOwners } from '../../store/writeModels.ts';
import { readModelName } from '../names.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { type OwnerInput, ownerIds } from '../../../../kernel/identity/ownerIds.ts';

export interface CreateModel extends MutationInput {
  readonly name: string;
  readonly description?: string | null;
  readonly owners?: readonly OwnerInput[] | null;
  readonly tags?: readonly TagInput[] | null;
}

/** Makes a model. Without owners, whoever makes it owns it. */
export async function createModel(context: Context, input: CreateModel): Promise<ModelCreated | RefusedResult> {
  const { name, folded } = readModelName(input.name);
  const description = requireText('description', input.description ?? '');
  const tags = readTags(input.tags ?? []);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'createModel',
      noun: 'registry.model',
      action: 'registry.create',
      input,
      prepare: () => ({ subject: writtenSubject(context.kernel.pepper, 'Model', 'name', name) }),
    },
    async (tx, origin): Promise<ModelCreated | Refusal> => {
      const createdBy = origin.actor.id;
      const model = {
        no: await nextResourceNo(tx),
        id: newId('model', toMs(tx.now)),
        name,
        foldedName: folded,
        description,
        createdBy,
      };
      if (!(await insertModel(tx, model)))
        return refusal('MODEL_EXISTS', `There is a model whose name counts as "${name}" already. Choose another name.`);
      const owners = await ownerIds(tx, origin, input.owners ?? [{ principalId: createdBy }]);
      await replaceOwners(tx, model.no, owners);
      await replaceModelTags(tx, model.no, tags);
      await describe(tx, [modelFacts(model, owners, tags)]);
      const change = { fields: ['name', 'description', 'owners', 'tags'], detail: { name, description, owners, tags } };
      const receipt = await record(tx, origin, [
        happening('registry.model.created.v1', aboutModel(model.id, modelDigest(model, owners, tags), change), {
          modelId: model.id,
        }),
      ]);
      return { __typename: 'ModelCreated', ...tokens(receipt), modelId: model.id };
    },
  );
}
