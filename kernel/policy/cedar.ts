import { createRequire } from 'node:module';
import type * as CedarModule from '@cedar-policy/cedar-wasm/nodejs';
import type { EntityJson, PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Action } from './actions.ts';
import { CEDAR_SCHEMA } from './cedarSchema.ts';

export type { CedarValueJson, EntityJson, Expr, PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';

type Cedar = typeof CedarModule;

let loaded: Cedar | undefined;

/** Cedar is compiled on first use: whoever only parses SQL does not pay for 4 MB of WebAssembly. */
function cedar(): Cedar {
  loaded ??= createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar;
  return loaded;
}

/** Cedar's own version, as it stands beside a decision that others want to repeat. */
export const cedarVersion = (): string => cedar().getCedarVersion();

export interface CedarProblem {
  /** Id of the policy, or of its place when it has none. */
  readonly policyId: string | null;
  readonly message: string;
}

export type Parsed =
  | { readonly policies: ReadonlyMap<string, PolicyJson>; readonly texts: ReadonlyMap<string, string> }
  | { readonly problems: readonly CedarProblem[] };

/** Policies by their `@id`. Says what is wrong where a text is not Cedar, or a policy has no id or somebody else's. */
export function parsePolicies(text: string): Parsed {
  const parts = cedar().policySetTextToParts(text);
  if (parts.type === 'failure') return { problems: parts.errors.map(({ message }) => ({ policyId: null, message })) };
  const problems: CedarProblem[] = parts.policy_templates.map(() => ({
    policyId: null,
    message: 'A policy with slots (?principal, ?resource) is a template. Write out what it shall stand for.',
  }));
  const policies = new Map<string, PolicyJson>();
  const texts = new Map<string, string>();
  for (const [place, policy] of parts.policies.entries()) {
    const parsed = cedar().policyToJson(policy);
    if (parsed.type === 'failure') {
      problems.push(...parsed.errors.map(({ message }) => ({ policyId: null, message })));
      continue;
    }
    const id = parsed.json.annotations?.['id'];
    const message = idProblem(id, policies);
    if (message !== null) problems.push({ policyId: id ?? `policy ${place + 1}`, message });
    else if (id !== undefined) {
      policies.set(id, parsed.json);
      texts.set(id, policy);
    }
  }
  return problems.length > 0 ? { problems } : { policies, texts };
}

function idProblem(id: string | undefined, taken: ReadonlyMap<string, unknown>): string | null {
  if (id === undefined) return 'It has no id. Begin it with @id("finance.only"), so that a denial can name it.';
  if (!/^[a-z0-9][a-zA-Z0-9._-]{0,99}$/.test(id))
    return 'An id has up to 100 letters, digits, dots, hyphens and underscores, e.g. @id("finance.only").';
  return taken.has(id) ? 'Two policies have this id.' : null;
}

/** What strict validation against the schema has to say. */
export function validatePolicies(policies: ReadonlyMap<string, PolicyJson>): readonly CedarProblem[] {
  const answer = cedar().validate({
    validationSettings: { mode: 'strict' },
    schema: CEDAR_SCHEMA,
    policies: { staticPolicies: Object.fromEntries(policies) },
  });
  if (answer.type === 'failure') return answer.errors.map(({ message }) => ({ policyId: null, message }));
  return answer.validationErrors.map(({ policyId, error }) => ({
    policyId,
    message: [error.message, error.help].filter((text) => text !== null).join('; '),
  }));
}

/** Prepares a policy set for many decisions. */
export function preparse(name: string, policies: ReadonlyMap<string, PolicyJson>): void {
  const answer = cedar().preparsePolicySet(name, { staticPolicies: Object.fromEntries(policies) });
  if (answer.type === 'failure')
    throw new Error(`policies do not parse: ${answer.errors.map(({ message }) => message).join('; ')}`);
}

export interface Question {
  readonly principal: TypeAndId;
  readonly action: Action;
  readonly resource: TypeAndId;
  readonly entities: readonly EntityJson[];
}

export interface CedarDecision {
  readonly effect: 'allow' | 'deny';
  /** Policies that decided, sorted; empty when none did, which denies. */
  readonly policyIds: readonly string[];
}

/** Cedar's decision by a set that was prepared under that name. A policy that cannot be evaluated does not count, as Cedar has it. */
export function authorize(name: string, { principal, action, resource, entities }: Question): CedarDecision {
  const answer = cedar().statefulIsAuthorized({
    principal,
    action: { type: 'Action', id: action },
    resource,
    context: {},
    preparsedPolicySetId: name,
    entities: [...entities],
  });
  if (answer.type === 'failure') throw new Error(`Cedar: ${answer.errors.map(({ message }) => message).join('; ')}`);
  return { effect: answer.response.decision, policyIds: answer.response.diagnostics.reason.toSorted() };
}

/** What is left of each policy when principal and action are known and the resource is not. Cedar calls this experimental. */
export function residuals(
  policies: ReadonlyMap<string, PolicyJson>,
  { principal, action, entities }: Omit<Question, 'resource'>,
): ReadonlyMap<string, PolicyJson> {
  const answer = cedar().isAuthorizedPartial({
    principal,
    action: { type: 'Action', id: action },
    resource: null,
    context: {},
    policies: { staticPolicies: Object.fromEntries(policies) },
    entities: [...entities],
  });
  if (answer.type === 'failure') throw new Error(`Cedar: ${answer.errors.map(({ message }) => message).join('; ')}`);
  return new Map(Object.entries(answer.response.residuals));
}
