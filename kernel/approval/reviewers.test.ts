import { expect, test } from 'vitest';
import type { Role } from '../identity/principal.ts';
import type { Person } from './people.ts';
import { type Candidate, countApprovals } from './reviewers.ts';

const person = (id: string, teams: readonly string[] = [], roles: readonly Role[] = ['steward']): Person => ({
  id,
  kind: 'user',
  isActive: true,
  roles,
  teams,
  humanId: id,
});
const own = (who: Person): Candidate => ({ reviewer: who, madeBy: who });
const TWO_APART = [{ role: 'steward', min: 2, distinctTeams: true }] as const;

test('two of one team are one', () => {
  expect(countApprovals(TWO_APART, [own(person('a', ['risk'])), own(person('b', ['risk']))])).toEqual([1]);
  expect(countApprovals(TWO_APART, [own(person('a', ['risk'])), own(person('b', ['law']))])).toEqual([2]);
});

test('whoever is in no team is in none of their own', () => {
  expect(countApprovals(TWO_APART, [own(person('a', ['risk'])), own(person('b'))])).toEqual([1]);
});

test('a team that all are in tells nobody apart, and keeps nobody from being told apart', () => {
  expect(countApprovals(TWO_APART, [own(person('a', ['all', 'risk'])), own(person('b', ['all', 'law']))])).toEqual([2]);
  expect(countApprovals(TWO_APART, [own(person('a', ['all', 'risk'])), own(person('b', ['all']))])).toEqual([1]);
});

test('the order in which they came does not matter', () => {
  const three = [person('a', ['risk']), person('b', ['risk', 'law']), person('c', ['law'])].map(own);
  expect(countApprovals(TWO_APART, three)).toEqual([2]);
  expect(countApprovals(TWO_APART, three.toReversed())).toEqual([2]);
});

test('whoever speaks for another is not independent of their own team', () => {
  const delegate = person('d', ['law']);
  const asked = [{ reviewer: person('a', ['risk']), madeBy: delegate }, own(person('c', ['law']))];
  expect(countApprovals(TWO_APART, asked)).toEqual([1]);
});

test('every human counts once over all rules', () => {
  const rules = [
    { role: 'steward', min: 1 },
    { team: 'privacy', min: 1 },
  ] as const;
  const both = own(person('a', ['privacy']));
  expect(countApprovals(rules, [both])).toEqual([1, 0]);
  expect(countApprovals(rules, [both, own(person('b'))])).toEqual([1, 1]);
  expect(countApprovals(rules, [own(person('b')), both])).toEqual([1, 1]);
});

test('many approvals that do not fit take no long time', () => {
  const many = Array.from({ length: 60 }, (_, i) => own(person(`p${i}`, [`t${i % 3}`])));
  const begun = performance.now();
  const rules = Array.from({ length: 5 }, () => ({ role: 'steward', min: 5, distinctTeams: true }) as const);
  expect(Math.max(...countApprovals(rules, many))).toBe(3);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
