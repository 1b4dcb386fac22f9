import { badInput } from './fault.ts';

/** A moment in UTC with microseconds, always written `2026-11-21T11:37:08.123456Z`, so that text order is time order. */
export type Instant = string & { readonly __brand: 'Instant' };

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d{2}):?(\d{2})?)$/;

/** Text order is time order between these. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59Z');

/**
 * Parses an RFC 3339 date-time, or the text that PostgreSQL prints for a `timestamptz`.
 * @throws Fault BAD_USER_INPUT when the text is neither.
 */
export function parseInstant(text: string): Instant {
  const match = RFC3339.exec(text);
  if (match === null) throw badInput(`"${text.slice(0, 60)}" is not a date-time. Write it like 2026-11-21T11:37:08Z.`);
  const [, year, month, day, hour, minute, second, fraction = '', , sign, offsetHours = '0', offsetMinutes = '0'] = match;
  const micros = fraction.padEnd(6, '0').slice(0, 6);
  // A date-time without a day of its own is not corrected to another one: February 30, or 25 hours.
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const wallMs = Date.parse(`${wall}Z`);
  if (
    Number.isNaN(wallMs) ||
    new Date(wallMs).toISOString().slice(0, 19) !== wall ||
    Number(offsetHours) > 23 ||
    Number(offsetMinutes) > 59
  ) {
    throw badInput(`"${text.slice(0, 60)}" is not a moment of the calendar.`);
  }
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  const ms = sign === '-' ? wallMs + offsetMs : sign === '+' ? wallMs - offsetMs : wallMs;
  if (ms < FIRST_MS || ms > LAST_MS) throw badInput(`"${text.slice(0, 60)}" lies outside of the years 1 to 9999.`);
  return atMs(ms, micros);
}

/** Makes an instant from milliseconds since 1970, with its microseconds given apart where they are known. */
export function atMs(ms: number, micros?: string): Instant {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 19)}.${micros ?? `${iso.slice(20, 23)}000`}Z` as Instant;
}

export const instantNow = (): Instant => atMs(Date.now());

export const toMs = (instant: Instant): number => Date.parse(instant);
