import type { OidcConfig } from './oidcConfig.ts';

/** What a provider says about somebody, as it was sent. */
export type RawClaims = Readonly<Record<string, unknown>>;

/** What counts of it. */
export interface Claims {
  readonly issuer: string;
  readonly subject: string;
  /** For people to read; null where nothing was said. */
  readonly name: string | null;
  /** Only an address that the provider says it has verified. */
  readonly email: string | null;
  /** Null where nothing was said about groups. */
  readonly groups: readonly string[] | null;
  /** When it was said, milliseconds. */
  readonly issuedAtMs: number;
  /** The session at the provider, where it names one. */
  readonly session: string | null;
}

const NAME_MAX = 200;
const EMAIL_MAX = 254;
const SESSION_MAX = 255;
const GROUPS_MAX = 1_000;
const GROUP_LENGTH_MAX = 300;

/**
 * @param verified the claims of a token whose signature, issuer, audience and times hold
 * @param more what else the provider said about the same subject. An address counts only beside its own `email_verified`
 */
export function readClaims(
  verified: RawClaims & { readonly iss: string; readonly sub: string },
  more: RawClaims,
  { groupsClaim }: Pick<OidcConfig, 'groupsClaim'>,
): Claims {
  const said = [verified, more];
  return {
    issuer: verified.iss,
    subject: verified.sub,
    name: first(said, nameOf),
    email: first(said, verifiedEmail),
    groups: first(said, (claims) => groupsOf(claims, groupsClaim)),
    issuedAtMs: typeof verified['iat'] === 'number' ? verified['iat'] * 1_000 : 0,
    session: sessionOf(verified),
  };
}

/** As it is or not at all: a logout names it again. */
const sessionOf = ({ sid }: RawClaims): string | null =>
  typeof sid === 'string' && sid !== '' && sid.length <= SESSION_MAX && !sid.includes('\0') ? sid : null;

function first<T>(said: readonly RawClaims[], read: (claims: RawClaims) => T | null): T | null {
  for (const claims of said) {
    const found = read(claims);
    if (found !== null) return found;
  }
  return null;
}

function verifiedEmail({ email, email_verified: isVerified }: RawClaims): string | null {
  // Only `true` itself: some providers send texts, and "false" is one.
  if (isVerified !== true || typeof email !== 'string' || email.length > EMAIL_MAX) return null;
  return /^[^\s\p{Cc}@]+@[^\s\p{Cc}@]+$/u.test(email) && email.isWellFormed() ? email : null;
}

const nameOf = ({ name, preferred_username: username }: RawClaims): string | null => cleaned(name) ?? cleaned(username);

function cleaned(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return clean === '' ? null : [...clean].slice(0, NAME_MAX).join('').slice(0, NAME_MAX).toWellFormed();
}

function groupsOf(claims: RawClaims, claim: string): readonly string[] | null {
  const value = claims[claim] ?? at(claims, claim.split('.'));
  const list: unknown = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list)) return null;
  const groups = list.filter((group): group is string => typeof group === 'string' && isGroup(group));
  return [...new Set(groups)].slice(0, GROUPS_MAX).toSorted();
}

const isGroup = (text: string): boolean =>
  text !== '' && text.length <= GROUP_LENGTH_MAX && text.isWellFormed() && !text.includes('\0');

const at = (value: unknown, [name, ...rest]: readonly string[]): unknown =>
  name === undefined
    ? value
    : typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? at((value as RawClaims)[name], rest)
      : undefined;
