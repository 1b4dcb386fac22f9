import type { Queryable } from '../db/database.ts';
import { ACTIONS } from './actions.ts';
import { type Action, type Caller, decide, type Decision } from './decision.ts';
import type { ClassFacts } from './facts.ts';
import { factsOf } from './factsOf.ts';

/** Facts of what nobody has described yet. */
const UNDESCRIBED: Omit<ClassFacts, 'type'> = {
  owners: [],
  tags: [],
  columnTags: [],
  namespace: '',
  container: '',
  platform: '',
};

/** One decision about several resources: allowed when it is for each of them. @param nos bigints as text */
export async function decideOn(db: Queryable, caller: Caller, action: Action, nos: readonly string[]): Promise<Decision> {
  if (ACTIONS[action].on === 'system') return decide(caller, action);
  const classes = await factsOf(db, nos);
  const unknown = { ...UNDESCRIBED, type: ACTIONS[action].on === 'model' ? 'Model' : 'Dataset' };
  const decisions = (classes.length === 0 ? [unknown] : classes).map((facts) => decide(caller, action, facts));
  const denied = decisions.find(({ effect }) => effect === 'deny');
  if (denied !== undefined) return denied;
  return {
    effect: 'allow',
    policyIds: [...new Set(decisions.flatMap(({ policyIds }) => policyIds))].toSorted(),
    policyDigest: caller.policies.digest,
  };
}
