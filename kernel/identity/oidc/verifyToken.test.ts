import { createHmac } from 'node:crypto';
import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { verifyToken } from './verifyToken.ts';

const ISSUER = 'https://login.example';
const NOW = Math.floor(Date.now() / 1_000);

const pairs = {
  RS256: await generateKeyPair('RS256', { extractable: true }),
  PS256: await generateKeyPair('PS256', { extractable: true }),
  ES256: await generateKeyPair('ES256', { extractable: true }),
  EdDSA: await generateKeyPair('EdDSA', { extractable: true }),
  RS384: await generateKeyPair('RS384', { extractable: true }),
};
type Alg = keyof typeof pairs;
const other = await generateKeyPair('ES256');
const jwks = await Promise.all(
  Object.entries(pairs).map(async ([alg, { publicKey }]) => ({ ...(await exportJWK(publicKey)), alg, kid: alg, use: 'sig' })),
);
const keys = createLocalJWKSet({ keys: jwks });

const GOOD = { iss: ISSUER, sub: 'ada', aud: 'cadastre', exp: NOW + 300 };
const make = (
  payload: Readonly<Record<string, unknown>> = {},
  header: object = {},
  alg: Alg = 'ES256',
  key = pairs[alg].privateKey,
): Promise<string> => new SignJWT({ ...GOOD, ...payload }).setProtectedHeader({ alg, kid: alg, ...header }).sign(key);
const verify = (token: string) => verifyToken(token, { issuer: ISSUER, audiences: ['cadastre', 'cadastre-cli'], keys });
const part = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

test.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('a token signed with %s is taken', async (alg) => {
  expect(await verify(await make({}, {}, alg))).toMatchObject({ iss: ISSUER, sub: 'ada' });
});

test.each([
  ['for the command line', { aud: 'cadastre-cli' }, {}],
  ['for several', { aud: ['other', 'cadastre'] }, {}],
  ['that is an access token', {}, { typ: 'at+jwt' }],
  ['that is an access token, spelt out', {}, { typ: 'application/at+JWT' }],
  ['that expired half a minute ago, by our clock', { exp: NOW - 30 }, {}],
  ['that begins in half a minute, by our clock', { nbf: NOW + 30 }, {}],
])('a token %s is taken', async (_what, payload, header) => {
  expect((await verify(await make(payload, header))).sub).toBe('ada');
});

async function unsigned(): Promise<string> {
  return `${part({ alg: 'none' })}.${part(GOOD)}.`;
}

/** What a verifier takes that hands its public key to an algorithm with a secret. */
async function withPublicKeyAsSecret(): Promise<string> {
  const text = `${part({ alg: 'HS256', kid: 'RS256' })}.${part(GOOD)}`;
  const secret = await exportSPKI(pairs.RS256.publicKey);
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** Signed all the same: a duplicate may only come from a provider that can be made to write one. */
async function signedText(payload: string, header: object = {}): Promise<string> {
  const text = `${part({ alg: 'ES256', kid: 'ES256', ...header })}.${part(payload)}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pairs.ES256.privateKey, Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

const tampered = async (): Promise<string> => {
  const [header, , signature] = (await make()).split('.');
  return `${header}.${part({ ...GOOD, sub: 'admin' })}.${signature}`;
};

test.each<[string, () => Promise<string>]>([
  ['that is forged with another key', () => make({}, {}, 'ES256', other.privateKey)],
  ['whose claims were changed', tampered],
  ['that has expired', () => make({ exp: NOW - 90 })],
  ['that never expires', () => make({ exp: undefined })],
  ['that begins later', () => make({ nbf: NOW + 90 })],
  ['for another client', () => make({ aud: 'other' })],
  ['for nobody in particular', () => make({ aud: undefined })],
  ['of another issuer', () => make({ iss: 'https://evil.example' })],
  ['of an issuer that looks the same', () => make({ iss: `${ISSUER}/` })],
  ['of no issuer', () => make({ iss: undefined })],
  ['of nobody', () => make({ sub: undefined })],
  ['of an empty subject', () => make({ sub: '' })],
  ['of an endless subject', () => make({ sub: 'x'.repeat(256) })],
  ['without signature', unsigned],
  ['signed with the public key as secret', withPublicKeyAsSecret],
  ['signed with an algorithm that is not allowed', () => make({}, {}, 'RS384')],
  ['whose key is a path', () => make({}, { kid: '../../etc/passwd' })],
  ['whose key is an address', () => make({}, { kid: 'https://evil.example/key.json' })],
  ['whose key is unknown', () => make({}, { kid: 'unknown' }, 'ES256', other.privateKey)],
  ['that demands what we do not know', () => signedText(JSON.stringify(GOOD), { crit: ['x-new'], 'x-new': true })],
  ['that says something twice', () => signedText(JSON.stringify(GOOD).replace('{', '{"sub":"admin",'))],
  ['that is a logout token', () => make({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })],
  ['that is a logout token by its type', () => make({}, { typ: 'logout+jwt' })],
  ['that is bound to a key', () => make({ cnf: { jkt: 'x' } })],
  ['that is huge', () => make({ more: 'x'.repeat(9_000) })],
  ['that is no JSON', async () => `${part('{')}.${part('{')}.x`],
  ['that is nothing', async () => 'eyJ..'],
])('a token %s is refused', async (_what, makeToken) => {
  await expect(verify(await makeToken())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('the same text is taken when it says nothing twice: it was the duplicate that was refused', async () => {
  expect((await verify(await signedText(JSON.stringify(GOOD)))).sub).toBe('ada');
});

test('keys that a token brings along, or points to, do not count', async () => {
  const jwk = await exportJWK(other.publicKey);
  const address = 'http://127.0.0.1:1/never-asked';
  const forged = await make({}, { jwk, jku: address, x5u: address, x5c: ['AAAA'] }, 'ES256', other.privateKey);
  await expect(verify(forged)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const genuine = await make({}, { jku: address, x5u: address });
  expect((await verify(genuine)).sub).toBe('ada');
});

test('keys that cannot be had are not the fault of the token', async () => {
  const down = () => Promise.reject(new TypeError('fetch failed'));
  await expect(verifyToken(await make(), { issuer: ISSUER, audiences: ['cadastre'], keys: down })).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    message: expect.stringContaining('Try again'),
  });
});
