import { expect, test } from 'vitest';
import { LEVELS_MAX, refusePlace } from './refusePlace.ts';

const levels = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${at + 1}`);

test('nothing stands below itself, directly or not', () => {
  expect(refusePlace('1', ['1'], 0)?.refusal.code).toBe('CYCLE');
  expect(refusePlace('1', ['7', '3', '1'], 0)?.refusal.code).toBe('CYCLE');
  expect(refusePlace('9', ['7', '3', '1'], 0)).toBeNull();
});

test('the levels above and below are counted together', () => {
  expect(refusePlace('99', levels(LEVELS_MAX - 1), 0)).toBeNull();
  expect(refusePlace('99', levels(LEVELS_MAX), 0)?.refusal.code).toBe('TOO_DEEP');
  expect(refusePlace('99', levels(LEVELS_MAX - 3), 2)).toBeNull();
  expect(refusePlace('99', levels(LEVELS_MAX - 3), 3)?.refusal.code).toBe('TOO_DEEP');
});
