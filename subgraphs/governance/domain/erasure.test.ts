import { expect, test } from 'vitest';
import { parseInstant } from '../../../kernel/time.ts';
import { personErased, refuseErasure, refusePruning } from './erasure.ts';
import type { User } from './principal.ts';

const ada: User = { kind: 'user', id: 'usr_1', name: 'Ada', email: 'ada@example.com', state: 'active', roles: ['analyst'] };

test('a person can be erased; teams, services, strangers and the last admin cannot', () => {
  expect(refuseErasure(ada, true)).toBeNull();
  expect(refuseErasure(ada, false)).toMatchObject({ refusal: { code: 'LAST_ADMIN' } });
  expect(refuseErasure(null, true)).toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  const team = { kind: 'team', id: 'tea_1', name: 'x', state: 'active', roles: [], group: null } as const;
  expect(refuseErasure(team, true)).toMatchObject({ refusal: { code: 'NOT_A_PERSON' } });
});

test('details are kept for the time of retention, to the microsecond', () => {
  const now = parseInstant('2026-07-03T00:00:00Z');
  expect(refusePruning(parseInstant('2026-01-01T00:00:00Z'), now, 183)).toBeNull();
  expect(refusePruning(parseInstant('2026-01-01T00:00:00.000001Z'), now, 183)).toMatchObject({
    refusal: { code: 'RETENTION', message: expect.stringContaining('2026-01-01T00:00:00') },
  });
});

test('the event of an erasure says nothing of what was erased', () => {
  const { detail, ...event } = personErased(ada, { details: 3, kept: 0, keys: 1 }, 'request 17');
  expect(JSON.stringify(event)).not.toMatch(/Ada|example/);
  expect(detail).toEqual({ reason: 'request 17', details: 3, kept: 0, keys: 1 });
});
