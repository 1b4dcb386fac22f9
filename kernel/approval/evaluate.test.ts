import { expect, test } from 'vitest';
import { canonicalJson, digestOf } from '../canonical.ts';
import type { Role } from '../identity/principal.ts';
import { parseInstant } from '../time.ts';
import type { Decision } from './decision.ts';
import { refuseDecision } from './deciding.ts';
import { later } from './duration.ts';
import { evaluate } from './evaluate.ts';
import type { EvidenceRow } from './evidenceRow.ts';
import { evidenceDigestOf } from './evidenceDigest.ts';
import type { EvidenceKind } from './evidenceValue.ts';
import type { Facts } from './facts.ts';
import type { ApprovalPolicy } from './guards.ts';
import type { Person } from './people.ts';
import type { PolicyDocument } from './policyDocument.ts';
import type { ApprovalRequest } from './request.ts';

const NOW = parseInstant('2026-11-21T12:00:00Z');
const BYTES = digestOf('bytes');
const DAY_MS = 86_400_000;

const document: PolicyDocument = {
  target: { kind: 'MODEL_STAGE', stage: 'production' },
  reviewers: [{ role: 'steward', min: 1 }],
  forbid: ['creator', 'requester', 'ownerTeam'],
  evidence: [{ kind: 'metrics', cel: 'auc >= 0.75', maxAge: 'P30D' }],
  requestExpiresAfter: 'P14D',
  validFor: 'P180D',
  cooldown: 'P1D',
  rollback: 'REUSE',
  breakGlass: null,
};

const policy = (changes: Partial<PolicyDocument> = {}, version = 1): ApprovalPolicy => ({
  name: 'production',
  version,
  document: { ...document, ...changes },
  digest: digestOf(changes),
  reason: '',
  authorId: 'usr_admin',
  evidenceSince: [parseInstant('2026-01-01T00:00:00Z')],
  effectiveFrom: parseInstant('2026-01-01T00:00:00Z'),
  effectiveTo: null,
});

const row = (value: object, changes: Partial<EvidenceRow> = {}): EvidenceRow => ({
  id: 'evd_1',
  subjectId: 'mdv_1',
  subjectDigest: BYTES,
  kind: 'metrics' satisfies EvidenceKind,
  name: '',
  producerId: 'svc_ci',
  tool: 't',
  toolVersion: '1',
  inputsDigest: null,
  value: canonicalJson(value),
  digest: digestOf(value),
  eventId: 'evt_1',
  recordedAt: later(NOW, -DAY_MS),
  ...changes,
});

const person = (id: string, changes: Partial<Person> = {}): Person => ({
  id,
  kind: 'user',
  isActive: true,
  roles: ['steward'] satisfies readonly Role[],
  teams: [],
  humanId: id,
  ...changes,
});

const evidence = [row({ auc: 0.8 })];

const request = (changes: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  id: 'apr_1',
  targetKind: 'MODEL_STAGE',
  targetKey: 'production',
  subjectId: 'mdv_1',
  contentDigest: BYTES,
  evidenceDigest: evidenceDigestOf(document, evidence),
  policyName: 'production',
  policyVersion: 1,
  policyDigest: digestOf(''),
  reason: '',
  state: 'OPEN',
  stateReason: null,
  version: 1,
  round: 1,
  requestedBy: 'usr_req',
  requestedAt: NOW,
  decideBy: later(NOW, DAY_MS),
  decidedAt: null,
  validUntil: null,
  grantSeconds: null,
  grantUntil: null,
  endedAt: null,
  ...changes,
});

const said = (by: string, changes: Partial<Decision> = {}): Decision => ({
  id: `dcn_${by}`,
  requestId: 'apr_1',
  round: 1,
  reviewerId: by,
  madeBy: by,
  verdict: 'APPROVE',
  contentDigest: BYTES,
  evidenceDigest: evidenceDigestOf(document, evidence),
  comment: '',
  eventId: 'evt_2',
  decidedAt: NOW,
  resolvedBy: null,
  resolvedAt: null,
  resolution: null,
  ...changes,
});

const facts = (changes: Partial<Facts> = {}, people: readonly Person[] = []): Facts => ({
  target: { kind: 'MODEL_STAGE', key: 'production' },
  subject: {
    subjectId: 'mdv_1',
    subjectType: 'ModelVersion',
    groupId: 'mdl_1',
    name: 'churn:1',
    resourceNo: null,
    contentDigest: BYTES,
    creatorIds: ['svc_ci'],
    ownerIds: ['tea_own'],
    tags: [],
  },
  contentDigest: BYTES,
  policy: policy(),
  request: request(),
  frozen: policy(),
  decisions: [said('usr_rev')],
  evidence,
  championEvidence: null,
  people: new Map(
    [
      person('usr_rev'),
      person('usr_req'),
      person('svc_ci', { kind: 'service', humanId: 'usr_maker' }),
      person('usr_maker'),
      ...people,
    ].map((one) => [one.id, one]),
  ),
  reviewingTeams: 2,
  lastRejectedAt: null,
  lastEnd: null,
  at: NOW,
  ...changes,
});

const unmet = (changes: Partial<Facts>, people?: readonly Person[]): readonly string[] =>
  evaluate(facts(changes, people)).flatMap(({ rule, state }) => (state === 'PASS' ? [] : [`${rule} ${state}`]));

test('every rule holds in the facts that the others are made of', () => {
  expect(unmet({})).toEqual([]);
  expect(evaluate(facts()).map(({ rule }) => rule)).toEqual(['content', 'evidence.metrics', 'policy', 'review.1', 'validity']);
});

test.each<readonly [string, Partial<Facts>, readonly string[]]>([
  ['it is not sealed', { contentDigest: null }, ['content MISSING']],
  [
    'other content',
    { contentDigest: digestOf('x'), subject: { ...facts().subject, contentDigest: digestOf('x') } },
    ['content STALE', 'evidence.metrics STALE'],
  ],
  [
    'no evidence',
    { evidence: [], request: request({ evidenceDigest: evidenceDigestOf(document, []) }) },
    ['evidence.metrics MISSING', 'review.1 MISSING'],
  ],
  ['evidence that changed', { evidence: [row({ auc: 0.9 })] }, ['policy STALE']],
  [
    'a threshold that does not hold',
    { evidence: [row({ auc: 0.7 })], request: request({ evidenceDigest: evidenceDigestOf(document, [row({ auc: 0.7 })]) }) },
    ['evidence.metrics FAIL', 'review.1 MISSING'],
  ],
  [
    'evidence that is as old as it may be',
    { at: later(NOW, 29 * DAY_MS), request: request({ decideBy: later(NOW, 60 * DAY_MS) }) },
    ['evidence.metrics STALE'],
  ],
  ['a policy that asks for more', { policy: policy({ reviewers: [{ role: 'steward', min: 2 }] }, 2) }, ['policy STALE']],
  ['another policy', { policy: { ...policy(), name: 'other' } }, ['policy STALE']],
  ['nobody', { decisions: [] }, ['review.1 MISSING']],
  ['an abstention', { decisions: [said('usr_rev', { verdict: 'ABSTAIN' })] }, ['review.1 MISSING']],
  ['an approval of other content', { decisions: [said('usr_rev', { contentDigest: digestOf('x') })] }, ['review.1 MISSING']],
  ['an approval on other evidence', { decisions: [said('usr_rev', { evidenceDigest: digestOf('x') })] }, ['review.1 MISSING']],
  ['whoever asked', { decisions: [said('usr_req')] }, ['review.1 MISSING']],
  ['whose service made it', { decisions: [said('usr_maker')] }, ['review.1 MISSING']],
  ['a service', { decisions: [said('svc_ci')] }, ['review.1 MISSING']],
  ['a challenge', { decisions: [said('usr_rev'), said('usr_x', { verdict: 'CHALLENGE' })] }, ['challenge.dcn_usr_x FAIL']],
  ['a resolved challenge', { decisions: [said('usr_rev'), said('usr_x', { verdict: 'CHALLENGE', resolvedAt: NOW })] }, []],
  ['time that is over', { at: later(NOW, DAY_MS) }, ['validity FAIL']],
  ['time that is nearly over', { at: later(NOW, DAY_MS - 1) }, []],
  ['an approval that is over', { request: request({ state: 'APPROVED', validUntil: NOW }) }, ['validity FAIL']],
  ['a rejection a moment ago', { request: null, frozen: null, lastRejectedAt: later(NOW, 1 - DAY_MS) }, ['cooldown FAIL']],
  ['a rejection a day ago', { request: null, frozen: null, lastRejectedAt: later(NOW, -DAY_MS) }, []],
])('%s', (_, changes, expected) => {
  expect(unmet(changes)).toEqual(expected);
});

test.each<readonly [string, Partial<Person>, string]>([
  ['was deactivated', { isActive: false }, 'may not act any more'],
  ['lost the role', { roles: ['analyst'] }, 'holds none of the roles'],
  ['came into a team that owns it', { teams: ['tea_own'] }, 'is in a team that owns it'],
])('a reviewer who %s since counts no more, and it is said why', (_, changes, why) => {
  const review = evaluate(facts({}, [person('usr_rev', changes)])).find(({ rule }) => rule === 'review.1');
  expect(review).toMatchObject({ state: 'MISSING', command: 'cadastre approvals approve apr_1' });
  expect(review?.reason).toContain(`usr_rev approved but ${why}`);
});

test('an absent threshold does not make old evidence stale, a threshold that came later does', () => {
  const plain = policy({ evidence: [{ kind: 'metrics' }] });
  const late = (found: ApprovalPolicy): ApprovalPolicy => ({ ...found, evidenceSince: [NOW] });
  const held = (frozen: ApprovalPolicy) => unmet({ frozen, policy: frozen });
  expect(held(late(plain))).toEqual([]);
  expect(held(late(policy()))).toEqual(['evidence.metrics STALE']);
});

test('where nothing is forbidden, whoever asked may approve', () => {
  const open = policy({ forbid: [] });
  expect(unmet({ frozen: open, policy: open, decisions: [said('usr_req')] })).toEqual([]);
});

const codeFor = (caller: string, changes: Partial<Facts> = {}, reviewer = caller): string | null => {
  const found = facts({ decisions: [], ...changes }, [person('usr_new'), person('usr_poor', { roles: ['analyst'] })]);
  const of = (id: string): Person => found.people.get(id) ?? person(id);
  return refuseDecision({ ...found, policy: found.policy }, { caller: of(caller), reviewer: of(reviewer) })?.refusal.code ?? null;
};

test('who may say something', () => {
  expect(codeFor('usr_new')).toBeNull();
  expect(codeFor('usr_poor')).toBe('NOT_A_REVIEWER');
  expect(codeFor('usr_req')).toBe('FOUR_EYES');
  expect(codeFor('usr_maker')).toBe('FOUR_EYES');
  expect(codeFor('svc_ci')).toBe('NOT_HUMAN');
  expect(codeFor('usr_new', { decisions: [said('usr_new')] })).toBe('ALREADY_DECIDED');
  expect(codeFor('usr_new', { decisions: [said('usr_new', { verdict: 'CHALLENGE', resolvedAt: NOW })] })).toBeNull();
  // For somebody else: neither may have spoken, neither may be forbidden, and the judgement is that of the reviewer.
  expect(codeFor('usr_poor', {}, 'usr_new')).toBeNull();
  expect(codeFor('usr_new', {}, 'usr_poor')).toBe('NOT_A_REVIEWER');
  expect(codeFor('usr_req', {}, 'usr_new')).toBe('FOUR_EYES');
  expect(codeFor('usr_new', {}, 'usr_req')).toBe('FOUR_EYES');
  expect(codeFor('usr_poor', { decisions: [said('usr_new')] }, 'usr_new')).toBe('ALREADY_DECIDED');
  expect(codeFor('usr_poor', { decisions: [said('usr_x', { madeBy: 'usr_poor' })] }, 'usr_new')).toBe('ALREADY_DECIDED');
});
