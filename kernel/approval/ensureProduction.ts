import { originOf } from '../audit/record.ts';
import type { Database } from '../db/database.ts';
import { internalRequest } from '../identity/internal.ts';
import { decide } from '../policy/decision.ts';
import { parseInstant } from '../time.ts';
import type { PolicyDocument } from './policyDocument.ts';
import { lastVersion, lockPolicies, setPolicy } from './setPolicy.ts';

export const PRODUCTION_POLICY = 'production';

/** What an installation begins with: nothing reaches production unapproved. */
export const PRODUCTION_DOCUMENT: PolicyDocument = {
  target: { kind: 'MODEL_STAGE', stage: 'production' },
  reviewers: [{ role: 'steward', min: 2, distinctTeams: true }],
  forbid: ['creator', 'requester', 'ownerTeam'],
  evidence: [
    { kind: 'metrics', cel: 'auc >= 0.75' },
    { kind: 'fairness', cel: 'demographic_parity_difference <= 0.1' },
  ],
  requestExpiresAfter: 'P14D',
  validFor: 'P365D',
  cooldown: null,
  rollback: 'REUSE',
  breakGlass: { maxDuration: 'PT24H' },
};

/** It came with the program, before anything was measured here. */
const SINCE_EVER = parseInstant('1970-01-01T00:00:00Z');

/** Makes the policy `production` at the first start; what an installation has made of it since stays, its end too. */
export async function ensureProductionPolicy(db: Database): Promise<void> {
  const [known] = await db.query(
    'select from kernel.approval_policy where name = $1 limit 1',
    [PRODUCTION_POLICY],
    'approval_has_policy',
  );
  if (known !== undefined) return;
  const request = internalRequest('ensureProductionPolicy');
  await db.transaction(async (tx) => {
    await lockPolicies(tx);
    if ((await lastVersion(tx, PRODUCTION_POLICY)) !== null) return;
    const origin = originOf(request, decide(request, 'approval.manage'));
    await setPolicy(tx, origin, {
      name: PRODUCTION_POLICY,
      document: PRODUCTION_DOCUMENT,
      reason: 'Every installation begins with it.',
      from: SINCE_EVER,
    });
  });
}
