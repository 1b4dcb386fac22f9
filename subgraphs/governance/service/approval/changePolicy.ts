import { markApplied, requireApproved } from '../../../../kernel/approval/apply.ts';
import { type ApprovalPolicy, guardOf, policiesInForce } from '../../../../kernel/approval/guards.ts';
import { openRequest } from '../../../../kernel/approval/openRequest.ts';
import { type PolicyDocument, readPolicyDocument } from '../../../../kernel/approval/policyDocument.ts';
import { lastVersion, lockPolicies, retirePolicy, setPolicy } from '../../../../kernel/approval/setPolicy.ts';
import { type Subject, subjectById } from '../../../../kernel/approval/subjectRow.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { canonicalJson, type Digest, digestText } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type Refusal,
  type RefusedResult,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import type { ApprovalPolicyRetired, ApprovalPolicySet, ApprovalRequested } from '../../domain/approval/result.ts';
import { refuseUnsatisfiable } from '../../domain/approval/satisfiable.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { countReviewers } from '../../store/approval/ofRequests.ts';

export interface SetApprovalPolicy extends MutationInput {
  readonly name: string;
  readonly document: unknown;
  readonly reason: string;
  readonly expectedVersion?: number | null;
}

export interface RetireApprovalPolicy extends MutationInput {
  readonly name: string;
  readonly reason: string;
  readonly expectedVersion?: number | null;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
const POLICIES_MAX = 100;
const POLICY_CHANGE = { kind: 'POLICY_CHANGE', key: '' } as const;

/** Puts a version of a policy in force, or asks for leave where changes of policy need approval. */
export function setApprovalPolicy(
  { kernel, request: caller }: Context,
  input: SetApprovalPolicy,
): Promise<ApprovalPolicySet | ApprovalRequested | RefusedResult | ConflictResult> {
  checkTexts(input);
  const read = readPolicyDocument(input.document);
  return mutate(
    kernel.db,
    caller,
    callOf(kernel.pepper, 'setApprovalPolicy', input),
    async (tx, origin): Promise<ApprovalPolicySet | ApprovalRequested | Refusal | Stale> => {
      if ('problems' in read) return refusal('POLICY_INVALID', read.problems.join('\n'));
      const { document } = read;
      await lockPolicies(tx);
      const before = await lastVersion(tx, input.name);
      const refused = staleOf(before, input.expectedVersion) ?? (await refuseDocument(tx, document, before));
      if (refused !== null) return refused;
      const leave = await askLeave(tx, origin, input, document);
      if (leave !== null) return leave;
      const { policy, receipt } = await setPolicy(tx, origin, { name: input.name, document, reason: input.reason.trim() });
      return { __typename: 'ApprovalPolicySet', ...tokens(receipt), name: policy.name, version: policy.version };
    },
  );
}

/** Ends a policy, or asks for leave where changes of policy need approval. */
export function retireApprovalPolicy(
  { kernel, request: caller }: Context,
  input: RetireApprovalPolicy,
): Promise<ApprovalPolicyRetired | ApprovalRequested | RefusedResult | ConflictResult> {
  checkTexts(input);
  return mutate(
    kernel.db,
    caller,
    callOf(kernel.pepper, 'retireApprovalPolicy', input),
    async (tx, origin): Promise<ApprovalPolicyRetired | ApprovalRequested | Refusal | Stale> => {
      await lockPolicies(tx);
      const before = await lastVersion(tx, input.name);
      if (before === null || before.effectiveTo !== null)
        return refusal('NOT_FOUND', `No approval policy "${input.name}" is in force. See cadastre approvals policies.`);
      const refused = staleOf(before, input.expectedVersion);
      if (refused !== null) return refused;
      const leave = await askLeave(tx, origin, input, null);
      if (leave !== null) return leave;
      const receipt = await retirePolicy(tx, origin, before, input.reason.trim());
      return { __typename: 'ApprovalPolicyRetired', ...tokens(receipt), name: before.name, version: before.version };
    },
  );
}

function checkTexts({ name, reason }: RetireApprovalPolicy): void {
  if (!NAME.test(name))
    throw badInput('name: up to 100 lower case letters, digits, dots, hyphens and underscores, e.g. production.');
  if (reason.trim() === '') throw badInput('reason: say why, in 1 to 1000 characters.');
}

const callOf = <I extends RetireApprovalPolicy>(pepper: Buffer, operation: string, input: I) => ({
  operation,
  noun: 'governance.approvalPolicy',
  action: 'approval.manage' as const,
  input,
  prepare: () => ({ subject: writtenSubject(pepper, 'ApprovalPolicy', 'name', input.name) }),
});

/** 0 is the version of what is not in force. */
function staleOf(before: ApprovalPolicy | null, expected: number | null | undefined): Stale | null {
  const current = before === null || before.effectiveTo !== null ? 0 : before.version;
  if (expected === null || expected === undefined || expected === current) return null;
  return {
    stale: { currentVersion: current, message: `The policy is at version ${current}, not at ${expected}. Read it again.` },
  };
}

async function refuseDocument(tx: Tx, document: PolicyDocument, before: ApprovalPolicy | null): Promise<Refusal | null> {
  const isNew = before === null || before.effectiveTo !== null;
  if (isNew && (await policiesInForce(tx)).length >= POLICIES_MAX)
    return refusal('TOO_MANY_POLICIES', `${POLICIES_MAX} approval policies are in force. Retire one first.`);
  if (document.target.kind !== 'POLICY_CHANGE') return null;
  const counts = await countReviewers(
    tx,
    document.reviewers.map(({ role, team }) => ({ role: role ?? null, team: team ?? null })),
  );
  return refuseUnsatisfiable(document, counts);
}

/** Null when the change may be made: nothing guards it, or reviewers have approved exactly this. */
async function askLeave(
  tx: Tx,
  origin: Origin,
  { name, reason }: RetireApprovalPolicy,
  document: PolicyDocument | null,
): Promise<ApprovalRequested | Refusal | null> {
  if ((await guardOf(tx, { ...POLICY_CHANGE, tags: [] })) === null) return null;
  const state = subjectFor(name, document, origin);
  const { subjectId, contentDigest } = state;
  // What is stated is what approval was asked for last; for anything else nobody has.
  if ((await subjectById(tx, subjectId))?.contentDigest === contentDigest) {
    const approved = await requireApproved(tx, { subjectId, target: POLICY_CHANGE, contentDigest });
    if ('approvalId' in approved) {
      await markApplied(tx, origin, approved.approvalId);
      return null;
    }
    const { code, message } = approved.refusal;
    if (code === 'APPROVAL_PENDING' || code === 'NEEDS_REVALIDATION') return refusal(code, message);
  }
  const opened = await openRequest(tx, origin, {
    subjectId,
    target: POLICY_CHANGE,
    requestedBy: origin.actor.id,
    reason: reason.trim(),
    state,
  });
  if ('refusal' in opened) return opened;
  return { __typename: 'ApprovalRequested', ...tokens(opened.receipt), requestId: opened.request.id };
}

/** A change of policy as something that is approved. */
function subjectFor(
  name: string,
  document: PolicyDocument | null,
  { actor }: Origin,
): Subject & { readonly contentDigest: Digest } {
  const content = canonicalJson({ name, document });
  return {
    subjectId: `approval-policy/${name}`,
    subjectType: 'ApprovalPolicy',
    groupId: null,
    name: `the approval policy ${name}`,
    resourceNo: null,
    contentDigest: digestText(content),
    content,
    creatorIds: [actor.id],
    ownerIds: [],
    tags: [],
  };
}
