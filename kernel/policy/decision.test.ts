import { expect, test } from 'vitest';
import { internalPrincipal } from '../identity/internal.ts';
import type { Principal, Role, Scope } from '../identity/principal.ts';
import { type Caller, decide, requireAction } from './decision.ts';
import type { ClassFacts } from './facts.ts';
import { builtInPolicies } from './inForce.ts';
import { PolicySet } from './policySet.ts';

const caller = (roles: readonly Role[], more: Partial<Principal> = {}, policies = builtInPolicies()): Caller => ({
  policies,
  principal: {
    id: 'usr_x',
    kind: 'user',
    name: 'X',
    roles,
    scopes: ['graph'],
    teams: [],
    onBehalfOf: null,
    authMethod: 'access-key',
    ...more,
  },
});

const facts = (more: Partial<ClassFacts> = {}): ClassFacts => ({
  type: 'Dataset',
  owners: [],
  tags: [],
  columnTags: [],
  namespace: 'postgres://db:5432',
  container: 'shop.public',
  platform: 'postgres',
  ...more,
});

test('a decision names the policies that made it, and the set by its digest', () => {
  const asked = caller(['analyst', 'admin', 'steward']);
  expect(decide(asked, 'catalog.curate', facts())).toEqual({
    effect: 'allow',
    policyIds: ['role.admin', 'role.steward'],
    policyDigest: asked.policies.digest,
  });
});

test('where no policy permits, that is said', () => {
  expect(decide(caller(['analyst']), 'identity.manage')).toMatchObject({ effect: 'deny', policyIds: ['default.deny'] });
  expect(decide(caller([]), 'catalog.browse').effect).toBe('deny');
});

test('a token for ingest may nothing in the graph, whatever the roles', () => {
  const scopes: readonly Scope[] = ['ingest'];
  expect(decide(caller(['admin'], { scopes }), 'catalog.browse')).toMatchObject({ effect: 'deny', policyIds: ['scope.graph'] });
});

test.each([
  ['admin', 'identity.manage', 'allow'],
  ['steward', 'identity.manage', 'deny'],
  ['steward', 'audit.read', 'allow'],
  ['analyst', 'audit.read', 'deny'],
  ['bot', 'audit.read', 'deny'],
  ['steward', 'identity.readEmail', 'allow'],
  ['analyst', 'identity.readEmail', 'deny'],
  ['bot', 'catalog.crawl', 'allow'],
  ['analyst', 'catalog.crawl', 'deny'],
  ['bot', 'catalog.releaseCrawl', 'deny'],
  ['admin', 'catalog.manageSources', 'allow'],
  ['steward', 'catalog.manageSources', 'deny'],
  ['steward', 'policy.manage', 'deny'],
] as const)('%s, %s: %s', (role, action, effect) => {
  expect(decide(caller([role]), action).effect).toBe(effect);
});

test('who must be allowed and is not learns which roles would do', () => {
  expect(() => requireAction(caller(['bot']), 'audit.read')).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN', message: 'audit.read needs one of the roles admin, steward.' }),
  );
});

const finance = new PolicySet(`
  @id("finance.only") @reason("Payroll is for finance.") @control("SOC2:CC6.1")
  forbid (principal, action in [Action::"catalog.read", Action::"catalog.curate"], resource)
  when { resource.tags.contains("payroll") }
  unless { principal in Principal::"tea_finance" };
  @id("owners.curate") permit (principal, action == Action::"catalog.curate", resource) when { principal in resource.owners };`);

test('a policy of the installation restricts, by team', () => {
  const payroll = facts({ tags: ['payroll'] });
  expect(decide(caller(['analyst'], {}, finance), 'catalog.read', payroll)).toMatchObject({
    effect: 'deny',
    policyIds: ['finance.only'],
  });
  expect(decide(caller(['analyst'], { teams: ['tea_finance'] }, finance), 'catalog.read', payroll).effect).toBe('allow');
  expect(decide(caller(['analyst'], {}, finance), 'catalog.read', facts()).effect).toBe('allow');
});

test('a policy of the installation widens, by ownership through a team', () => {
  const owned = facts({ owners: ['tea_sales'] });
  expect(decide(caller(['analyst'], { teams: ['tea_sales'] }, finance), 'catalog.curate', owned).effect).toBe('allow');
  expect(decide(caller(['analyst'], {}, finance), 'catalog.curate', owned).effect).toBe('deny');
});

test('a denial carries its reason and its control', () => {
  expect(finance.annotation('finance.only', 'reason')).toBe('Payroll is for finance.');
  expect(finance.annotation('finance.only', 'control')).toBe('SOC2:CC6.1');
});

test('nobody locks out those who can repair policies, nor grants themselves that right', () => {
  const locked = new PolicySet('@id("nobody") forbid (principal, action, resource);');
  expect(decide(caller(['admin'], {}, locked), 'catalog.browse').effect).toBe('deny');
  expect(decide(caller(['admin'], {}, locked), 'policy.manage').effect).toBe('allow');
  const open = new PolicySet('@id("all") permit (principal, action, resource);');
  expect(decide(caller(['analyst'], {}, open), 'policy.manage').effect).toBe('deny');
});

test('no policy stops what Cadastre does itself', () => {
  const locked = new PolicySet('@id("nobody") forbid (principal, action, resource);');
  expect(decide({ principal: internalPrincipal, policies: locked }, 'catalog.crawl').effect).toBe('allow');
});
