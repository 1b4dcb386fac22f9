import { atMs, type Instant, toMs } from '../time.ts';

const ISO_8601 = /^P(?!$)(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(?!$)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?)$/;
const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000];
/** A century: longer ones are mistakes. */
const MAX_MS = 36_525 * DAY_MS;

/** Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds, or null. Months and years have no fixed length. */
export function durationMs(text: string): number | null {
  const match = ISO_8601.exec(text);
  if (match === null) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0));
  const ms =
    ((weeks ?? 0) * 7 + (days ?? 0)) * DAY_MS + (hours ?? 0) * HOUR_MS + (minutes ?? 0) * MINUTE_MS + (seconds ?? 0) * SECOND_MS;
  return ms > 0 && ms <= MAX_MS ? ms : null;
}

/** Adds to an instant, keeping its microseconds. */
export function later(instant: Instant, ms: number): Instant {
  const sum = atMs(toMs(instant) + ms);
  return `${sum.slice(0, 23)}${instant.slice(23, 26)}Z` as Instant;
}
