import { parse as parseSdl } from 'graphql';
import { expect, test } from 'vitest';
import { readTypeDefs } from '../kernel/graph/typeDefs.ts';
import { parsePolicyTests, POLICY_TEST_INPUTS } from './policyTests.ts';

const CASE = { name: 'n', principal: { roles: ['analyst'] }, action: 'catalog.browse', expect: 'ALLOW' };
const parse = (tests: unknown) => parsePolicyTests('t.json', JSON.stringify(tests));

test('cases are taken as they are written', () => {
  const full = { ...CASE, resource: { tags: ['pii'], columnTags: null }, by: 'role.analyst' };
  expect(parse([CASE, full])).toEqual([CASE, full]);
});

test.each([
  ['an unknown role', [CASE, { ...CASE, principal: { roles: ['king'] } }], /^t\.json: test 2\.principal\.roles\.0: .*admin/],
  ['an unknown end', [{ ...CASE, expect: 'MAYBE' }], /^t\.json: test 1\.expect: .*ALLOW/],
  ['a field that there is not', [{ ...CASE, asset: 'x' }], /^t\.json: test 1: .*asset/],
  ['no list', CASE, /^t\.json: not a list of tests/],
])('%s is said of the file and the place', (_what, tests, message) => {
  expect(() => parse(tests)).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) }),
  );
});

test.each(Object.entries(POLICY_TEST_INPUTS))('%s has the fields that the schema has', (name, { shape }) => {
  const input = parseSdl(readTypeDefs('governance')).definitions.find(
    (definition) => definition.kind === 'InputObjectTypeDefinition' && definition.name.value === name,
  );
  const fields = input?.kind === 'InputObjectTypeDefinition' ? (input.fields ?? []).map((field) => field.name.value) : [];
  expect(new Set(Object.keys(shape))).toEqual(new Set(fields));
});

test('what is no JSON is said to be none', () => {
  expect(() => parsePolicyTests('t.json', '{')).toThrow(/^t\.json is not JSON/);
});
