import type { Logout } from './identityProvider.ts';
import { invalid, LEEWAY_SECONDS, nameIn, verifySigned, type VerifyOptions } from './verifyToken.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** What a logout token may call itself; by its own specification, or plainly, as many providers do. */
const TYPES = new Set([undefined, 'jwt', 'logout+jwt', 'application/logout+jwt']);
/** A logout token is sent when it is made. Older ones do not count, so that those that were used need not be remembered for ever. */
const AGE_SECONDS_MAX = 600;

/**
 * Whose session ended at the provider, once everything holds that OpenID Connect Back-Channel Logout 1.0, section 2.6, asks for. That it
 * is used once is for the caller to see.
 * @throws Fault UNAUTHENTICATED, or SOURCE_UNAVAILABLE when the provider's keys cannot be had
 */
export async function verifyLogoutToken(token: string, options: VerifyOptions): Promise<Logout> {
  const { payload, protectedHeader } = await verifySigned(token, options, {
    requiredClaims: ['iat', 'jti', 'events'],
    maxTokenAge: AGE_SECONDS_MAX,
  });
  if (!TYPES.has(protectedHeader.typ?.toLowerCase())) throw invalid('it is of another type');
  if (!isLogout(payload['events'])) throw invalid('its events do not say that a session ended');
  // A token with a nonce is one of a sign-in.
  if (payload['nonce'] !== undefined) throw invalid('it has a nonce');
  const [subject, session] = [nameIn(payload, 'sub'), nameIn(payload, 'sid')];
  if (subject === null && session === null) throw invalid('it names neither sub nor sid');
  return {
    issuer: payload.iss ?? '',
    subject,
    session,
    tokenId: nameIn(payload, 'jti') ?? '',
    usableUntilMs: 1_000 * ((payload.iat ?? 0) + AGE_SECONDS_MAX + LEEWAY_SECONDS),
  };
}

function isLogout(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, EVENT)) return false;
  const event: unknown = (events as Readonly<Record<string, unknown>>)[EVENT];
  return typeof event === 'object' && event !== null && !Array.isArray(event);
}
