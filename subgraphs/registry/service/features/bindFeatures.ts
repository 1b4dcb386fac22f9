import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import type { KnownColumn } from '../../domain/features/binding.ts';
import type { FeaturesBound } from '../../domain/features/result.ts';
import { requireLine } from '../../domain/labels.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion, type VersionTarget } from '../target.ts';
import { type ColumnRef, knownColumns } from './knownColumns.ts';
import { holdVersion } from '../versions/changeVersion.ts';
import { lockSigned, saveBindings, type WantedBinding } from './saveBindings.ts';

export interface BindFeatures extends MutationInput {
  readonly versionId: string;
  readonly bindings: readonly {
    readonly feature: string;
    readonly column: ColumnRef;
    readonly encoding?: string | null;
  }[];
}

export const BINDINGS_MAX = 1_000;
const ENCODING_MAX = 200;

/** Declares which columns inputs of a sealed signature come from. Who trains a model knows it, so nobody has to confirm. */
export async function bindFeatures(context: Context, input: BindFeatures): Promise<FeaturesBound | RefusedResult> {
  const { bindings } = input;
  if (bindings.length < 1 || bindings.length > BINDINGS_MAX) throw badInput(`bindings: from 1 to ${BINDINGS_MAX} at once.`);
  const encodings = bindings.map(({ encoding }) => requireLine('encoding', encoding ?? '', ENCODING_MAX) || null);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'bindFeatures',
      noun: 'registry.features',
      action: 'registry.write',
      input,
      prepare: async (): Promise<VersionTarget & { readonly columns: readonly KnownColumn[] }> => ({
        ...(await requireVersion(context, input.versionId)),
        columns: await knownColumns(
          context,
          bindings.map(({ column }) => column),
        ),
      }),
      first: holdVersion,
    },
    async (tx, origin, { columns }): Promise<FeaturesBound | Refusal> => {
      const locked = await lockSigned(tx, input.versionId);
      if ('refusal' in locked) return locked;
      const inputs = new Set(locked.version.signature.inputs.map(({ name }) => name));
      const stranger = bindings.find(({ feature }) => !inputs.has(feature));
      if (stranger !== undefined)
        return refusal(
          'NO_SUCH_INPUT',
          `The signature has no input "${stranger.feature.slice(0, 100)}". Its inputs begin with ${[...inputs].slice(0, 5).join(', ')}.`,
        );
      const wanted = bindings.flatMap(({ feature }, place) => declared(feature, columns[place], encodings[place] ?? null));
      requireOnce(wanted);
      const { receipt, coverage } = await saveBindings(tx, origin, locked.version, wanted);
      return {
        __typename: 'FeaturesBound',
        ...tokens(receipt),
        versionId: input.versionId,
        inputs: coverage.inputs,
        bound: coverage.bound,
      };
    },
  );
}

const declared = (feature: string, column: KnownColumn | undefined, encoding: string | null): readonly WantedBinding[] =>
  column === undefined
    ? []
    : [
        {
          feature,
          columnId: column.id,
          columnUrn: column.urn,
          datasetId: column.datasetId,
          encoding,
          state: 'CONFIRMED',
          origin: 'DECLARED',
          confidence: 1,
          reasons: [],
        },
      ];

function requireOnce(wanted: readonly WantedBinding[]): void {
  const seen = new Set<string>();
  for (const { feature, columnId, columnUrn } of wanted) {
    const key = JSON.stringify([feature, columnId]);
    if (seen.has(key)) throw badInput(`bindings: "${feature.slice(0, 100)}" is bound to ${columnUrn.slice(0, 200)} twice.`);
    seen.add(key);
  }
}
