import { addEvidence as append } from '../../../../kernel/approval/evidence.ts';
import { type EvidenceKind, parseEvidenceValue } from '../../../../kernel/approval/evidenceValue.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { requireLine } from '../../domain/labels.ts';
import type { EvidenceAdded } from '../../domain/result.ts';
import { lockVersion } from '../../store/writeVersions.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion } from '../target.ts';

export interface AddEvidence extends MutationInput {
  readonly versionId: string;
  readonly kind: EvidenceKind;
  readonly name?: string | null;
  readonly tool: string;
  readonly toolVersion?: string | null;
  readonly inputsDigest?: string | null;
  readonly value: unknown;
}

const LINE_MAX = 200;

/** Adds what was measured of the sealed bytes of a version. It is never changed; a later one of the same kind and name counts instead. */
export async function addEvidence(context: Context, input: AddEvidence): Promise<EvidenceAdded | RefusedResult> {
  const value = parseEvidenceValue(input.value);
  const name = requireLine('name', input.name ?? '', LINE_MAX);
  const tool = requireLine('tool', input.tool, LINE_MAX);
  const toolVersion = requireLine('toolVersion', input.toolVersion ?? '', LINE_MAX);
  if (tool === '') throw badInput('tool: say what produced it, e.g. scikit-learn.');
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'addEvidence',
      noun: 'registry.evidence',
      action: 'registry.write',
      input,
      prepare: () => requireVersion(context, input.versionId),
    },
    async (tx, origin): Promise<EvidenceAdded | Refusal> => {
      const version = await lockVersion(tx, input.versionId);
      if (version === null) return gone('The version');
      if (version.state !== 'SEALED' || version.digest === null)
        return refusal(
          version.state === 'DAMAGED' ? 'DAMAGED' : 'NOT_SEALED',
          `Version ${version.number} is ${version.state.toLowerCase()}: evidence speaks of sealed bytes. Seal it first: sealModelVersion.`,
        );
      const added = await append(tx, origin, {
        subjectId: version.id,
        subjectDigest: version.digest,
        kind: input.kind,
        name,
        producerId: origin.actor.id,
        tool,
        toolVersion,
        inputsDigest: input.inputsDigest ?? null,
        value,
      });
      return { __typename: 'EvidenceAdded', ...tokens(added.receipt), versionId: version.id, evidenceId: added.id };
    },
  );
}
