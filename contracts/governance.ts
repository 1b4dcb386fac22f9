import { z } from 'zod';

const id = z.string().min(1);
const roles = z.array(z.enum(['admin', 'steward', 'analyst', 'bot']));
const moment = z.iso.datetime({ precision: 6 });
const principal = z.strictObject({ principalId: id });
const changed = principal.extend({ fields: z.array(z.string().min(1)) });
const key = z.strictObject({ keyId: id, principalId: id });
const session = z.strictObject({ sessionId: id, principalId: id });
const members = z.strictObject({ teamId: id, memberIds: z.array(id), origin: z.enum(['human', 'oidc', 'scim']) });
const policies = z.strictObject({ version: z.int().positive(), digest: z.string() });
/** Who was shown how many. */
const disclosed = z.strictObject({ principalId: id, count: z.int().positive() });
const refused = z.strictObject({ subjectId: id, code: z.string().min(1) });
const webhook = z.strictObject({ webhookId: id });
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const targetKind = z.enum([
  'MODEL_STAGE',
  'DATASET_CERTIFIED',
  'DATA_PRODUCT_CERTIFIED',
  'GLOSSARY_TERM_PUBLISHED',
  'DATASET_ACCESS',
  'POLICY_CHANGE',
]);
const approval = z.strictObject({
  requestId: id,
  subjectId: id,
  targetKind,
  /** The stage, or for whom access is asked. */
  targetKey: z.string(),
  contentDigest: digest,
  evidenceDigest: digest,
  policyName: id,
  policyVersion: z.int().positive(),
  state: id,
  /** A code, where nobody asked for the state. */
  reason: id.nullable(),
  validUntil: moment.nullable(),
});
const approvalPolicy = z.strictObject({ name: id, version: z.int().positive(), digest, targetKind, stage: id.nullable() });
const challenge = z.strictObject({ requestId: id, subjectId: id, decisionId: id });
const delegation = z.strictObject({ delegationId: id, fromId: id, toId: id, validFrom: moment, validTo: moment });
const grant = z.strictObject({ grantId: id, requestId: id, resourceId: id, principalId: id, expiresAt: moment });
const hold = z.strictObject({ holdId: id, subjectId: id });

/**
 * What governance tells other subgraphs, by topic. People appear by id: names and e-mail addresses stay behind, where they
 * can be forgotten.
 */
export const governanceEvents = {
  'governance.principal.stubbed.v1': z.strictObject({ principalId: id }),
  'governance.user.created.v1': z.strictObject({ principalId: id, roles }),
  'governance.user.claimed.v1': z.strictObject({ principalId: id, roles }),
  'governance.user.deactivated.v1': principal,
  'governance.user.reactivated.v1': principal,
  'governance.user.refused.v1': refused,
  'governance.user.changed.v1': changed,
  'governance.profile.completed.v1': principal,
  'governance.identity.linked.v1': principal,
  'governance.roles.set.v1': principal.extend({ roles }),
  'governance.roles.refused.v1': refused,
  'governance.session.started.v1': session.extend({ expiresAt: moment }),
  'governance.session.ended.v1': session,
  'governance.team.created.v1': z.strictObject({ principalId: id }),
  'governance.team.renamed.v1': principal,
  'governance.team.linked.v1': principal,
  'governance.team.refused.v1': refused,
  'governance.team.changed.v1': changed,
  'governance.members.added.v1': members,
  'governance.members.removed.v1': members,
  'governance.members.refused.v1': refused,
  'governance.service.created.v1': z.strictObject({ principalId: id, ownerId: id.nullable(), roles }),
  'governance.owner.set.v1': principal.extend({ ownerId: id }),
  'governance.owner.refused.v1': refused,
  'governance.service.refused.v1': refused,
  'governance.policies.proposed.v1': policies,
  'governance.policies.enforced.v1': policies,
  'governance.policies.rejected.v1': policies,
  'governance.policies.refused.v1': refused,
  'governance.key.created.v1': key.extend({
    scopes: z.array(z.enum(['graph', 'ingest', 'scim'])),
    expiresAt: moment.nullable(),
  }),
  'governance.key.rotated.v1': key.extend({ newKeyId: id, expiresAt: moment }),
  'governance.key.revoked.v1': key,
  'governance.key.reinstated.v1': key,
  'governance.key.refused.v1': refused,
  'governance.access.refused.v1': refused,
  'governance.approvalPolicy.set.v1': approvalPolicy,
  'governance.approvalPolicy.retired.v1': approvalPolicy,
  'governance.approvalPolicy.refused.v1': refused,
  'governance.approval.requested.v1': approval,
  'governance.approval.decided.v1': challenge.extend({
    reviewerId: id,
    /** Who spoke for the reviewer; the same where nobody did. */
    madeBy: id,
    verdict: z.enum(['APPROVE', 'REJECT', 'CHALLENGE', 'ABSTAIN']),
  }),
  'governance.approval.approved.v1': approval,
  'governance.approval.rejected.v1': approval,
  'governance.approval.expired.v1': approval,
  'governance.approval.voided.v1': approval,
  'governance.approval.withdrawn.v1': approval,
  /** The policy asks for more than when it was asked for: reviewers decide anew. */
  'governance.approval.invalidated.v1': approval,
  'governance.approval.applied.v1': approval,
  'governance.approval.superseded.v1': approval,
  'governance.approval.revoked.v1': approval,
  'governance.approval.refused.v1': refused,
  /** Of what the catalog has; of versions of models the registry tells. */
  'governance.evidence.added.v1': z.strictObject({
    evidenceId: id,
    subjectId: id,
    /** Of the content that it speaks of. */
    subjectDigest: digest,
    kind: id,
    name: z.string(),
    digest,
  }),
  'governance.evidence.refused.v1': refused,
  'governance.challenge.resolved.v1': challenge,
  'governance.challenge.refused.v1': refused,
  'governance.delegation.made.v1': delegation,
  'governance.delegation.revoked.v1': delegation,
  'governance.delegation.refused.v1': refused,
  'governance.access.granted.v1': grant,
  'governance.access.ended.v1': grant,
  /** Somebody asked to read what they may not see, or what is not there. */
  'governance.access.sought.v1': z.strictObject({ subjectId: id }),
  'governance.audit.exported.v1': z.strictObject({ principalId: id, isFiltered: z.boolean(), withDetails: z.boolean() }),
  'governance.details.read.v1': disclosed,
  'governance.emails.read.v1': disclosed,
  'governance.person.erased.v1': z.strictObject({ principalId: id }),
  'governance.person.refused.v1': refused,
  'governance.details.pruned.v1': z.strictObject({ before: z.iso.datetime({ precision: 6 }), count: z.int().nonnegative() }),
  'governance.details.refused.v1': refused,
  'governance.hold.placed.v1': hold,
  'governance.hold.released.v1': hold,
  'governance.hold.refused.v1': refused,
  'governance.webhook.created.v1': webhook,
  'governance.webhook.changed.v1': webhook,
  'governance.webhook.rotated.v1': webhook,
  'governance.webhook.refused.v1': refused,
  'governance.deliveries.replayed.v1': webhook.extend({ count: z.int().nonnegative() }),
  'governance.log.restored.v1': z.strictObject({
    origin: id,
    previousOrigin: id,
    publishedSize: z.int().nonnegative(),
    heldSize: z.int().nonnegative(),
  }),
} as const satisfies Record<string, z.ZodType>;

export type GovernanceTopic = keyof typeof governanceEvents;
export type GovernancePayload<T extends GovernanceTopic> = z.infer<(typeof governanceEvents)[T]>;
