import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A bearer token: `cad_<env>_<id>_<secret>_<crc>`. The id (26 characters) finds the key in a list, the secret is 256 random
 * bits in base36, the CRC-32 of everything before it tells a typing error from a wrong token without a look-up. The token of a
 * session says `session` in place of the environment.
 */
export interface MintedToken {
  readonly token: string;
  readonly keyId: string;
}

export function mintToken(environment: 'local' | 'live' | 'session', keyId: string): MintedToken {
  const secret = BigInt(`0x${randomBytes(32).toString('hex')}`)
    .toString(36)
    .padStart(50, '0');
  const body = `cad_${environment}_${keyId.replace(/^(key|ses)_/, '')}_${secret}`;
  return { token: `${body}_${checksum(body)}`, keyId };
}

/** True for text that cannot be a token of ours because its checksum is wrong. Other forms are left to the look-up. */
export function isMistyped(token: string): boolean {
  const match = /^(cad_[a-z]+_[0-9a-z]+_[0-9a-z]+)_([0-9a-f]{8})$/.exec(token);
  return token.startsWith('cad_') && (match === null || checksum(match[1] ?? '') !== match[2]);
}

/** True for the form of a session's token, whoever made it. */
export const isSessionToken = (token: string): boolean => token.startsWith('cad_session_');

/** True for what may be a signed token of an identity provider; no token of ours has this form. */
export const isJwt = (token: string): boolean => /^eyJ[\w-]*\.[\w-]*\.[\w-]*$/.test(token);

/** What is stored of a token: HMAC-SHA256 under the pepper, so that a stolen table opens nothing. */
export const tokenHmac = (pepper: Buffer, token: string): Buffer => createHmac('sha256', pepper).update(token, 'utf8').digest();

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
