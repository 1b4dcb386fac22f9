import type { Decision } from './decision.ts';
import { type Facts, requestCommand } from './facts.ts';
import type { ApprovalPolicy } from './guards.ts';
import type { Person } from './people.ts';
import type { ReviewerRule } from './policyDocument.ts';
import type { Requirement } from './requirement.ts';
import { type Candidate, countApprovals, isReviewerBy } from './reviewers.ts';

/** Each rule about reviewers, with how many approvals count for it and why others do not. */
export function reviewRequirements(policy: ApprovalPolicy, facts: Facts): readonly Requirement[] {
  const { reviewers } = policy.document;
  const approvals = facts.decisions
    .filter(({ verdict }) => verdict === 'APPROVE')
    .map((decision) => countable(decision, policy, facts));
  const candidates = approvals.filter((one): one is Candidate => 'reviewer' in one);
  const ignored = approvals.flatMap((one) => ('ignored' in one ? [one.ignored] : []));
  const counts = countApprovals(reviewers, candidates);
  return reviewers.map((rule, place) => {
    const count = counts[place] ?? 0;
    const isMet = count >= rule.min;
    const why = [
      ...(isMet ? [] : ignored),
      ...(isMet ? [] : apartText(rule, candidates, count)),
      ...(isMet ? [] : teamsText(rule, facts)),
      ...(isMet ? [] : endText(facts)),
    ];
    return {
      rule: `review.${place + 1}`,
      kind: 'REVIEW',
      state: isMet ? 'PASS' : 'MISSING',
      reason: [`${count} of ${rule.min} approvals by ${whoText(rule)}.`, ...why].join(' '),
      command: isMet ? null : commandFor(facts),
      evidenceId: null,
    };
  });
}

/** Who may not review, and why, or null. Services are the people who answer for them. */
export function exclusionOf(
  { document }: ApprovalPolicy,
  { subject, request, people }: Pick<Facts, 'subject' | 'request' | 'people'>,
  person: Person,
): string | null {
  const humans = (ids: readonly string[]): readonly string[] => ids.map((id) => people.get(id)?.humanId ?? id);
  const { forbid } = document;
  if (forbid.includes('creator') && humans(subject.creatorIds).includes(person.humanId)) return 'made it';
  if (forbid.includes('requester') && request !== null && humans([request.requestedBy]).includes(person.humanId))
    return 'asked for it';
  if (!forbid.includes('ownerTeam')) return null;
  if (humans(subject.ownerIds).includes(person.humanId)) return 'owns it';
  return person.teams.some((team) => subject.ownerIds.includes(team)) ? 'is in a team that owns it' : null;
}

function countable(decision: Decision, policy: ApprovalPolicy, facts: Facts): Candidate | { readonly ignored: string } {
  const { request, people } = facts;
  const [reviewer, madeBy] = [people.get(decision.reviewerId), people.get(decision.madeBy)];
  const ignored = (why: string): { readonly ignored: string } => ({ ignored: `${decision.reviewerId} approved but ${why}.` });
  if (reviewer === undefined || madeBy === undefined) return ignored('is not known any more');
  if (
    request !== null &&
    (decision.contentDigest !== request.contentDigest || decision.evidenceDigest !== request.evidenceDigest)
  )
    return ignored('saw other content or evidence');
  if (!reviewer.isActive || !madeBy.isActive) return ignored('may not act any more');
  if (reviewer.kind !== 'user' || madeBy.kind !== 'user') return ignored('is no person');
  for (const person of [reviewer, madeBy]) {
    const excluded = exclusionOf(policy, facts, person);
    if (excluded !== null) return ignored(excluded);
  }
  if (!policy.document.reviewers.some((rule) => isReviewerBy(rule, reviewer)))
    return ignored('holds none of the roles any more that review it');
  return { reviewer, madeBy };
}

export const whoText = ({ role, team, min, distinctTeams }: ReviewerRule): string =>
  `${role === undefined ? `members of ${team}` : `the role ${role}`}${distinctTeams === true && min > 1 ? ' in distinct teams' : ''}`;

function apartText(rule: ReviewerRule, candidates: readonly Candidate[], count: number): readonly string[] {
  const holding = candidates.filter(({ reviewer }) => isReviewerBy(rule, reviewer)).length;
  return rule.distinctTeams === true && holding > count
    ? ['Others approved who are in no team, or in no other team than those.']
    : [];
}

/** Where there are too few teams, no approval helps. */
const teamsText = ({ distinctTeams, min }: ReviewerRule, { reviewingTeams }: Facts): readonly string[] =>
  distinctTeams === true && reviewingTeams < min
    ? [
        `Only ${reviewingTeams} ${reviewingTeams === 1 ? 'team has' : 'teams have'} reviewers, and ${min} are needed: see cadastre teams create and cadastre teams add.`,
      ]
    : [];

const endText = ({ request, lastEnd }: Facts): readonly string[] =>
  request === null && lastEnd !== null
    ? [`The last request ${lastEnd.id} is ${lastEnd.state}${lastEnd.reason === null ? '' : `: ${lastEnd.reason}`}.`]
    : [];

const commandFor = ({ request, subject, target }: Facts): string =>
  request === null ? requestCommand(subject, target) : `cadastre approvals approve ${request.id}`;
