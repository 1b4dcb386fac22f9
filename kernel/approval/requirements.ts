import type { Queryable } from '../db/database.ts';
import type { Instant } from '../time.ts';
import { evaluate } from './evaluate.ts';
import { type Asked, gather } from './gather.ts';
import type { ApprovalRequest } from './request.ts';
import type { Requirement } from './requirement.ts';

/**
 * Why something may not happen yet: each rule, whether it holds, and the command that helps. Empty where nothing guards the target.
 * @param request the one that is meant; the live or last one unless given
 */
export async function requirementsOf(
  db: Queryable,
  asked: Asked,
  at: Instant,
  request?: ApprovalRequest,
): Promise<readonly Requirement[]> {
  const facts = await gather(db, asked, at, request);
  if (!('nothing' in facts)) return evaluate(facts);
  return facts.nothing === 'NO_POLICY' ? [] : [UNKNOWN];
}

const UNKNOWN: Requirement = {
  rule: 'content',
  kind: 'CONTENT',
  state: 'MISSING',
  reason: 'Nothing is known of it that could be approved.',
  command: null,
  evidenceId: null,
};
