import { expect, test } from 'vitest';
import type { Principal, Role, Scope } from '../identity/principal.ts';
import { decide, policyDigest, requireAction } from './decision.ts';

const principal = (roles: readonly Role[], scopes: readonly Scope[] = ['graph']): Principal => ({
  id: 'usr_x',
  kind: 'user',
  name: 'X',
  roles,
  scopes,
  onBehalfOf: null,
  authMethod: 'access-key',
});

test('a decision names the roles that made it, and by which rules', () => {
  expect(decide(principal(['analyst', 'admin', 'steward']), 'catalog.curate')).toEqual({
    effect: 'allow',
    policyIds: ['role:admin:catalog.curate', 'role:steward:catalog.curate'],
    policyDigest,
  });
});

test('a denial names its policy, too', () => {
  expect(decide(principal(['analyst']), 'identity.manage')).toEqual({
    effect: 'deny',
    policyIds: ['role:none:identity.manage'],
    policyDigest,
  });
});

test('nobody may anything without a role', () => {
  expect(decide(principal([]), 'catalog.read').effect).toBe('deny');
});

test('a token for ingest may nothing in the graph, whatever the roles', () => {
  expect(decide(principal(['admin'], ['ingest']), 'catalog.read').effect).toBe('deny');
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
  ['admin', 'catalog.manageSources', 'allow'],
  ['steward', 'catalog.manageSources', 'deny'],
] as const)('%s, %s: %s', (role, action, effect) => {
  expect(decide(principal([role]), action).effect).toBe(effect);
});

test('who must be allowed and is not learns which roles would do', () => {
  expect(() => requireAction(principal(['bot']), 'audit.read')).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN', message: 'audit.read needs one of the roles admin, steward.' }),
  );
});
