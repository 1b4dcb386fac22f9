import { type Action, ACTIONS, isAction } from '../../../kernel/policy/actions.ts';
import { unboundReason } from '../../../kernel/policy/bound.ts';
import { type CedarProblem, parsePolicies, validatePolicies } from '../../../kernel/policy/cedar.ts';
import type { ClassFacts } from '../../../kernel/policy/facts.ts';
import { isReservedId, PolicySet } from '../../../kernel/policy/policySet.ts';
import { type Principal as Caller, ROLES, type Role } from '../../../kernel/identity/principal.ts';
import type { Digest } from '../../../kernel/canonical.ts';
import type { Instant } from '../../../kernel/time.ts';

export type PolicyState = 'PROPOSED' | 'IN_FORCE' | 'SUPERSEDED' | 'REJECTED';

/** Policies of the installation as they were proposed at one time. */
export interface PolicyVersion {
  readonly version: number;
  readonly text: string;
  readonly tests: readonly PolicyTest[];
  readonly digest: Digest;
  readonly reason: string;
  readonly authorId: string;
  readonly proposedAt: Instant;
  readonly state: PolicyState;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
}

/** A case that policies must decide as expected before they may be proposed. */
export interface PolicyTest {
  readonly name: string;
  readonly principal: {
    readonly id?: string | null;
    readonly kind?: 'user' | 'service' | null;
    readonly roles?: readonly Role[] | null;
    readonly teams?: readonly string[] | null;
  };
  readonly action: string;
  readonly resource?: (Partial<Record<keyof ClassFacts, unknown>> & TestFacts) | null;
  readonly expect: 'ALLOW' | 'DENY';
  /** The policy that must be among those that decide. */
  readonly by?: string | null;
}

interface TestFacts {
  readonly type?: string | null;
  readonly owners?: readonly string[] | null;
  readonly tags?: readonly string[] | null;
  readonly columnTags?: readonly string[] | null;
  readonly namespace?: string | null;
  readonly container?: string | null;
  readonly platform?: string | null;
  readonly readers?: readonly string[] | null;
}

export interface PolicyProblem {
  readonly policyId: string | null;
  readonly test: string | null;
  readonly message: string;
}

export const TEXT_MAX = 200_000;
const POLICIES_MAX = 500;
const TESTS_MAX = 500;

/** All that is wrong with proposed policies; empty when they may be proposed. Tests run only on policies that are valid. */
export function policyProblems(text: string, tests: readonly PolicyTest[]): readonly PolicyProblem[] {
  if (text.length > TEXT_MAX) return [problem(`The policies have ${text.length} characters; at most ${TEXT_MAX}.`)];
  if (tests.length > TESTS_MAX) return [problem(`There are ${tests.length} test cases; at most ${TESTS_MAX}.`)];
  const parsed = parsePolicies(text);
  if ('problems' in parsed) return parsed.problems.map(ofCedar);
  if (parsed.policies.size > POLICIES_MAX)
    return [problem(`There are ${parsed.policies.size} policies; at most ${POLICIES_MAX}.`)];
  const wrong = [
    ...validatePolicies(parsed.policies).map(ofCedar),
    ...[...parsed.policies].flatMap(([id, policy]) => {
      const message = isReservedId(id) ? 'This id belongs to the built-in policies. Take another.' : unboundReason(policy);
      return message === null ? [] : [{ policyId: id, test: null, message }];
    }),
  ];
  if (wrong.length > 0) return wrong;
  const set = new PolicySet(text);
  return tests.flatMap((test) => testProblem(set, test) ?? []);
}

const problem = (message: string): PolicyProblem => ({ policyId: null, test: null, message });
const ofCedar = ({ policyId, message }: CedarProblem): PolicyProblem => ({ policyId, test: null, message });

function testProblem(set: PolicySet, test: PolicyTest): PolicyProblem | null {
  const wrong = (message: string): PolicyProblem => ({ policyId: null, test: test.name, message });
  if (!isAction(test.action)) return wrong(`There is no action "${test.action.slice(0, 60)}".`);
  const { on } = ACTIONS[test.action];
  const isOfAsset = on !== 'system';
  if (isOfAsset !== (test.resource !== undefined && test.resource !== null))
    return wrong(isOfAsset ? `${test.action} is decided by asset: give a resource.` : `${test.action} takes no resource.`);
  const { effect, policyIds } = set.decide(
    callerOf(test),
    test.action,
    factsOf(test.resource ?? null, on === 'model' ? 'Model' : 'Dataset'),
  );
  if (effect !== test.expect.toLowerCase())
    return wrong(`It is ${effect} by ${policyIds.join(', ')}, not ${test.expect.toLowerCase()}.`);
  const { by } = test;
  return typeof by === 'string' && !policyIds.includes(by)
    ? wrong(`It is decided by ${policyIds.join(', ')}, not by ${by}.`)
    : null;
}

const callerOf = ({ principal }: PolicyTest): Caller => ({
  id: principal.id ?? 'usr_test',
  kind: principal.kind ?? 'user',
  name: 'Test',
  roles: ROLES.filter((role) => principal.roles?.includes(role) === true),
  scopes: ['graph'],
  teams: [...(principal.teams ?? [])].toSorted(),
  onBehalfOf: null,
  authMethod: 'access-key',
});

const factsOf = (resource: TestFacts | null, type: string): ClassFacts | null =>
  resource === null
    ? null
    : {
        type: resource.type ?? type,
        owners: resource.owners ?? [],
        tags: (resource.tags ?? []).map((tag) => tag.toLowerCase()),
        columnTags: (resource.columnTags ?? []).map((tag) => tag.toLowerCase()),
        namespace: resource.namespace ?? '',
        container: resource.container ?? '',
        platform: resource.platform ?? '',
        readers: resource.readers ?? [],
      };

/** Who answers for what a principal decides: a service account is its human. */
export const humanOf = ({ id, onBehalfOf }: Pick<Caller, 'id' | 'onBehalfOf'>): string => onBehalfOf ?? id;

/** What became of a version that nobody can decide about any more. */
const DECIDED: Readonly<Record<Exclude<PolicyState, 'PROPOSED'>, string>> = {
  IN_FORCE: 'is in force already.',
  SUPERSEDED: 'was in force before another one. Propose its text anew.',
  REJECTED: 'was rejected. Propose its text anew.',
};

/** Why this person may not put a proposal in force, or null. Where nobody else could, the author may. */
export function approvalProblem(
  proposal: Pick<PolicyVersion, 'version' | 'state'>,
  inForce: number,
  author: string,
  approver: string,
  otherAdmins: number,
): { readonly code: string; readonly message: string } | null {
  if (proposal.state !== 'PROPOSED')
    return {
      code: 'NOT_PROPOSED',
      message: `Version ${proposal.version} ${DECIDED[proposal.state]}`,
    };
  if (proposal.version < inForce)
    return { code: 'OUTDATED', message: `Version ${inForce} came into force since. Propose the text anew, on top of it.` };
  if (author === approver && otherAdmins > 0)
    return { code: 'FOUR_EYES', message: 'Whoever proposed it cannot approve it. Ask another admin.' };
  return null;
}

export interface Access {
  readonly effect: 'allow' | 'deny';
  readonly action: Action;
  readonly policyIds: readonly string[];
  readonly policyDigest: Digest;
}
