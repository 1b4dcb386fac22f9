import type { AclClass } from './aclClasses.ts';
import { canonicalJson, digestOf, type Digest } from '../canonical.ts';
import { INTERNAL_ID, type Principal } from '../identity/principal.ts';
import { type Action, BUILT_IN_ONLY } from './actions.ts';
import { BUILT_IN_POLICIES } from './builtIn.ts';
import { authorize, parsePolicies, type PolicyJson, preparse, residuals } from './cedar.ts';
import { CEDAR_SCHEMA } from './cedarSchema.ts';
import { ancestorsOf, type ClassFacts, entityOf, principalEntities, resourceEntity, resourceOf, SYSTEM } from './facts.ts';
import { residualTest, type ResidualTest, UnknownExpression } from './residual.ts';

export interface Decision {
  readonly effect: 'allow' | 'deny';
  /** Policies that decided. */
  readonly policyIds: readonly string[];
  readonly policyDigest: Digest;
}

/** Where no policy permits, this is what denies. */
const DEFAULT_DENY = 'default.deny';
/** Cadastre's own work is not for policies to stop. */
const INTERNAL = 'internal';
/** A token without this scope may nothing in the graph. */
const NO_SCOPE = 'scope.graph';

const CACHED_MAX = 5_000;

/** Ids that no policy of an installation may take. */
export const isReservedId = (id: string): boolean =>
  id.startsWith('role.') || id.startsWith('scope.') || id.startsWith('grant.') || id in FIXED_REASONS;

/** One set of policies: those of an installation over the built-in ones. Never changes; a changed policy makes another set. */
export class PolicySet {
  readonly digest: Digest;
  /** Cedar texts by id. */
  readonly texts: ReadonlyMap<string, string>;
  readonly #policies: ReadonlyMap<string, PolicyJson>;
  readonly #decisions = new Map<string, Decision>();
  readonly #rights = new Map<string, ClassRights>();

  /** @param text Cedar policies of the installation that have been checked */
  constructor(text: string) {
    const [base, own] = [builtIn(), parsed(text)];
    this.#policies = new Map([...base.policies, ...own.policies]);
    this.texts = new Map([...base.texts, ...own.texts]);
    this.digest = digestOf({ schema: CEDAR_SCHEMA, policies: Object.fromEntries(this.texts) });
    preparse(this.digest, this.#policies);
  }

  /** May the principal do this at all, or, where the action is decided by asset, with an asset of these facts? */
  decide(principal: Principal, action: Action, facts: ClassFacts | null = null): Decision {
    const fixed = this.#fixed(principal);
    if (fixed !== null) return fixed;
    if (facts !== null) return this.#ask(principal, action, facts);
    return remembered(this.#decisions, `${keyOf(principal)} ${action}`, () => this.#ask(principal, action, null));
  }

  /** The rights of a principal over classes of assets. */
  rights(principal: Principal, action: Action): ClassRights {
    return remembered(this.#rights, `${keyOf(principal)} ${action}`, () => this.#partial(principal, action));
  }

  /** An annotation of a policy: `reason` for people, `control` for auditors. */
  annotation(policyId: string, name: 'reason' | 'control'): string | null {
    return this.#policies.get(policyId)?.annotations?.[name] ?? FIXED_REASONS[policyId]?.[name] ?? null;
  }

  #fixed({ id, scopes }: Principal): Decision | null {
    if (id === INTERNAL_ID) return { effect: 'allow', policyIds: [INTERNAL], policyDigest: this.digest };
    return scopes.includes('graph') ? null : { effect: 'deny', policyIds: [NO_SCOPE], policyDigest: this.digest };
  }

  #ask(principal: Principal, action: Action, facts: ClassFacts | null): Decision {
    const { effect, policyIds } = authorize(BUILT_IN_ONLY.has(action) ? BUILT_IN_NAME : this.digest, {
      principal: entityOf(principal),
      action,
      resource: facts === null ? SYSTEM : resourceOf(facts).uid,
      entities: [...principalEntities(principal), ...(facts === null ? [] : [resourceEntity(facts)])],
    });
    return { effect, policyIds: policyIds.length > 0 ? policyIds : [DEFAULT_DENY], policyDigest: this.digest };
  }

  #partial(principal: Principal, action: Action): ClassRights {
    const fixed = this.#fixed(principal);
    if (fixed !== null) return new ClassRights(() => fixed.effect === 'allow');
    const entities = principalEntities(principal);
    const left = residuals(this.#policies, { principal: entityOf(principal), action, entities });
    const slow = (facts: ClassFacts): boolean => this.#ask(principal, action, facts).effect === 'allow';
    try {
      const tests = testsOf(left, principal);
      return new ClassRights((facts) => isAllowed(tests, facts));
    } catch (error) {
      // An expression that only Cedar itself can evaluate: it is asked class by class.
      if (error instanceof UnknownExpression) return new ClassRights(slow);
      throw error;
    }
  }
}

/** May a principal act on assets of a class? Answers are remembered as bits, because the facts of a class never change. */
export class ClassRights {
  readonly #may: (facts: ClassFacts) => boolean;
  #seen: readonly AclClass[] = [];
  #done = 0;
  #allowed = 0;
  #bits = Buffer.alloc(0);

  constructor(may: (facts: ClassFacts) => boolean) {
    this.#may = may;
  }

  may(facts: ClassFacts): boolean {
    return this.#may(facts);
  }

  /** True when there is no class that the principal may not act on. */
  areFull(classes: readonly AclClass[]): boolean {
    this.bits(classes);
    return this.#allowed === classes.length;
  }

  /** One bit a class, bit n%8 of byte n/8. @param classes only ever appended to; another list begins anew */
  bits(classes: readonly AclClass[]): Buffer {
    if (classes !== this.#seen) [this.#seen, this.#done, this.#allowed, this.#bits] = [classes, 0, 0, Buffer.alloc(0)];
    const fresh = classes.slice(this.#done).filter(({ facts }) => this.#may(facts));
    this.#done = classes.length;
    this.#allowed += fresh.length;
    if (fresh.length === 0) return this.#bits;
    const last = Math.max(...fresh.map(({ aclId }) => aclId));
    const bits = Buffer.alloc(Math.max(this.#bits.length, (last >> 3) + 1));
    this.#bits.copy(bits);
    for (const { aclId } of fresh) bits[aclId >> 3] = (bits[aclId >> 3] ?? 0) | (1 << (aclId & 7));
    this.#bits = bits;
    return bits;
  }
}

interface Tests {
  readonly permits: readonly ResidualTest[];
  readonly forbids: readonly ResidualTest[];
}

function testsOf(left: ReadonlyMap<string, PolicyJson>, principal: Principal): Tests {
  const ancestors = ancestorsOf(principal);
  const tests = (effect: PolicyJson['effect']) =>
    [...left.values()].filter((policy) => policy.effect === effect).map((policy) => residualTest(policy, ancestors));
  return { permits: tests('permit'), forbids: tests('forbid') };
}

function isAllowed({ permits, forbids }: Tests, facts: ClassFacts): boolean {
  const resource = resourceOf(facts);
  return permits.some((test) => test(resource) === true) && !forbids.some((test) => test(resource) === true);
}

const FIXED_REASONS: Readonly<Record<string, Partial<Record<'reason' | 'control', string>>>> = {
  [DEFAULT_DENY]: { reason: 'No policy permits it.' },
  [INTERNAL]: { reason: 'Cadastre does this itself.' },
  [NO_SCOPE]: { reason: 'The token has not the scope graph.' },
};

const keys = new WeakMap<Principal, string>();

/** Lists ask row by row, and always for the same principal. */
function keyOf(principal: Principal): string {
  const known = keys.get(principal);
  if (known !== undefined) return known;
  const { id, kind, roles, scopes, teams, authMethod } = principal;
  const key = canonicalJson([id, kind, roles, scopes, teams, authMethod]);
  keys.set(principal, key);
  return key;
}

/** A small memory that forgets everything when it is full: what is in use comes back at once. */
function remembered<T>(memory: Map<string, T>, key: string, make: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  if (memory.size >= CACHED_MAX) memory.clear();
  const made = make();
  memory.set(key, made);
  return made;
}

interface ParsedPolicies {
  readonly policies: ReadonlyMap<string, PolicyJson>;
  readonly texts: ReadonlyMap<string, string>;
}

const BUILT_IN_NAME = 'built-in';
let builtInParsed: ParsedPolicies | undefined;

/** Parsed on first use, as Cedar is loaded on first use. */
function builtIn(): ParsedPolicies {
  if (builtInParsed !== undefined) return builtInParsed;
  builtInParsed = parsed(BUILT_IN_POLICIES);
  preparse(BUILT_IN_NAME, builtInParsed.policies);
  return builtInParsed;
}

function parsed(text: string): ParsedPolicies {
  const result = parsePolicies(text);
  if ('problems' in result) throw new Error(`stored policies do not parse: ${result.problems[0]?.message ?? ''}`);
  return result;
}
