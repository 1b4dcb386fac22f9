import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Principal } from '../identity/principal.ts';
import { parsePolicies, validatePolicies } from './cedar.ts';
import type { ClassFacts } from './facts.ts';
import { PolicySet } from './policySet.ts';

/** Cedar itself, asked asset by asset, is the truth that the bitmap is held to. */

const TAGS = ['pii', 'payroll', 'gold', 'ünïcode', 'a*b'];
const TEAMS = ['tea_finance', 'tea_sales', 'tea_all'];
const PEOPLE = ['usr_ada', 'usr_bob', ...TEAMS];
const CONTAINERS = ['', 'shop', 'shop.public', 'shop.hr', 'shop.hr_old', 'hr'];

const principals: fc.Arbitrary<Principal> = fc.record({
  id: fc.constantFrom('usr_ada', 'usr_bob', 'usr_eve'),
  kind: fc.constantFrom('user' as const, 'service' as const),
  name: fc.constant('X'),
  roles: fc.subarray(['admin', 'steward', 'analyst', 'bot'] as const),
  scopes: fc.constant(['graph'] as const),
  teams: fc.subarray(TEAMS),
  onBehalfOf: fc.constant(null),
  authMethod: fc.constant('access-key' as const),
});

const assets: fc.Arbitrary<ClassFacts> = fc.record({
  type: fc.constantFrom('Dataset', 'Container', 'Dashboard', 'GlossaryTerm'),
  owners: fc.subarray(PEOPLE),
  tags: fc.subarray(TAGS),
  columnTags: fc.subarray(TAGS),
  namespace: fc.constantFrom('postgres://db:5432', 'sample://greenhouse'),
  container: fc.constantFrom(...CONTAINERS),
  platform: fc.constantFrom('postgres', 'duckdb'),
  readers: fc.subarray(PEOPLE),
});

const quoted = (text: string): string => JSON.stringify(text);
const tagSets = fc.subarray(TAGS).map((tags) => `[${tags.map(quoted).join(', ')}]`);
const atoms = fc.oneof(
  fc
    .tuple(fc.constantFrom('tags', 'columnTags'), fc.constantFrom(...TAGS))
    .map(([set, tag]) => `resource.${set}.contains(${quoted(tag)})`),
  fc
    .tuple(fc.constantFrom('tags', 'columnTags'), fc.constantFrom('containsAll', 'containsAny'), tagSets)
    .filter(([, , tags]) => tags !== '[]')
    .map(([set, method, tags]) => `resource.${set}.${method}(${tags})`),
  fc.constantFrom('resource.tags.isEmpty()', 'resource.owners.isEmpty()', 'resource.tags == resource.columnTags'),
  fc.constantFrom('principal in resource.owners', 'resource.owners.contains(principal)', 'principal in resource.readers'),
  fc.constantFrom(...TEAMS).map((team) => `principal in Principal::${quoted(team)}`),
  fc.constantFrom(...TEAMS).map((team) => `resource.owners.contains(Principal::${quoted(team)})`),
  fc.constantFrom('shop*', '*hr*', 'shop.hr', '*', '', 'shop?', '*.*').map((like) => `resource.container like ${quoted(like)}`),
  fc.constantFrom(...CONTAINERS).map((name) => `resource.container != ${quoted(name)}`),
  fc.constantFrom('user', 'service').map((kind) => `principal.kind == ${quoted(kind)}`),
  fc.constantFrom('Dataset', 'Container', 'GlossaryTerm').map((type) => `resource is ${type}`),
  fc.constantFrom('resource has tags', 'resource.platform == "postgres"', 'true', 'false'),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    atoms,
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} || ${b})`),
    tie('condition').map((a) => `!(${a})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
  ),
}));
const scopes = fc.constantFrom('principal', 'principal in Role::"analyst"', 'principal == Principal::"usr_ada"');
const policies = fc
  .array(
    fc.record({
      effect: fc.constantFrom('permit', 'forbid'),
      who: scopes,
      what: fc.constantFrom('resource', 'resource is Dataset'),
      when: condition,
      unless: fc.option(condition),
    }),
    { maxLength: 5 },
  )
  .map((all) =>
    all
      .map(
        ({ effect, who, what, when, unless }, i) =>
          `@id("p${i}") ${effect} (${who}, action == Action::"catalog.read", ${what}) when { ${when} }${unless === null ? '' : ` unless { ${unless} }`};`,
      )
      .join('\n'),
  );

test('the bitmap of classes is what Cedar decides asset by asset', () => {
  let decided = 0;
  fc.assert(
    fc.property(policies, principals, fc.array(assets, { minLength: 1, maxLength: 12 }), (text, principal, all) => {
      const parsed = parsePolicies(text);
      if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
      // Strict validation refuses some sentences, e.g. what can never hold.
      fc.pre(validatePolicies(parsed.policies).length === 0);
      const set = new PolicySet(text);
      const classes = all.map((facts, i) => ({ aclId: i * 3, facts }));
      const bits = set.rights(principal, 'catalog.read').bits(classes);
      for (const { aclId, facts } of classes) {
        const isOpen = ((bits[aclId >> 3] ?? 0) & (1 << (aclId & 7))) !== 0;
        expect(isOpen, JSON.stringify({ text, principal, facts })).toBe(
          set.decide(principal, 'catalog.read', facts).effect === 'allow',
        );
        decided++;
      }
    }),
    { numRuns: 150 },
  );
  expect(decided).toBeGreaterThan(300);
});

test('bits of later classes are added to those of earlier ones', () => {
  const set = new PolicySet('');
  const facts: ClassFacts = {
    type: 'Dataset',
    owners: [],
    tags: [],
    columnTags: [],
    namespace: 'n',
    container: 'c',
    platform: 'p',
  };
  const reader: Principal = {
    id: 'usr_x',
    kind: 'user',
    name: 'X',
    roles: ['analyst'],
    scopes: ['graph'],
    teams: [],
    onBehalfOf: null,
    authMethod: 'access-key',
  };
  const classes = [{ aclId: 0, facts }];
  const rights = set.rights(reader, 'catalog.read');
  const before = rights.bits(classes);
  classes.push({ aclId: 9, facts });
  expect([...rights.bits(classes)]).toEqual([1, 2]);
  expect([...before]).toEqual([1]);
});
