import { record } from '../../../kernel/audit/record.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import { badInput, notFound } from '../../../kernel/fault.ts';
import { newId } from '../../../kernel/ids.ts';
import { mutate, type MutationInput, type Prepared, type RefusedResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../kernel/mutation/subject.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
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
const TEXT_MAX = 10_000;

/** The name as it is kept and looked for; the database folds its case. */
const tagName = (written: string): string => written.trim().normalize('NFC');

export async function createTag(context: Context, input: CreateTag): Promise<TagCreated | RefusedResult> {
  const name = tagName(input.name);
  const description = input.description ?? null;
  if (!TAG_NAME.test(name))
    throw badInput('name must have 1 to 100 letters, digits, spaces or ._:/- and begin with a letter or digit, e.g. "pii".');
  if ((description?.length ?? 0) > TEXT_MAX) throw badInput(`description has more than ${TEXT_MAX} characters.`);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'createTag',
      noun: 'catalog.tag',
      action: 'catalog.manageTags',
      input,
      prepare: () => ({ subject: writtenSubject(context.kernel.pepper, 'Tag', 'name', name) }),
    },
    async (tx, origin): Promise<TagCreated | Refusal> => {
      const id = newId('tag', toMs(tx.now));
      if (!(await insertTag(tx, { id, name, description }))) {
        return { refusal: { code: 'TAG_EXISTS', message: `There is a tag "${name}" already.` } };
      }
      const receipt = await record(tx, origin, [
        {
          action: 'catalog.tag.created.v1',
          subject: { type: 'Tag', id, digest: digestOf({ id, name, description }) },
          aggregateId: id,
          fields: ['name', 'description'],
          detail: { name, description },
          payload: { tagId: id },
        },
      ]);
      return { __typename: 'TagCreated', ...tokens(receipt), tagId: id };
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
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'tagAssets',
      noun: 'catalog.tags',
      action: 'catalog.curate',
      input,
      prepare: () => findTargets(context, input.urns),
    },
    async (tx, origin, { targets }): Promise<AssetsTagged | Refusal> => {
      const change = {
        add: await tagsNamed(tx, input.add ?? []),
        remove: await tagsNamed(tx, input.remove ?? []),
        reason: input.reason ?? null,
      };
      const both = change.add.find(({ id }) => change.remove.some((tag) => tag.id === id));
      if (both !== undefined) throw badInput(`The tag "${both.name}" is in add and in remove. Leave it in one of them.`);
      await lockAssets(tx, [...new Set(targets.map(({ rootNo }) => rootNo))]);
      const nos = targets.map(({ asset }) => asset.no);
      await assignTags(tx, nos, idsOf(change.add), 'human');
      await withdrawTags(tx, nos, idsOf(change.remove), 'human');
      const receipt = await commitAssets(
        tx,
        origin,
        targets.map((target) => tagged(target, change)),
      );
      return { __typename: 'AssetsTagged', ...tokens(receipt), assetNos: nos };
    },
  );
}

/** Each asset once, however many of its spellings were given. */
async function findTargets(
  { reader }: Context,
  urns: readonly string[],
): Promise<Prepared & { readonly targets: readonly Target[] }> {
  const found = await Promise.all(urns.map((urn) => findTarget(reader, urn)));
  const targets = [...new Map(found.map((target) => [target.asset.no, target])).values()];
  return {
    targets,
    resources: targets.map(({ rootNo }) => rootNo),
    subject: { type: 'Asset', id: targets[0]?.asset.id ?? '' },
  };
}

async function tagsNamed(tx: Tx, written: readonly string[]): Promise<readonly Tag[]> {
  const names = written.map(tagName);
  const tags = await tagsByName(tx, names);
  const known = new Set(tags.map((tag) => tag.written));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw notFound(`The tag "${unknown.slice(0, 100)}"`);
  return [...new Map(tags.map(({ written: _, ...tag }) => [tag.id, tag])).values()];
}

interface TagChange {
  readonly add: readonly Tag[];
  readonly remove: readonly Tag[];
  readonly reason: string | null;
}

const idsOf = (tags: readonly Tag[]): readonly string[] => tags.map(({ id }) => id);

const tagged = (target: Target, { add, remove, reason }: TagChange): AssetChange => ({
  no: target.rootNo,
  ...columnOf(target),
  action: 'catalog.tags.set.v1',
  fields: ['tags'],
  detail: { added: add.map(({ name }) => name), removed: remove.map(({ name }) => name), reason },
  payload: { subjectId: target.asset.id, added: idsOf(add), removed: idsOf(remove) },
});
