import { expect, test } from 'vitest';
import type { Requirement } from '../../../../kernel/approval/requirement.ts';
import { digestText } from '../../../../kernel/canonical.ts';
import type { Instant } from '../../../../kernel/time.ts';
import { type GateFacts, verdictOf } from './verdict.ts';

const at = '2026-11-21T12:00:00.000000Z' as Instant;
const soon = '2026-11-21T12:00:00.000001Z' as Instant;
const digest = digestText('manifest');
const unmet: Requirement = {
  rule: 'review.1',
  kind: 'REVIEW',
  state: 'MISSING',
  reason: 'One more reviewer.',
  command: null,
  evidenceId: null,
};
const request = { id: 'apr_1', state: 'APPROVED', contentDigest: digest, validUntil: soon, stateReason: null } as const;
const binding = { kind: 'PROMOTION', boundFrom: at, expiresAt: null, incident: null } as const;
const facts: GateFacts = {
  version: { state: 'SEALED', number: 2, digest },
  stage: 'production',
  policy: 'production',
  request,
  requirements: [],
  binding: null,
  at,
};

test.each<[string, boolean, Partial<GateFacts>]>([
  ['APPROVED', true, {}],
  ['IN_STAGE', true, { request: { ...request, state: 'APPLIED' }, binding }],
  // Who reviewed may have left since: what is in use stays in use until its approval ends.
  ['IN_STAGE', true, { request: { ...request, state: 'APPLIED' }, binding, requirements: [unmet] }],
  ['UNGUARDED', true, { policy: null, request: null }],
  ['EMERGENCY', true, { request: null, binding: { ...binding, kind: 'BREAK_GLASS', expiresAt: soon } }],
  ['NOT_REQUESTED', false, { request: null, binding: { ...binding, kind: 'BREAK_GLASS', expiresAt: at } }],
  ['NOT_REQUESTED', false, { request: null, requirements: [unmet] }],
  ['PENDING', false, { request: { ...request, state: 'OPEN' } }],
  ['PENDING', false, { request: { ...request, state: 'NEEDS_REVALIDATION' } }],
  ['REJECTED', false, { request: { ...request, state: 'REJECTED' } }],
  ['VOIDED', false, { request: { ...request, state: 'VOIDED', stateReason: 'DAMAGED' }, binding }],
  ['REVOKED', false, { request: { ...request, state: 'REVOKED' }, binding }],
  ['WITHDRAWN', false, { request: { ...request, state: 'WITHDRAWN' } }],
  ['SUPERSEDED', false, { request: { ...request, state: 'SUPERSEDED' } }],
  ['SUPERSEDED', false, { request: { ...request, state: 'APPLIED' } }],
  ['EXPIRED', false, { request: { ...request, state: 'EXPIRED' }, binding }],
  ['EXPIRED', false, { request: { ...request, validUntil: at } }],
  ['EXPIRED', false, { request: { ...request, state: 'APPLIED', validUntil: at }, binding }],
  ['REQUIREMENTS_NOT_MET', false, { requirements: [unmet] }],
  ['VOIDED', false, { request: { ...request, contentDigest: digestText('another') } }],
  ['DRAFT', false, { version: { state: 'DRAFT', number: 2, digest: null }, policy: null }],
  [
    'DAMAGED',
    false,
    { version: { state: 'DAMAGED', number: 2, digest }, binding: { ...binding, kind: 'BREAK_GLASS', expiresAt: soon } },
  ],
])('%s: %s', (code, isAllowed, change) => {
  const verdict = verdictOf({ ...facts, ...change });
  expect(verdict).toMatchObject({ code, isAllowed });
  expect(verdict.until === null || verdict.until > at).toBe(true);
});
