import { type GuardChange, guardChanges } from '../../../../kernel/approval/guardChanges.ts';
import { policiesInForce as approvalPoliciesInForce } from '../../../../kernel/approval/guards.ts';
import type { RequestContext } from '../../../../kernel/context.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import { decide } from '../../../../kernel/policy/decision.ts';
import { policiesInForce } from '../../../../kernel/policy/inForce.ts';
import { tagWords } from '../../domain/labels.ts';
import type { Tag } from '../../domain/model.ts';

/**
 * Why tags of a model may not change, or null. By them approval policies choose what they guard: whoever only writes to the model
 * could otherwise take a tag off, have a version approved by fewer people, and put the tag back.
 */
export async function refuseRetagging(
  tx: Tx,
  { principal }: RequestContext,
  before: readonly Tag[],
  after: readonly Tag[],
): Promise<Refusal | null> {
  const [change] = guardChanges(await approvalPoliciesInForce(tx), tagWords(before), tagWords(after));
  if (change === undefined) return null;
  if (decide({ principal, policies: await policiesInForce(tx) }, 'approval.manage').effect === 'allow') return null;
  return {
    refusal: {
      code: 'FORBIDDEN',
      message: `With these tags ${textOf(change)}. Changing that needs approval.manage as well: ask somebody who writes approval policies.`,
      policyIds: [change.before, change.after].filter((name) => name !== null),
    },
  };
}

function textOf({ stage, before, after }: GuardChange): string {
  const now = before === null ? 'instead of none' : `instead of "${before}"`;
  return after === null
    ? `nothing would guard the stage "${stage}" of the model, which the approval policy "${before}" guards now`
    : `the approval policy "${after}" would guard the stage "${stage}" of the model ${now}`;
}
