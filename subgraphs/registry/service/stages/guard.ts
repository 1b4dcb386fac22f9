import { requireApproved, reusable } from '../../../../kernel/approval/apply.ts';
import { type ApprovalPolicy, guardOf } from '../../../../kernel/approval/guards.ts';
import { lastRequest, requestById } from '../../../../kernel/approval/request.ts';
import { type Requirement } from '../../../../kernel/approval/requirement.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tagWords } from '../../domain/labels.ts';
import type { ModelVersion, No, StageBinding } from '../../domain/model.ts';
import { tagsOfModels } from '../../store/readModels.ts';

/** The approval policy that says what may come into a stage of a model; null when none does. */
export const guardOfStage = async (db: Queryable, modelNo: No, stage: string): Promise<ApprovalPolicy | null> =>
  guardOf(db, { kind: 'MODEL_STAGE', key: stage, tags: tagWords(await tagsOfModels(db, [modelNo])) });

export interface Bound {
  readonly version: Pick<ModelVersion, 'id' | 'modelNo' | 'number'>;
  readonly stage: string;
  readonly digest: Digest;
}

/** By which approval a version may come into a stage: null where nothing guards it. Holds the approval until the transaction ends. */
export async function approvalFor(
  tx: Tx,
  { version, stage, digest }: Bound,
): Promise<{ readonly approvalId: string | null } | Refusal> {
  const guard = await guardOfStage(tx, version.modelNo, stage);
  if (guard === null) return { approvalId: null };
  const approved = await requireApproved(tx, {
    subjectId: version.id,
    target: { kind: 'MODEL_STAGE', key: stage },
    contentDigest: digest,
  });
  if ('approvalId' in approved) return approved;
  const { message, requirements } = approved.refusal;
  return {
    refusal: {
      code: codeOf(approved.refusal.code, requirements),
      message: `The stage "${stage}" is guarded by the approval policy "${guard.name}" (version ${guard.version}). ${message}${helpText(requirements)}`,
      policyIds: [guard.name],
    },
  };
}

/** The same, of a version that was there before: an approval that was applied counts until its end, where the policy lets it. */
export async function approvalToReturn(
  tx: Tx,
  { version, stage, digest }: Bound,
): Promise<{ readonly approvalId: string | null } | Refusal> {
  const guard = await guardOfStage(tx, version.modelNo, stage);
  if (guard === null) return { approvalId: null };
  const earlier = await reusable(tx, {
    subjectId: version.id,
    target: { kind: 'MODEL_STAGE', key: stage },
    contentDigest: digest,
  });
  if (earlier !== null) return earlier;
  return {
    refusal: {
      code: 'APPROVAL_REQUIRED',
      message: `No earlier approval of version ${version.number} for "${stage}" holds any more under the approval policy "${guard.name}" (version ${guard.version}). Ask for a new one and promote it: requestApproval.`,
      policyIds: [guard.name],
    },
  };
}

/**
 * Whether a version that is in a stage is to come there once more: a fresher approval waits, or that by which it is there is over,
 * or nothing guarded the stage when it came.
 */
export async function mayRenew(tx: Tx, { modelNo, versionId, stage, approvalId }: StageBinding): Promise<boolean> {
  if ((await guardOfStage(tx, modelNo, stage)) === null) return false;
  const last = await lastRequest(tx, versionId, { kind: 'MODEL_STAGE', key: stage });
  if (last?.state === 'APPROVED') return true;
  const inUse = approvalId === null ? null : await requestById(tx, approvalId);
  return inUse?.state !== 'APPLIED';
}

/** What is missing first names the refusal: evidence can be supplied at once, people cannot. */
function codeOf(code: string, requirements: readonly Requirement[]): string {
  if (code !== 'NOT_APPROVED' && code !== 'REQUIREMENTS_NOT_MET') return code;
  const evidence = requirements.filter(({ kind, state }) => kind === 'EVIDENCE' && state !== 'PASS').map(({ state }) => state);
  if (evidence.includes('MISSING')) return 'EVIDENCE_MISSING';
  if (evidence.includes('STALE')) return 'EVIDENCE_STALE';
  return evidence.includes('FAIL') ? 'EVIDENCE_FAILS' : 'APPROVAL_REQUIRED';
}

function helpText(requirements: readonly Requirement[]): string {
  const commands = [
    ...new Set(requirements.flatMap(({ state, command }) => (state === 'PASS' || command === null ? [] : [command]))),
  ];
  return commands.length === 0 ? '' : ` What would help: ${commands.join('; ')}.`;
}
