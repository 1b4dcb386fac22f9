import { badInput } from '../../../kernel/fault.ts';
import {
  mutate,
  type ConflictResult,
  type MutationInput,
  type RefusedResult,
  type Stale,
} from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import type { Context } from '../context.ts';
import type { DescriptionSet } from '../domain/result.ts';
import { lockAssets } from '../store/lockAsset.ts';
import { replaceDescription } from '../store/writeCuration.ts';
import { commitAssets } from './commitAssets.ts';
import { columnOf, findTarget } from './target.ts';
import { staleVersion } from './version.ts';

export interface SetDescription extends MutationInput {
  readonly urn: string;
  readonly text?: string | null;
  readonly expectedVersion?: number | null;
  readonly reason?: string | null;
}

const TEXT_MAX = 10_000;

/** Sets what a person says of an asset, over what the source says; null lets the source's own text show again. */
export async function setDescription(
  context: Context,
  input: SetDescription,
): Promise<DescriptionSet | RefusedResult | ConflictResult> {
  const text = input.text?.trim() ?? null;
  if (text === '') throw badInput('text is empty. Send null to take a description back.');
  if (text !== null && text.length > TEXT_MAX)
    throw badInput(`text has ${text.length} characters; at most ${TEXT_MAX} are kept.`);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'setDescription',
      noun: 'catalog.description',
      action: 'catalog.curate',
      input,
      prepare: () => findTarget(context.reader, input.urn),
    },
    async (tx, origin, target): Promise<DescriptionSet | Stale> => {
      const { asset, rootNo } = target;
      const stale = staleVersion(await lockAssets(tx, [rootNo]), rootNo, input.expectedVersion);
      if (stale !== null) return stale;
      const described = text === null ? null : { text, principalId: origin.actor.id };
      await replaceDescription(tx, asset.no, 'human', described);
      const receipt = await commitAssets(tx, origin, [
        {
          no: rootNo,
          ...columnOf(target),
          action: 'catalog.description.set.v1',
          fields: ['description'],
          detail: { text, reason: input.reason ?? null },
          payload: { subjectId: asset.id },
        },
      ]);
      return { __typename: 'DescriptionSet', ...tokens(receipt), assetNo: asset.no };
    },
  );
}
