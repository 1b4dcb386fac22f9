import { z } from 'zod';

const id = z.string().min(1);
const roles = z.array(z.enum(['admin', 'steward', 'analyst', 'bot']));
const key = z.strictObject({ keyId: id, principalId: id });
const refused = z.strictObject({ subjectId: id, code: z.string().min(1) });

/**
 * What governance tells other subgraphs, by topic. People appear by id: names and e-mail addresses stay behind, where they
 * can be forgotten.
 */
export const governanceEvents = {
  'governance.principal.stubbed.v1': z.strictObject({ principalId: id }),
  'governance.user.created.v1': z.strictObject({ principalId: id, roles }),
  'governance.user.claimed.v1': z.strictObject({ principalId: id, roles }),
  'governance.user.refused.v1': refused,
  'governance.team.created.v1': z.strictObject({ principalId: id }),
  'governance.team.refused.v1': refused,
  'governance.service.created.v1': z.strictObject({ principalId: id, ownerId: id.nullable(), roles }),
  'governance.service.refused.v1': refused,
  'governance.key.created.v1': key.extend({
    scopes: z.array(z.enum(['graph', 'ingest'])),
    expiresAt: z.iso.datetime({ precision: 6 }).nullable(),
  }),
  'governance.key.revoked.v1': key,
  'governance.key.reinstated.v1': key,
  'governance.key.refused.v1': refused,
} as const satisfies Record<string, z.ZodType>;

export type GovernanceTopic = keyof typeof governanceEvents;
export type GovernancePayload<T extends GovernanceTopic> = z.infer<(typeof governanceEvents)[T]>;
