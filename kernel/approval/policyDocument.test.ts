import { expect, test } from 'vitest';
import { PRODUCTION_DOCUMENT } from './ensureProduction.ts';
import { isStricter } from './isStricter.ts';
import { type PolicyDocument, readPolicyDocument } from './policyDocument.ts';

const problemsOf = (changes: object): string => {
  const read = readPolicyDocument({ ...PRODUCTION_DOCUMENT, ...changes });
  return 'problems' in read ? read.problems.join('\n') : 'none';
};

test('the policy that every installation begins with is one', () => {
  expect(problemsOf({})).toBe('none');
});

test.each<readonly [string, object, string]>([
  ['another field', { extra: 1 }, 'Unrecognized key'],
  ['no reviewers', { reviewers: [] }, 'reviewers'],
  ['role and team', { reviewers: [{ role: 'steward', team: 'tea_1', min: 1 }] }, 'Name either a role or a team.'],
  ['bots as reviewers', { reviewers: [{ role: 'bot', min: 1 }] }, 'Bots do not review.'],
  ['nobody has to approve', { reviewers: [{ role: 'steward', min: 0 }] }, 'reviewers.0.min'],
  ['a model without a stage', { target: { kind: 'MODEL_STAGE' } }, 'has a stage'],
  ['a dataset with a stage', { target: { kind: 'DATASET_ACCESS', stage: 'x' } }, 'others have none'],
  ['a stage that looks like another', { target: { kind: 'MODEL_STAGE', stage: 'prоduction' } }, 'A stage has letters'],
  ['months', { validFor: 'P6M' }, 'ISO 8601'],
  ['a long emergency', { breakGlass: { maxDuration: 'PT25H' } }, 'At most a day'],
  ['broken CEL', { evidence: [{ kind: 'metrics', cel: 'auc >=' }] }, 'evidence.0.cel: CEL: Unexpected token'],
  ['CEL of another type', { evidence: [{ kind: 'metrics', cel: 'auc + 1.0' }] }, 'a threshold is true or false'],
  ['two rules about the same', { evidence: [{ kind: 'metrics' }, { kind: 'metrics' }] }, 'Two rules are about the same evidence'],
  ['unknown evidence', { evidence: [{ kind: 'vibes' }] }, 'evidence.0.kind'],
])('%s is said', (_, changes, problem) => {
  expect(problemsOf(changes)).toContain(problem);
});

test('a stage is kept as it is compared', () => {
  const read = readPolicyDocument({ ...PRODUCTION_DOCUMENT, target: { kind: 'MODEL_STAGE', stage: ' PRODUCTION ' } });
  expect('document' in read ? read.document.target.stage : null).toBe('production');
});

const base: PolicyDocument = PRODUCTION_DOCUMENT;

test.each<readonly [string, Partial<PolicyDocument>, boolean]>([
  ['the same', {}, false],
  ['fewer reviewers', { reviewers: [{ role: 'steward', min: 1, distinctTeams: true }] }, false],
  ['more reviewers', { reviewers: [{ role: 'steward', min: 3, distinctTeams: true }] }, true],
  ['reviewers of any team', { reviewers: [{ role: 'steward', min: 2 }] }, false],
  ['another rule about reviewers', { reviewers: [...base.reviewers, { team: 'tea_1', min: 1 }] }, true],
  ['another role', { reviewers: [{ role: 'admin', min: 1 }] }, true],
  ['owners may review', { forbid: ['creator', 'requester'] }, false],
  ['another threshold', { evidence: [{ kind: 'metrics', cel: 'auc >= 0.5' }] }, true],
  ['less evidence', { evidence: [{ kind: 'metrics', cel: 'auc >= 0.75' }] }, false],
  ['more evidence', { evidence: [...base.evidence, { kind: 'lineage' }] }, true],
  ['evidence that ages', { evidence: base.evidence.map((rule) => ({ ...rule, maxAge: 'P30D' })) }, true],
  ['a shorter validity', { validFor: 'P90D' }, true],
  ['a longer validity', { validFor: 'P365D' }, false],
  ['another emergency', { breakGlass: null }, false],
])('%s: stricter or not', (_, changes, expected) => {
  expect(isStricter({ ...base, ...changes }, base)).toBe(expected);
});
