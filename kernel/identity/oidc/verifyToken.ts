import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import { Fault } from '../../fault.ts';
import { unauthenticated } from '../authenticate.ts';
import { duplicateName } from './duplicateNames.ts';

/** Only signatures that a public key verifies: whoever can read our configuration must not be able to make tokens. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** What a token of somebody may call itself. Logout tokens, proofs and the like are signed by the same keys. */
const TYPES = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);
export const LEEWAY_SECONDS = 60;
const LENGTH_MAX = 8_192;
const NAME_MAX = 255;

export interface VerifyOptions {
  readonly issuer: string;
  /** Clients of ours: the token must be for one of them. */
  readonly audiences: readonly string[];
  /** Keys of the issuer, and of nobody that the token itself names. */
  readonly keys: JWTVerifyGetKey;
}

export type VerifiedToken = JWTPayload & { readonly iss: string; readonly sub: string };

/**
 * What a token of the provider says, once everything about it holds. `jti` is not remembered: whoever has a bearer token has
 * it until it expires.
 * @throws Fault UNAUTHENTICATED, or SOURCE_UNAVAILABLE when the provider's keys cannot be had
 */
export async function verifyToken(token: string, options: VerifyOptions): Promise<VerifiedToken> {
  const { payload, protectedHeader } = await verifySigned(token, options, { requiredClaims: ['exp', 'sub'] });
  if (!TYPES.has(protectedHeader.typ?.toLowerCase())) throw invalid('it is of another type');
  // A token that is bound to a key is worth nothing without proof of it, which a bearer does not bring.
  if (payload['cnf'] !== undefined) throw invalid('it is bound to a key, so it cannot be sent as a bearer token');
  if (payload['events'] !== undefined) throw invalid('it tells of events and stands for nobody');
  return { ...payload, iss: payload.iss ?? '', sub: nameIn(payload, 'sub') ?? '' };
}

/** What a token says that the issuer signed for us, of whatever kind it is. @throws Fault as verifyToken */
export async function verifySigned(
  token: string,
  { issuer, audiences, keys }: VerifyOptions,
  more: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  if (token.length > LENGTH_MAX) throw unauthenticated(`The token is longer than ${LENGTH_MAX} characters.`);
  refuseAmbiguous(token);
  const rules = { algorithms: ALGORITHMS, issuer, audience: [...audiences], clockTolerance: LEEWAY_SECONDS, ...more };
  return jwtVerify(token, keys, rules).catch((error: unknown) => {
    throw verificationFault(error);
  });
}

/** A claim by which a token names something; null where it does not. @throws Fault UNAUTHENTICATED */
export function nameIn(payload: JWTPayload, claim: string): string | null {
  const value = payload[claim];
  if (value === undefined) return null;
  if (typeof value !== 'string' || value === '' || value.length > NAME_MAX) throw invalid(`its ${claim} is empty or too long`);
  return value;
}

function refuseAmbiguous(token: string): void {
  for (const part of token.split('.').slice(0, 2)) {
    if (duplicateName(Buffer.from(part, 'base64url').toString('utf8')) !== null) throw invalid('it says something twice');
  }
}

/** Whether it was the token, or the way to the keys. */
function verificationFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof errors.JWTExpired) return unauthenticated('The token has expired. Sign in again.', error);
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`its claim ${error.claim} is not right`, error);
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid(`it must be signed with ${ALGORITHMS.join(', ')}`, error);
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('the identity provider has no such key', error);
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('its signature does not fit', error);
  const isMalformed = MALFORMED.some((kind) => error instanceof kind);
  return isMalformed ? invalid('it is malformed', error) : providerUnavailable(error);
}

const MALFORMED = [errors.JWSInvalid, errors.JWTInvalid, errors.JOSENotSupported, errors.JWKSMultipleMatchingKeys];

export const invalid = (why: string, cause?: unknown): Fault =>
  unauthenticated(`The token is not valid: ${why}. Send a token that the configured identity provider made for Cadastre.`, cause);

export const providerUnavailable = (cause: unknown): Fault =>
  new Fault('SOURCE_UNAVAILABLE', {
    public: 'The identity provider cannot be reached or does not answer as it should. Try again shortly.',
    internal: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
