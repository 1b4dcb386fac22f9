import { badInput } from '../../../kernel/fault.ts';
import {
  mutate,
  type ConflictResult,
  type MutationInput,
  type RefusedResult,
  type Refusal,
  type Stale,
} from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import type { Context } from '../context.ts';
import type { OwnerRole } from '../domain/asset.ts';
import type { OwnersSet } from '../domain/result.ts';
import { lockAssets } from '../store/lockAsset.ts';
import { replaceOwners } from '../store/writeOwners.ts';
import { commitAssets } from './commitAssets.ts';
import { type OwnerInput, ownerIds, requireFewOwners } from '../../../kernel/identity/ownerIds.ts';
import { findTarget, type Target } from './target.ts';
import { staleVersion } from './version.ts';

export interface SetOwners extends MutationInput {
  readonly urn: string;
  readonly role: OwnerRole;
  readonly owners: readonly OwnerInput[];
  readonly expectedVersion?: number | null;
  readonly reason?: string | null;
}

/** Replaces the owners that people set in one role. What the source says of its own owners stays. */
export async function setOwners(context: Context, input: SetOwners): Promise<OwnersSet | RefusedResult | ConflictResult> {
  requireFewOwners(input.owners);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'setOwners',
      noun: 'catalog.owners',
      action: 'catalog.curate',
      input,
      prepare: () => findOwned(context, input.urn),
    },
    async (tx, origin, { asset }): Promise<OwnersSet | Refusal | Stale> => {
      if (input.role === 'TECHNICAL') {
        return {
          refusal: {
            code: 'TECHNICAL_OWNER',
            message: 'Technical owners come from the source. Change the owner of the object there, or set an ACCOUNTABLE one.',
          },
        };
      }
      const stale = staleVersion(await lockAssets(tx, [asset.no]), asset.no, input.expectedVersion);
      if (stale !== null) return stale;
      const ids = await ownerIds(tx, origin, input.owners);
      await replaceOwners(
        tx,
        [asset.no],
        input.role,
        'human',
        ids.map((id) => ({ asset_no: asset.no, principal_id: id, external: null })),
      );
      const receipt = await commitAssets(tx, origin, [
        {
          no: asset.no,
          action: 'catalog.owners.set.v1',
          fields: ['owners'],
          detail: { role: input.role, owners: ids, reason: input.reason ?? null },
          payload: { role: input.role, owners: ids },
        },
      ]);
      return { __typename: 'OwnersSet', ...tokens(receipt), assetNo: asset.no };
    },
  );
}

async function findOwned(context: Context, urn: string): Promise<Target> {
  const target = await findTarget(context.reader, urn);
  if (target.asset.__typename === 'Column')
    throw badInput('A column has the owners of its dataset. Give the URN of the dataset.');
  return target;
}
