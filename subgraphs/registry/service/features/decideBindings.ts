import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import type { FeatureBinding, FeatureBindingState } from '../../domain/features/binding.ts';
import type { FeatureBindingsDecided } from '../../domain/features/result.ts';
import { featureBindingsOf } from '../../store/features/bindings.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion } from '../target.ts';
import { BINDINGS_MAX } from './bindFeatures.ts';
import { holdVersion } from '../versions/changeVersion.ts';
import { lockSigned, saveBindings, type WantedBinding } from './saveBindings.ts';

export interface DecideFeatureBindings extends MutationInput {
  readonly versionId: string;
  /** Ids of bindings that are right. */
  readonly confirm?: readonly string[] | null;
  /** Ids of bindings that are wrong, also of such as were confirmed or declared. */
  readonly reject?: readonly string[] | null;
}

/** A person says which bindings are right and which are wrong. */
export async function decideFeatureBindings(
  context: Context,
  input: DecideFeatureBindings,
): Promise<FeatureBindingsDecided | RefusedResult> {
  const verdicts = readVerdicts(input);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'decideFeatureBindings',
      noun: 'registry.features',
      action: 'registry.write',
      input,
      prepare: () => requireVersion(context, input.versionId),
      first: holdVersion,
    },
    async (tx, origin): Promise<FeatureBindingsDecided | Refusal> => {
      if (origin.actor.kind !== 'user')
        return refusal(
          'PERSON_NEEDED',
          'What names suggest is confirmed or rejected by a person. A service that knows the columns declares them: bindFeatures.',
        );
      const locked = await lockSigned(tx, input.versionId);
      if ('refusal' in locked) return locked;
      const known = new Map((await featureBindingsOf(tx, [input.versionId], null)).map((binding) => [binding.id, binding]));
      const unknown = [...verdicts.keys()].find((id) => !known.has(id));
      if (unknown !== undefined)
        return refusal('NO_SUCH_BINDING', `${unknown.slice(0, 60)} is no binding that holds now. Read featureBindings again.`);
      const wanted = [...verdicts].flatMap(([id, state]) => decided(known.get(id), state));
      const { receipt, coverage } = await saveBindings(tx, origin, locked.version, wanted);
      return {
        __typename: 'FeatureBindingsDecided',
        ...tokens(receipt),
        versionId: input.versionId,
        inputs: coverage.inputs,
        bound: coverage.bound,
      };
    },
  );
}

const decided = (binding: FeatureBinding | undefined, state: FeatureBindingState): readonly WantedBinding[] =>
  binding === undefined ? [] : [{ ...binding, state }];

function readVerdicts({ confirm, reject }: DecideFeatureBindings): ReadonlyMap<string, FeatureBindingState> {
  const [right, wrong] = [confirm ?? [], reject ?? []];
  const count = right.length + wrong.length;
  if (count < 1 || count > BINDINGS_MAX) throw badInput(`confirm and reject: from 1 to ${BINDINGS_MAX} bindings together.`);
  const both = right.find((id) => wrong.includes(id));
  if (both !== undefined) throw badInput(`${both.slice(0, 60)} is in confirm and in reject. Leave it in one of them.`);
  return new Map([...right.map((id) => [id, 'CONFIRMED'] as const), ...wrong.map((id) => [id, 'REJECTED'] as const)]);
}
