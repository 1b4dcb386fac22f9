import { record } from '../../../kernel/audit/record.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import { badInput, notFound } from '../../../kernel/fault.ts';
import { newId } from '../../../kernel/ids.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { toMs } from '../../../kernel/time.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import type { Context } from '../context.ts';
import type { Tag } from '../domain/asset.ts';
import type { AssetsTagged, TagCreated } from '../domain/result.ts';
import { lockAssets } from '../store/lockAsset.ts';
import { tagsByName } from '../store/tags.ts';
import { assignTags, insertTag, withdrawTags } from '../store/writeCuration.ts';
import { commitAssets, type AssetChange } from './commitAssets.ts';
import { columnOf, findTarget, type Target } from './target.ts';

export interface CreateTag extends MutationInput {
  readonly name: string;
  readonly description?: string | null;
}

const TAG_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._:/-]{0,99}$/u;

export async function createTag(context: Context, input: CreateTag): Promise<TagCreated | RefusedResult> {
  const name = input.name.trim().normalize('NFC');
  if (!TAG_NAME.test(name))
    throw badInput('name must have 1 to 100 letters, digits, spaces or ._:/- and begin with a letter or digit, e.g. "pii".');
  return mutate(
    context.kernel.db,
    context.request,
    { noun: 'catalog.tag', action: 'catalog.curate', input, subject: { type: 'Tag', id: name } },
    async (tx, origin): Promise<TagCreated | Refusal> => {
      const id = newId('tag', toMs(tx.now));
      if (!(await insertTag(tx, { id, name, description: input.description ?? null }))) {
        return { refusal: { code: 'TAG_EXISTS', message: `There is a tag "${name}" already.` } };
      }
      const receipt = await record(tx, origin, [
        {
          action: 'catalog.tag.created.v1',
          subject: { type: 'Tag', id, digest: digestOf({ id, name, description: input.description ?? null }) },
          aggregateId: id,
          fields: ['name', 'description'],
          detail: { name, description: input.description ?? null },
          payload: { tagId: id, name },
        },
      ]);
      return { __typename: 'TagCreated', auditId: receipt.auditId, readToken: receipt.readToken.toString(), tagId: id };
    },
  );
}

export interface TagAssets extends MutationInput {
  readonly urns: readonly string[];
  readonly add?: readonly string[] | null;
  readonly remove?: readonly string[] | null;
  readonly reason?: string | null;
}

const TAGGED_MAX = 100;

export async function tagAssets(context: Context, input: TagAssets): Promise<AssetsTagged | RefusedResult> {
  if (input.urns.length < 1 || input.urns.length > TAGGED_MAX) throw badInput(`urns: from 1 to ${TAGGED_MAX} at once.`);
  const names = [...(input.add ?? []), ...(input.remove ?? [])];
  if (names.length < 1 || names.length > TAGGED_MAX) throw badInput(`add and remove: from 1 to ${TAGGED_MAX} tags together.`);
  const targets = await Promise.all(input.urns.map((urn) => findTarget(context.reader, urn)));
  return mutate(
    context.kernel.db,
    context.request,
    { noun: 'catalog.tags', action: 'catalog.curate', input, subject: { type: 'Asset', id: targets[0]?.asset.id ?? '' } },
    async (tx, origin): Promise<AssetsTagged | Refusal> => {
      const add = await tagsNamed(tx, input.add ?? []);
      const remove = await tagsNamed(tx, input.remove ?? []);
      await lockAssets(tx, [...new Set(targets.map(({ rootNo }) => rootNo))]);
      const nos = targets.map(({ asset }) => asset.no);
      await assignTags(
        tx,
        nos,
        add.map(({ id }) => id),
        'human',
      );
      await withdrawTags(
        tx,
        nos,
        remove.map(({ id }) => id),
        'human',
      );
      const receipt = await commitAssets(
        tx,
        origin,
        targets.map((target) => tagged(target, add, remove, input.reason ?? null)),
      );
      return { __typename: 'AssetsTagged', auditId: receipt.auditId, readToken: receipt.readToken.toString(), assetNos: nos };
    },
  );
}

async function tagsNamed(tx: Tx, names: readonly string[]): Promise<readonly Tag[]> {
  const tags = await tagsByName(tx, names);
  const known = new Set(tags.map(({ name }) => name.toLowerCase()));
  const unknown = names.find((name) => !known.has(name.toLowerCase()));
  if (unknown !== undefined) throw notFound(`The tag "${unknown.slice(0, 100)}"`);
  return tags;
}

const tagged = (target: Target, add: readonly Tag[], remove: readonly Tag[], reason: string | null): AssetChange => ({
  no: target.rootNo,
  ...columnOf(target),
  action: 'catalog.tags.set.v1',
  fields: ['tags'],
  detail: { added: add.map(({ name }) => name), removed: remove.map(({ name }) => name), reason },
  payload: { subjectId: target.asset.id, added: add.map(({ id }) => id), removed: remove.map(({ id }) => id) },
});
