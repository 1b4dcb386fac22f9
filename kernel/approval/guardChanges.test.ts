import { expect, test } from 'vitest';
import type { ApprovalPolicy } from './guards.ts';
import { guardChanges } from './guardChanges.ts';

const policy = (name: string, target: object): ApprovalPolicy => ({ name, document: { target } }) as ApprovalPolicy;
const POLICIES = [
  policy('production', { kind: 'MODEL_STAGE', stage: 'production' }),
  policy('risky', { kind: 'MODEL_STAGE', stage: 'production', tags: ['risk:high'] }),
  policy('secret', { kind: 'MODEL_STAGE', stage: 'shadow', tags: ['secret'] }),
  policy('terms', { kind: 'GLOSSARY_TERM_PUBLISHED' }),
];

test.each<readonly [readonly string[], readonly string[], readonly (readonly [string, string | null, string | null])[]]>([
  [['risk:high'], [], [['production', 'risky', 'production']]],
  [[], ['risk:high'], [['production', 'production', 'risky']]],
  [['secret'], [], [['shadow', 'secret', null]]],
  [
    ['secret'],
    ['risk:high'],
    [
      ['production', 'production', 'risky'],
      ['shadow', 'secret', null],
    ],
  ],
  [['risk:high'], ['risk:high', 'season'], []],
  [['season'], [], []],
  [['risk:low'], ['risk:lower'], []],
])('from %j to %j other policies guard: %j', (before, after, changes) => {
  expect(guardChanges(POLICIES, before, after).map(({ stage, before: was, after: is }) => [stage, was, is])).toEqual(changes);
});
