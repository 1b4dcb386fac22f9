import { expect, test } from 'vitest';
import { GROUP, USER } from './attribute.ts';
import { coerceResource } from './coerce.ts';
import { applyPatch } from './patch.ts';
import { readPatch } from './readPatch.ts';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ada = {
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Byron' },
  active: true,
  emails: [
    { value: 'ada@work.example', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
};
const team = { displayName: 'Tour guides', members: [{ value: 'a' }, { value: 'b' }] };
const patch = (resource: object, operations: readonly object[], schema = USER) =>
  applyPatch(resource as typeof ada, readPatch({ schemas: [PATCH], Operations: operations }), schema);

test.each([
  ['replaces one value', { op: 'replace', path: 'active', value: false }, { ...ada, active: false }],
  ['reads any case, and truth as text', { op: 'Replace', path: 'ACTIVE', value: 'False' }, { ...ada, active: false }],
  [
    'needs no path',
    { op: 'replace', value: { active: 'False', displayName: 'Ada' } },
    { ...ada, active: false, displayName: 'Ada' },
  ],
  ['adds a part', { op: 'add', path: 'name.formatted', value: 'Ada B' }, { ...ada, name: { ...ada.name, formatted: 'Ada B' } }],
  [
    'reads paths as names',
    { op: 'add', value: { 'name.givenName': 'A' } },
    { ...ada, name: { givenName: 'A', familyName: 'Byron' } },
  ],
  [
    'merges parts',
    { op: 'replace', path: 'name', value: { givenName: 'A' } },
    { ...ada, name: { givenName: 'A', familyName: 'Byron' } },
  ],
  [
    'knows the schema before a name',
    { op: 'replace', path: `${USER.id}:name.givenName`, value: 'A' },
    { ...ada, name: { givenName: 'A', familyName: 'Byron' } },
  ],
  ['removes a value', { op: 'remove', path: 'name.familyName' }, { ...ada, name: { givenName: 'Ada' } }],
  ['takes null for removal', { op: 'replace', path: 'name', value: null }, without(ada, 'name')],
  ['leaves out what it does not know', { op: 'add', path: 'phoneNumbers[type eq "work"].value', value: '1' }, ada],
  [
    'leaves out other schemas',
    { op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', value: 'x' },
    ada,
  ],
  ['leaves out unknown names without path', { op: 'replace', value: { id: 'x', nickName: 'y', meta: { version: 'z' } } }, ada],
  [
    'changes one of several',
    { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@work.example' },
    { ...ada, emails: [{ value: 'new@work.example', type: 'work', primary: true }, ada.emails[1]] },
  ],
  [
    'makes one that is not there yet',
    { op: 'Add', path: 'emails[type eq "other"].value', value: 'ada@other.example' },
    { ...ada, emails: [...ada.emails, { type: 'other', value: 'ada@other.example' }] },
  ],
  ['adds nothing twice', { op: 'add', path: 'emails', value: [{ value: 'ada@home.example', type: 'home' }] }, ada],
  [
    'keeps one primary',
    { op: 'add', path: 'emails', value: { value: 'x@y', primary: true } },
    { ...ada, emails: [{ ...ada.emails[0], primary: false }, ada.emails[1], { value: 'x@y', primary: true }] },
  ],
  ['removes one of several', { op: 'remove', path: 'emails[type eq "home"]' }, { ...ada, emails: [ada.emails[0]] }],
  ['removes by a longer filter', { op: 'remove', path: 'emails[type eq "home" or (value co "WORK")]' }, without(ada, 'emails')],
  ['removes all', { op: 'remove', path: 'emails' }, without(ada, 'emails')],
] as const)('a patch of a user %s', (_what, operation, expected) => {
  expect(patch(ada, [operation])).toEqual(expected);
  // Sent twice, it changes nothing more.
  expect(patch(ada, [operation, operation])).toEqual(expected);
});

test.each([
  ['adds a member', { op: 'add', path: 'members', value: [{ value: 'c' }] }, ['a', 'b', 'c']],
  ['adds a member with null parts', { op: 'Add', path: 'members', value: [{ $ref: null, value: 'c' }] }, ['a', 'b', 'c']],
  ['adds a member by its id alone', { op: 'Add', path: 'members', value: 'c' }, ['a', 'b', 'c']],
  ['adds a member who is there', { op: 'add', path: 'members', value: [{ value: 'a', display: 'x' }] }, ['a', 'b']],
  ['adds members without path', { op: 'add', value: { members: [{ value: 'c' }, { value: 'c' }] } }, ['a', 'b', 'c']],
  ['replaces all members', { op: 'replace', path: 'members', value: [{ value: 'c' }] }, ['c']],
  ['replaces all with nobody', { op: 'replace', path: 'members', value: [] }, undefined],
  ['removes one by path', { op: 'remove', path: 'members[value eq "a"]' }, ['b']],
  ['removes one by value', { op: 'Remove', path: 'members', value: [{ value: 'a' }] }, ['b']],
  ['removes nobody by an empty list', { op: 'Remove', path: 'members', value: [] }, ['a', 'b']],
  ['removes one who is not there', { op: 'remove', path: 'members[value eq "z"]' }, ['a', 'b']],
  ['removes all', { op: 'remove', path: 'members' }, undefined],
  ['renames with the id in the value', { op: 'replace', value: { id: 'tea_x', displayName: 'Tour guides' } }, ['a', 'b']],
] as const)('a patch of a group %s', (_what, operation, expected) => {
  const members = (patched: object) => (patched as { members?: { value: string }[] }).members?.map(({ value }) => value);
  expect(members(patch(team, [operation], GROUP))).toEqual(expected);
  expect(members(patch(team, [operation, operation], GROUP))).toEqual(expected);
});

test.each([
  ['a removal without path', { op: 'remove' }, 'noTarget'],
  ['an unknown operation', { op: 'move', path: 'active' }, 'invalidSyntax'],
  ['what the server writes', { op: 'replace', path: 'id', value: 'x' }, 'mutability'],
  ['a part that the server writes', { op: 'replace', path: 'meta.version', value: 'x' }, 'mutability'],
  ['a path that is none', { op: 'replace', path: 'emails[type eq "work"', value: 'x' }, 'invalidPath'],
  ['a filter that is none', { op: 'replace', path: 'emails[type is "work"]', value: 'x' }, 'invalidFilter'],
  ['a filter on one value', { op: 'replace', path: 'name[givenName eq "x"]', value: 'x' }, 'invalidPath'],
  ['a path that is a number', { op: 'replace', path: 7, value: 'x' }, 'invalidPath'],
  ['a wrong truth', { op: 'replace', path: 'active', value: 'perhaps' }, 'invalidValue'],
  ['a number for a text', { op: 'replace', path: 'displayName', value: 7 }, 'invalidValue'],
  ['no object without path', { op: 'replace', value: 'x' }, 'invalidValue'],
  ['U+0000', { op: 'replace', path: 'displayName', value: 'a\0b' }, 'invalidValue'],
  ['half a character', { op: 'replace', path: 'displayName', value: '\ud800' }, 'invalidValue'],
  [
    'one of several that none fits and none can be made for',
    { op: 'replace', path: 'emails[value co "nobody"].type', value: 'x' },
    'noTarget',
  ],
])('a patch with %s is refused', (_what, operation, scimType) => {
  expect(() => patch(ada, [operation])).toThrow(expect.objectContaining({ extensions: { scimType } }));
});

test('members are never made out of a filter', () => {
  const operation = { op: 'add', path: 'members[value eq "z"].type', value: 'User' };
  expect(() => patch(team, [operation], GROUP)).toThrow(expect.objectContaining({ extensions: { scimType: 'mutability' } }));
});

test.each([
  ['no operations', { schemas: [PATCH], Operations: [] }],
  ['too many operations', { Operations: Array.from({ length: 1_001 }, () => ({ op: 'add', path: 'title', value: 'x' })) }],
  ['another message', { schemas: ['urn:example'], Operations: [{ op: 'add', path: 'title', value: 'x' }] }],
  ['a list', []],
])('a body with %s is refused', (_what, body) => {
  expect(() => readPatch(body)).toThrow(expect.objectContaining({ extensions: { scimType: 'invalidSyntax' } }));
});

test('a resource is read in any case, without what nobody knows and what only the server writes', () => {
  const body = {
    schemas: [USER.id.toUpperCase()],
    USERNAME: 'ada@example.com',
    id: 'x',
    meta: {},
    groups: [{ value: 'x' }],
    shoeSize: 7,
    title: null,
    emails: [],
  };
  expect(coerceResource(USER, body)).toEqual({ userName: 'ada@example.com' });
  expect(() => coerceResource(USER, { userName: 'a', username: 'b' })).toThrow(/twice/);
});

function without(object: object, name: string): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
