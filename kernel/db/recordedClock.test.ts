import { expect, test } from 'vitest';
import { parseInstant } from '../time.ts';
import { RecordedClock } from './recordedClock.ts';

const at = (time: string): ReturnType<typeof parseInstant> => parseInstant(`2026-11-21T${time}Z`);

test('a later moment is taken as it is', () => {
  const clock = new RecordedClock();
  expect(clock.next(at('11:00:00'))).toBe(at('11:00:00'));
  expect(clock.next(at('11:00:00.000002'))).toBe(at('11:00:00.000002'));
});

test.each([
  ['11:00:00', '11:00:00.000001'],
  ['11:00:00.000999', '11:00:00.001'],
  ['11:59:59.999999', '12:00:00'],
])('the moment after %s is %s, also when the clock stands still or goes back', (last, next) => {
  const clock = new RecordedClock();
  clock.next(at(last));
  expect(clock.next(at(last))).toBe(at(next));
  expect(clock.next(at('10:00:00')) > at(next)).toBe(true);
});
