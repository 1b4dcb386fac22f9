import { markApplied, requireApproved } from '../../../../kernel/approval/apply.ts';
import { guardOf } from '../../../../kernel/approval/guards.ts';
import { stateSubject } from '../../../../kernel/approval/subject.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import type { PolicyVersion } from '../../domain/policy.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';

const TARGET = { kind: 'POLICY_CHANGE', key: '' } as const;

/** Proposed policies are something that approval can be asked for. */
export const stateProposal = (tx: Tx, origin: Origin, { version, digest, text, authorId }: PolicyVersion): Promise<void> =>
  stateSubject(tx, origin, {
    subjectId: subjectOf(version),
    subjectType: 'Policies',
    groupId: null,
    name: `version ${version} of the policies`,
    resourceNo: null,
    contentDigest: digest,
    content: text,
    creatorIds: [authorId],
    ownerIds: [],
    tags: [],
  });

const subjectOf = (version: number): string => `policies/${version}`;

/** Why proposed policies may not come into force though an admin says so, or null. Uses their approval up where one is needed. */
export async function applyProposal(tx: Tx, origin: Origin, { version, digest }: PolicyVersion): Promise<Refusal | null> {
  if ((await guardOf(tx, { ...TARGET, tags: [] })) === null) return null;
  const subjectId = subjectOf(version);
  const approved = await requireApproved(tx, { subjectId, target: TARGET, contentDigest: digest });
  if (!('approvalId' in approved))
    return refusal('APPROVAL_NEEDED', `${approved.refusal.message} Ask for it: cadastre approvals request ${subjectId}.`);
  await markApplied(tx, origin, approved.approvalId);
  return null;
}
