import { notFound } from '../../../../kernel/fault.ts';
import {
  mutate,
  type MutationInput,
  type Prepared,
  type RefusedResult,
  type Refusal,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import type { AssetsUnmerged } from '../../domain/result.ts';
import { lockNames } from '../../store/ingestAliases.ts';
import { lockEnds, mergesOf } from '../../store/merges.ts';
import { findTarget } from '../target.ts';
import { ownName } from './ownName.ts';
import { unmergeDatasets } from './unmergeDatasets.ts';

export interface UnmergeAssets extends MutationInput {
  readonly from: string;
  readonly reason?: string | null;
}

/** Undoes a merge. */
export async function unmergeAssets(context: Context, input: UnmergeAssets): Promise<AssetsUnmerged | RefusedResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'unmergeAssets',
      noun: 'catalog.merge',
      action: 'catalog.curate',
      input,
      prepare: () => findMerged(context, input.from),
    },
    async (tx, origin, { fromNo, names }): Promise<AssetsUnmerged | Refusal> => {
      await lockNames(tx, names);
      const [known] = await mergesOf(tx, [fromNo]);
      const ends = await lockEnds(tx, [fromNo, known?.intoNo ?? fromNo]);
      // Somebody else may have undone it before the lock was ours.
      const [merge] = await mergesOf(tx, [fromNo]);
      if (merge === undefined || merge.intoNo !== known?.intoNo)
        return {
          refusal: { code: 'NOT_MERGED', message: 'This dataset is not merged into another one. There is nothing to undo.' },
        };
      if ((ends.get(merge.intoNo)?.mergedInto ?? null) !== null)
        return {
          refusal: {
            code: 'MERGED_FURTHER',
            message: 'The dataset it was merged into was merged itself. Undo that merge first.',
          },
        };
      const { receipt, returnedEdges } = await unmergeDatasets(tx, origin, [merge], ends, input.reason ?? null);
      return { __typename: 'AssetsUnmerged', ...tokens(receipt), assetNo: fromNo, returnedEdges };
    },
  );
}

interface MergedAsset extends Prepared {
  readonly fromNo: No;
  readonly names: readonly { readonly namespace: string; readonly name: string }[];
}

/** @throws Fault NOT_FOUND, also when the caller may not see what was merged or what it is now */
async function findMerged({ reader, kernel }: Context, urn: string): Promise<MergedAsset> {
  const [now, fromNo] = [await findTarget(reader, urn), await ownName(kernel.db, urn)];
  const from = fromNo === null ? null : await reader.asset(fromNo);
  if (fromNo === null || from === null) throw notFound(urn.slice(0, 200));
  return {
    subject: { type: 'Dataset', id: from.id },
    resources: [fromNo, now.rootNo],
    fromNo,
    names: [{ namespace: from.namespace, name: from.qualifiedName }],
  };
}
