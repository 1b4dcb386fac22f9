import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import type { KnownColumn } from '../../domain/features/binding.ts';
import { proposeBindings as propose, type Proposal } from '../../domain/features/proposeBindings.ts';
import { stillOpen } from '../../domain/features/restate.ts';
import type { FeatureBindingsProposed } from '../../domain/features/result.ts';
import { featureBindingsOf } from '../../store/features/bindings.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion, type VersionTarget } from '../target.ts';
import { columnsOfDatasets } from './knownColumns.ts';
import { holdVersion } from '../versions/changeVersion.ts';
import { lockSigned, saveBindings, type WantedBinding } from './saveBindings.ts';

export interface ProposeFeatureBindings extends MutationInput {
  readonly versionId: string;
}

/** So that the answer fits one transaction; what is left is proposed when asked again. */
const PROPOSALS_MAX = 2_000;

/** Holds the names of inputs against the columns of the training datasets. What fits waits for a person. */
export async function proposeFeatureBindings(
  context: Context,
  input: ProposeFeatureBindings,
): Promise<FeatureBindingsProposed | RefusedResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'proposeFeatureBindings',
      noun: 'registry.features',
      action: 'registry.write',
      input,
      prepare: async (): Promise<VersionTarget & { readonly columns: readonly KnownColumn[] }> => {
        const target = await requireVersion(context, input.versionId);
        const datasets = await context.datasets.load(input.versionId);
        const training = datasets.filter(({ role }) => role === 'TRAINING');
        return { ...target, columns: await columnsOfDatasets(context, training) };
      },
      first: holdVersion,
    },
    async (tx, origin, { columns }): Promise<FeatureBindingsProposed | Refusal> => {
      const locked = await lockSigned(tx, input.versionId);
      if ('refusal' in locked) return locked;
      if (columns.length === 0)
        return refusal(
          'NO_TRAINING_DATA',
          'The version names no training dataset that the catalog knows and you may see. Say which columns its inputs come from: bindFeatures.',
        );
      const { version } = locked;
      const names = version.signature.inputs.map(({ name }) => name);
      const open = stillOpen(await featureBindingsOf(tx, [version.id], null), propose(names, columns));
      const best = open.toSorted((a, b) => b.confidence - a.confidence).slice(0, PROPOSALS_MAX);
      const { receipt, begun } = await saveBindings(tx, origin, version, best.map(proposed));
      return { __typename: 'FeatureBindingsProposed', ...tokens(receipt), versionId: version.id, proposed: begun };
    },
  );
}

const proposed = ({ feature, column, encoding, confidence, reasons }: Proposal): WantedBinding => ({
  feature,
  columnId: column.id,
  columnUrn: column.urn,
  datasetId: column.datasetId,
  encoding,
  state: 'PROPOSED',
  origin: 'PROPOSED',
  confidence,
  reasons,
});
