import { badInput } from '../../../../kernel/fault.ts';
import {
  mutate,
  type MutationInput,
  type Prepared,
  type RefusedResult,
  type Refusal,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { refuseMerge } from '../../domain/merge/refuseMerge.ts';
import type { No } from '../../domain/asset.ts';
import type { AssetsMerged } from '../../domain/result.ts';
import { lockNames } from '../../store/ingestAliases.ts';
import { lockEnds } from '../../store/merges.ts';
import { findTarget, type Target } from '../target.ts';
import { mergeDatasets } from './mergeDatasets.ts';
import { ownName } from './ownName.ts';

export interface MergeAssets extends MutationInput {
  readonly from: string;
  readonly into: string;
  readonly reason?: string | null;
}

/** How many names of columns an answer shows. */
const COLUMNS_SHOWN = 100;

/** Says that a dataset that only lineage knows is another one. */
export async function mergeAssets(context: Context, input: MergeAssets): Promise<AssetsMerged | RefusedResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'mergeAssets',
      noun: 'catalog.merge',
      action: 'catalog.curate',
      input,
      prepare: () => findPair(context, input),
    },
    async (tx, origin, { names, fromNo, intoNo, isAlias }): Promise<AssetsMerged | Refusal> => {
      await lockNames(tx, names);
      const ends = await lockEnds(tx, [fromNo, intoNo]);
      const [from, into] = [ends.get(fromNo), ends.get(intoNo)];
      if (from === undefined || into === undefined) throw badInput(DATASETS_ONLY);
      const refusal = refuseMerge(from, into, isAlias);
      if (refusal !== null) return { refusal };
      const cause = { reason: input.reason ?? null, namespaceAlias: null };
      const merged = await mergeDatasets(tx, origin, [{ from, into }], cause);
      return {
        __typename: 'AssetsMerged',
        ...tokens(merged.receipt),
        assetNo: into.no,
        movedEdges: merged.movedEdges,
        waitingEdges: merged.waitingEdges,
        unmatchedColumns: merged.unmatchedColumns.slice(0, COLUMNS_SHOWN),
      };
    },
  );
}

const DATASETS_ONLY = 'Only datasets are merged; their columns go with them. Give the URNs of two datasets.';

interface Pair extends Prepared {
  readonly fromNo: No;
  readonly intoNo: No;
  /** True when what is to be merged is another name of something already. */
  readonly isAlias: boolean;
  readonly names: readonly { readonly namespace: string; readonly name: string }[];
}

async function findPair(context: Context, input: MergeAssets): Promise<Pair> {
  const [from, into] = await Promise.all([findTarget(context.reader, input.from), findTarget(context.reader, input.into)]);
  const own = await ownName(context.kernel.db, input.from);
  return {
    subject: from.subject,
    resources: [from.rootNo, into.rootNo],
    fromNo: datasetNo(from),
    intoNo: datasetNo(into),
    isAlias: own !== from.rootNo,
    names: [from, into].flatMap(({ asset }) =>
      asset.__typename === 'Dataset' ? [{ namespace: asset.namespace, name: asset.qualifiedName }] : [],
    ),
  };
}

function datasetNo({ asset, rootNo }: Target): No {
  if (asset.__typename !== 'Dataset') throw badInput(DATASETS_ONLY);
  return rootNo;
}
