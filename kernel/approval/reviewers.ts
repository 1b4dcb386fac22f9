import type { Person } from './people.ts';
import type { ReviewerRule } from './policyDocument.ts';

/** An approval that may count: the human whose judgement it is, and who spoke for them. */
export interface Candidate {
  readonly reviewer: Person;
  readonly madeBy: Person;
}

/** Steps after which the best so far is taken: no policy comes near. */
const STEPS_MAX = 20_000;

export const isReviewerBy = ({ role, team }: ReviewerRule, { roles, teams }: Person): boolean =>
  role === undefined ? team !== undefined && teams.includes(team) : roles.includes(role);

/**
 * How many approvals each rule gets when every human counts once in all, so that as many places as possible are filled.
 * Rules may ask for the same people: two stewards and one of a team are three humans.
 */
export function countApprovals(rules: readonly ReviewerRule[], candidates: readonly Candidate[]): readonly number[] {
  const wanted = rules.reduce((sum, { min }) => sum + min, 0);
  let best: readonly (readonly Candidate[])[] = rules.map(() => []);
  let steps = 0;
  const seat = (place: number, seated: readonly (readonly Candidate[])[]): void => {
    const filled = total(seated);
    if (filled > total(best)) best = seated;
    const candidate = candidates[place];
    if (candidate === undefined || total(best) === wanted || ++steps > STEPS_MAX) return;
    if (filled + candidates.length - place <= total(best)) return;
    for (const [at, rule] of rules.entries()) {
      const there = seated[at] ?? [];
      if (there.length < rule.min && mayJoin(rule, there, candidate)) seat(place + 1, seated.with(at, [...there, candidate]));
    }
    seat(place + 1, seated);
  };
  seat(0, best);
  return best.map(({ length }) => length);
}

const total = (seated: readonly (readonly Candidate[])[]): number => seated.reduce((sum, { length }) => sum + length, 0);

function mayJoin(rule: ReviewerRule, there: readonly Candidate[], candidate: Candidate): boolean {
  if (!isReviewerBy(rule, candidate.reviewer)) return false;
  if (rule.distinctTeams !== true) return true;
  return humansOf(candidate).every(({ teams }) => teams.length > 0) && there.every((other) => areApart(other, candidate));
}

/** Each is in a team that the other is not in; whoever speaks for another counts as well. */
const areApart = (one: Candidate, other: Candidate): boolean =>
  humansOf(one).every((a) => humansOf(other).every((b) => hasOwnTeam(a, b) && hasOwnTeam(b, a)));

const humansOf = ({ reviewer, madeBy }: Candidate): readonly Person[] =>
  reviewer.id === madeBy.id ? [reviewer] : [reviewer, madeBy];

const hasOwnTeam = ({ teams }: Person, other: Person): boolean => teams.some((team) => !other.teams.includes(team));
