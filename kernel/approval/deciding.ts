import { refusal } from '../mutation/refusal.ts';
import type { Refusal } from '../mutation/mutate.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import type { ApprovalPolicy } from './guards.ts';
import type { Person } from './people.ts';
import type { ApprovalRequest } from './request.ts';
import { exclusionOf, whoText } from './reviewRequirements.ts';
import { isReviewerBy } from './reviewers.ts';
import { isUndecided } from './states.ts';

const DECISIONS_MAX = 100;

/** Who is to say something, and for whom. */
export interface Speaking {
  /** Who asks for it to be recorded. */
  readonly caller: Person;
  /** The human whose judgement it is to be. */
  readonly reviewer: Person;
}

/** The same in words: rules that the request was frozen with. */
export type Deciding = Pick<Facts, 'subject' | 'request' | 'people' | 'decisions' | 'at'> & { readonly policy: ApprovalPolicy };

/** Why nobody can say anything of a request any more, or null. */
export function refuseEnded({ id, state, decideBy }: ApprovalRequest, at: string): Refusal | null {
  if (!isUndecided(state))
    return refusal('NOT_OPEN', `Request ${id} is ${state}. A request that was decided is never opened again: ask for a new one.`);
  return decideBy <= at ? refusal('EXPIRED', `Reviewers of request ${id} had until ${decideBy}. Ask for a new one.`) : null;
}

/** Why somebody may not decide about a request, or null. */
export function refuseDecision(deciding: Deciding, { caller, reviewer }: Speaking): Refusal | null {
  const { policy, decisions } = deciding;
  const excluded = refuseSpeaker(deciding, caller) ?? (caller.id === reviewer.id ? null : refuseSpeaker(deciding, reviewer));
  if (excluded !== null) return excluded;
  if (!policy.document.reviewers.some((rule) => isReviewerBy(rule, reviewer)))
    return refusal(
      'NOT_A_REVIEWER',
      `${reviewer.id} is no reviewer: the policy ${policy.name} asks for ${policy.document.reviewers.map(whoText).join(', and for ')}.`,
    );
  if (decisions.length >= DECISIONS_MAX)
    return refusal(
      'TOO_MANY_DECISIONS',
      `There are ${DECISIONS_MAX} decisions in this round. Withdraw the request and ask for a new one.`,
    );
  const earlier = decisions.find((decision) => counts(decision) && isBy(decision, [caller.id, reviewer.id]));
  if (earlier === undefined) return null;
  return refusal(
    'ALREADY_DECIDED',
    `${earlier.madeBy === caller.id ? 'You have' : `${earlier.madeBy} has`} said ${earlier.verdict} in this round already, and every human counts once.`,
  );
}

/** Why a challenge cannot be resolved by somebody, or null. Whoever made it can; others who could review, if they manage approvals. */
export function refuseResolution(
  deciding: Deciding,
  caller: Person,
  challenge: Decision | undefined,
  isManager: boolean,
): Refusal | null {
  if (challenge === undefined) return refusal('NOT_FOUND', 'The request has no such decision.');
  if (challenge.verdict !== 'CHALLENGE' || challenge.resolvedAt !== null || challenge.round !== deciding.request?.round)
    return refusal('NOT_A_CHALLENGE', `${challenge.id} is no challenge that waits to be resolved.`);
  const excluded = refuseSpeaker(deciding, caller);
  if (excluded !== null || isBy(challenge, [caller.id])) return excluded;
  return isManager
    ? null
    : refusal('NOT_A_REVIEWER', `Only ${challenge.reviewerId}, who challenged, or somebody with approval.manage resolves it.`);
}

function refuseSpeaker(deciding: Deciding, person: Person): Refusal | null {
  if (person.kind !== 'user')
    return refusal('NOT_HUMAN', `${person.id} is no person: bots ask and attach evidence, people decide.`);
  if (!person.isActive) return refusal('NOT_A_REVIEWER', `${person.id} may not act.`);
  const excluded = exclusionOf(deciding.policy, deciding, person);
  return excluded === null
    ? null
    : refusal('FOUR_EYES', `${person.id} ${excluded}, and so cannot decide about it. Somebody else has to.`);
}

const counts = ({ resolvedAt }: Decision): boolean => resolvedAt === null;

const isBy = ({ reviewerId, madeBy }: Decision, ids: readonly string[]): boolean =>
  ids.includes(reviewerId) || ids.includes(madeBy);
