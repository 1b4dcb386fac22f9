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
  'governance.audit.exported.v1': z.strictObject({ principalId: id, isFiltered: z.boolean(), withDetails: z.boolean() }),
  'governance.details.read.v1': disclosed,
  'governance.emails.read.v1': disclosed,
  'governance.person.erased.v1': z.strictObject({ principalId: id }),
  'governance.person.refused.v1': refused,
  'governance.details.pruned.v1': z.strictObject({ before: z.iso.datetime({ precision: 6 }), count: z.int().nonnegative() }),
  'governance.details.refused.v1': refused,
  'governance.log.restored.v1': z.strictObject({
    origin: id,
    previousOrigin: id,
    publishedSize: z.int().nonnegative(),
    heldSize: z.int().nonnegative(),
  }),
} as const satisfies Record<string, z.ZodType>;

export type GovernanceTopic = keyof typeof governanceEvents;
export type GovernancePayload<T extends GovernanceTopic> = z.infer<(typeof governanceEvents)[T]>;
