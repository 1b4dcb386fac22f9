import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { verifyLogoutToken } from './verifyLogoutToken.ts';
import { verifyToken } from './verifyToken.ts';

const ISSUER = 'https://login.example';
const NOW = Math.floor(Date.now() / 1_000);
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const pair = await generateKeyPair('ES256', { extractable: true });
const other = await generateKeyPair('ES256');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'k', use: 'sig' }] });
const options = { issuer: ISSUER, audiences: ['cadastre', 'cadastre-cli'], keys };

const GOOD = {
  iss: ISSUER,
  sub: 'ada',
  sid: 'session-1',
  aud: 'cadastre',
  iat: NOW,
  exp: NOW + 120,
  jti: 'j1',
  events: { [EVENT]: {} },
};
const make = (payload: Readonly<Record<string, unknown>> = {}, header: object = {}, key = pair.privateKey): Promise<string> =>
  new SignJWT({ ...GOOD, ...payload }).setProtectedHeader({ alg: 'ES256', kid: 'k', typ: 'logout+jwt', ...header }).sign(key);
const verify = async (payload: Readonly<Record<string, unknown>> = {}, header: object = {}) =>
  verifyLogoutToken(await make(payload, header), options);

test('says who is out, and how long it is to be remembered', async () => {
  expect(await verify()).toEqual({
    issuer: ISSUER,
    subject: 'ada',
    session: 'session-1',
    tokenId: 'j1',
    usableUntilMs: (NOW + 660) * 1_000,
  });
});

test.each([
  ['that names the subject alone', { sid: undefined }, {}, { subject: 'ada', session: null }],
  ['that names the session alone', { sub: undefined }, {}, { subject: null, session: 'session-1' }],
  ['without an end, as earlier drafts had it', { exp: undefined }, {}, {}],
  ['of the plain type', {}, { typ: 'JWT' }, {}],
  ['of no type', {}, { typ: undefined }, {}],
  ['for several clients', { aud: ['other', 'cadastre'] }, {}, {}],
  ['that was made half a minute from now, by our clock', { iat: NOW + 30 }, {}, {}],
  ['with other events beside', { events: { [EVENT]: {}, 'https://example.com/more': {} } }, {}, {}],
])('a logout token %s is taken', async (_what, payload, header, said) => {
  expect(await verify(payload, header)).toMatchObject(said);
});

test.each([
  ['of another issuer', { iss: 'https://evil.example' }, {}],
  ['for another client', { aud: 'other' }, {}],
  ['for nobody', { aud: undefined }, {}],
  ['that does not say when it was made', { iat: undefined }, {}],
  ['that is old', { iat: NOW - 700, exp: undefined }, {}],
  ['that was made in the future', { iat: NOW + 90 }, {}],
  ['that has expired', { exp: NOW - 90 }, {}],
  ['without an id', { jti: undefined }, {}],
  ['with an empty id', { jti: '' }, {}],
  ['with an id that is none', { jti: 7 }, {}],
  ['that names nobody', { sub: undefined, sid: undefined }, {}],
  ['with an endless session', { sid: 'x'.repeat(256) }, {}],
  ['with a nonce, which is one of a sign-in', { nonce: 'n' }, {}],
  ['with an empty nonce', { nonce: '' }, {}],
  ['without events', { events: undefined }, {}],
  ['with another event', { events: { 'https://example.com/other': {} } }, {}],
  ['whose event is a text', { events: { [EVENT]: 'yes' } }, {}],
  ['whose event is a list', { events: { [EVENT]: [] } }, {}],
  ['whose events are a list', { events: [EVENT] }, {}],
  ['of the type of an access token', {}, { typ: 'at+jwt' }],
])('a logout token %s is refused', async (_what, payload, header) => {
  await expect(verify(payload, header)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('one that somebody else signed is refused, and so is one that is none', async () => {
  await expect(verifyLogoutToken(await make({}, {}, other.privateKey), options)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  for (const text of ['', 'nonsense', 'a.b.c', 'x'.repeat(10_000)])
    await expect(verifyLogoutToken(text, options)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a logout token signs nobody in, and a token that signs in ends no session', async () => {
  await expect(verifyToken(await make(), options)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(verifyToken(await make({}, { typ: 'JWT' }), options)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(verify({ events: undefined, nonce: 'n' }, { typ: 'JWT' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
