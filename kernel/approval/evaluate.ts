import { durationMs, later } from './duration.ts';
import { evidenceDigestOf } from './evidenceDigest.ts';
import { evidenceRequirements } from './evidenceRequirements.ts';
import { type Facts, requestCommand, rulesOf } from './facts.ts';
import type { ApprovalPolicy } from './guards.ts';
import { isStricter } from './isStricter.ts';
import type { Requirement } from './requirement.ts';
import { reviewRequirements } from './reviewRequirements.ts';
import { isLive, isUndecided } from './states.ts';
import { targetText } from './target.ts';

/** Facts in, verdict out: every rule, whether it holds at that moment, and what to do when it does not. */
export const evaluate = (facts: Facts): readonly Requirement[] => [
  contentRequirement(facts),
  ...evidenceRequirements(rulesOf(facts), facts),
  ...policyRequirements(facts),
  ...reviewRequirements(rulesOf(facts), facts),
  ...challengeRequirements(facts),
  ...validityRequirements(facts),
];

function contentRequirement({ subject, contentDigest, request }: Facts): Requirement {
  const about = { rule: 'content', kind: 'CONTENT', evidenceId: null } as const;
  if (contentDigest === null)
    return {
      ...about,
      state: 'MISSING',
      reason: `${subject.name} is not sealed, so that nobody could say what was approved.`,
      command: `cadastre models seal ${subject.subjectId}`,
    };
  if (request !== null && request.contentDigest !== contentDigest)
    return {
      ...about,
      state: 'STALE',
      reason: `${subject.name} changed since approval was asked for.`,
      command: requestCommand(subject, request),
    };
  return { ...about, state: 'PASS', reason: `${subject.name} is ${contentDigest}.`, command: null };
}

function policyRequirements({ policy, request, frozen, evidence, subject, target }: Facts): readonly Requirement[] {
  if (request === null || frozen === null || !isLive(request.state)) return [];
  const about = { rule: 'policy', kind: 'POLICY', evidenceId: null } as const;
  const [now, then] = [nameOf(policy), nameOf(frozen)];
  if (policy.name !== frozen.name || isStricter(policy.document, frozen.document))
    return [
      {
        ...about,
        state: 'STALE',
        reason: `Approval was asked for under ${then}; ${now} asks for more.`,
        command: requestCommand(subject, target),
      },
    ];
  if (evidenceDigestOf(frozen.document, evidence) !== request.evidenceDigest)
    return [
      {
        ...about,
        state: 'STALE',
        reason: 'Evidence changed since approval was asked for.',
        command: requestCommand(subject, target),
      },
    ];
  return [{ ...about, state: 'PASS', reason: `${then} is in force, or asks for no more than it did.`, command: null }];
}

const nameOf = ({ name, version }: ApprovalPolicy): string => `version ${version} of the policy ${name}`;

const challengeRequirements = ({ decisions, request }: Facts): readonly Requirement[] =>
  decisions
    .filter(({ verdict, resolvedAt }) => verdict === 'CHALLENGE' && resolvedAt === null)
    .map(({ id, reviewerId }) => ({
      rule: `challenge.${id}`,
      kind: 'CHALLENGE',
      state: 'FAIL',
      reason: `${reviewerId} has challenged it, and nobody has resolved that.`,
      command: `cadastre approvals resolve ${request?.id} ${id}`,
      evidenceId: null,
    }));

function validityRequirements(facts: Facts): readonly Requirement[] {
  const { request, at, policy, subject, target, lastRejectedAt } = facts;
  if (request !== null) {
    const until = isUndecided(request.state) ? request.decideBy : request.validUntil;
    if (until === null) return [];
    const isOver = until <= at;
    const what = isUndecided(request.state) ? 'Reviewers have' : 'The approval holds';
    return [
      {
        rule: 'validity',
        kind: 'VALIDITY',
        state: isOver ? 'FAIL' : 'PASS',
        reason: isOver ? `${what.replace('have', 'had').replace('holds', 'held')} until ${until}.` : `${what} until ${until}.`,
        command: isOver ? requestCommand(subject, target) : null,
        evidenceId: null,
      },
    ];
  }
  const cooldown = durationMs(policy.document.cooldown ?? '');
  if (cooldown === null || lastRejectedAt === null) return [];
  const until = later(lastRejectedAt, cooldown);
  if (until <= at) return [];
  const reason = `${targetText(target)} was rejected at ${lastRejectedAt}; nobody may ask again before ${until}.`;
  return [
    {
      rule: 'cooldown',
      kind: 'COOLDOWN',
      state: 'FAIL',
      reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`,
      command: null,
      evidenceId: null,
    },
  ];
}
