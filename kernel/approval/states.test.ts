import { expect, test } from 'vitest';
import { APPROVAL_STATES, isLive, mayGo, TRANSITIONS } from './states.ts';

test('what came to nothing stays so', () => {
  for (const state of ['REJECTED', 'EXPIRED', 'VOIDED', 'WITHDRAWN', 'REVOKED'] as const) expect(TRANSITIONS[state]).toEqual([]);
});

test('nothing is applied that was not approved', () => {
  const before = APPROVAL_STATES.filter((state) => mayGo(state, 'APPLIED'));
  expect(before).toEqual(['APPROVED', 'APPLIED', 'SUPERSEDED']);
});

test('every live state can be voided, withdrawn and can expire', () => {
  for (const state of APPROVAL_STATES.filter(isLive))
    for (const end of ['VOIDED', 'WITHDRAWN', 'EXPIRED'] as const) expect(mayGo(state, end), `${state} ${end}`).toBe(true);
});
