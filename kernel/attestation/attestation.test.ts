import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { signerKey } from '../audit/log/noteKey.ts';
import { digestText } from '../canonical.ts';
import type { Instant } from '../time.ts';
import { attest, type ModelApproval, readAttestation } from './approvalStatement.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import { objections } from './judge.ts';

const key = signerKey('example.com/log', Buffer.alloc(32, 5));
const other = signerKey('example.com/log', Buffer.alloc(32, 6));

const approval: ModelApproval = {
  model: 'churn',
  version: 2,
  stage: 'production',
  contentDigest: digestText('manifest'),
  evidenceDigest: digestText('evidence'),
  approval: {
    id: 'apr_1',
    decidedAt: '2026-11-20T10:00:00.000000Z' as Instant,
    policy: 'production',
    policyVersion: 1,
    policyDigest: digestText('policy'),
    reviewers: ['usr_1', 'usr_2'],
  },
  incident: null,
  auditId: 'evt_1',
  issuedAt: '2026-11-21T10:00:00.000000Z' as Instant,
  notAfter: '2026-11-22T10:00:00.000000Z' as Instant,
  artifacts: [{ path: 'model.onnx', digest: digestText('weights') }],
};
const text = JSON.stringify(attest(approval, key));
const file = (bytes: string, path = 'm.onnx') => ({
  name: path,
  isFolder: false,
  files: [{ name: path, path, digest: digestText(bytes) }],
});
const asked = {
  model: 'churn',
  version: 2,
  stage: 'production',
  at: '2026-11-21T11:00:00.000000Z' as Instant,
  inHand: [file('weights')],
};

// From the protocol's own description (secure-systems-lab/dsse, protocol.md): what is signed for this type and body.
test('what is signed is the pre-authentication encoding of DSSE', async () => {
  const { sign } = await import('node:crypto');
  const wanted = sign(null, Buffer.from('DSSEv1 29 http://example.com/HelloWorld 11 hello world'), key.privateKey).toString(
    'base64',
  );
  expect(sealEnvelope('http://example.com/HelloWorld', 'hello world', key).signatures[0]?.sig).toBe(wanted);
});

test('an attestation says after the signature was checked what was signed', () => {
  expect(readAttestation(text, [other.verifier, key.verifier])).toEqual(approval);
  expect(() => readAttestation(text, [other.verifier])).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  expect(() => readAttestation(text, [])).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
});

test('a name of a key proves nothing, and another type of payload is not taken', () => {
  const forged = attest({ ...approval, stage: 'staging' }, other);
  const named = { ...forged, signatures: [{ keyid: `${key.verifier.name}+${key.verifier.id}`, sig: forged.signatures[0]?.sig }] };
  expect(() => readAttestation(JSON.stringify(named), [key.verifier])).toThrow(
    expect.objectContaining({ code: 'BAD_SIGNATURE' }),
  );
  const note = JSON.stringify(sealEnvelope('text/plain', 'hello', key));
  expect(() => openEnvelope(note, 'application/vnd.in-toto+json', [key.verifier])).toThrow(
    expect.objectContaining({ code: 'MALFORMED' }),
  );
});

property.prop([fc.nat({ max: text.length - 1 }), fc.nat({ max: 0x7e - 0x20 })])(
  'no changed character passes for something else that was signed',
  (at, code) => {
    const changed = text.slice(0, at) + String.fromCharCode(0x20 + code) + text.slice(at + 1);
    try {
      expect(readAttestation(changed, [key.verifier])).toEqual(approval);
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/MALFORMED|BAD_SIGNATURE/) });
    }
  },
);

test.each(['', '{', '[]', 'null', '{"payloadType":"a","payload":"","signatures":[]}', '\ufeff{}', '{"payload":1}'])(
  '%j is no envelope',
  (bad) => {
    expect(() => readAttestation(bad, [key.verifier])).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  },
);

test('of the largest version there is, what was signed can be read', () => {
  // As many bytes as a path can have: three for each of its 500 characters.
  const artifacts = Array.from({ length: 10_000 }, (_, i) => ({
    path: `${'重'.repeat(494)}/${String(i).padStart(5, '0')}`,
    digest: digestText(String(i)),
  }));
  const largest = { ...approval, artifacts };
  expect(readAttestation(JSON.stringify(attest(largest, key)), [key.verifier])).toEqual(largest);
});

test('what could not be read back is not signed, and what nobody would have signed is not read', () => {
  const most = 'a'.repeat(18_000_000);
  expect(openEnvelope(JSON.stringify(sealEnvelope('text/plain', most, key)), 'text/plain', [key.verifier]).body).toBe(most);
  expect(() => sealEnvelope('text/plain', `${most}a`, key)).toThrow(RangeError);
  const endless = JSON.stringify({ payloadType: 'text/plain', payload: 'a'.repeat(25_000_000), signatures: [{ sig: '' }] });
  expect(() => openEnvelope(endless, 'text/plain', [key.verifier])).toThrow(/longer than/);
});

describe('an attestation allows', () => {
  test('the bytes, the stage and the time that it is for', () => expect(objections(approval, asked)).toEqual([]));
  test.each([
    ['EXPIRED', { at: '2026-11-22T10:00:00.000000Z' as Instant }],
    ['NOT_YET', { at: '2026-11-21T09:58:00.000000Z' as Instant }],
    ['OTHER_MODEL', { model: 'chum' }],
    ['OTHER_VERSION', { version: 3 }],
    ['OTHER_STAGE', { stage: 'staging' }],
    ['OTHER_BYTES', { inHand: [file('weightt')] }],
    ['OTHER_BYTES', { inHand: [file('weights'), file('weightt')] }],
  ])('nothing else: %s', (code, change) => {
    expect(objections(approval, { ...asked, ...change })).toEqual([expect.objectContaining({ code })]);
  });
  test('until the microsecond before its end', () =>
    expect(objections(approval, { ...asked, at: '2026-11-22T09:59:59.999999Z' as Instant })).toEqual([]));

  test('models and stages by any spelling that counts as their name, and no other', () => {
    for (const spelling of [{ stage: 'Production' }, { stage: ' PRODUCTION ' }, { model: 'CHURN' }, { model: 'ｃｈｕｒｎ' }])
      expect(objections(approval, { ...asked, ...spelling })).toEqual([]);
    expect(() => objections(approval, { ...asked, model: 'сhurn' })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  describe('a folder', () => {
    const artifacts = [
      { path: 'model.onnx', digest: digestText('model') },
      { path: 'w/weights.bin', digest: digestText('weights') },
      { path: 'w/more.bin', digest: digestText('more') },
    ];
    const codes = (files: Readonly<Record<string, string>>) => {
      const found = Object.entries(files).map(([path, bytes]) => ({ name: `m/${path}`, path, digest: digestText(bytes) }));
      const inHand = [{ name: 'm', isFolder: true, files: found }];
      return objections({ ...approval, artifacts }, { ...asked, inHand }).map(({ code, message }) => [code, message]);
    };
    const whole = { 'model.onnx': 'model', 'w/weights.bin': 'weights', 'w/more.bin': 'more' };

    test('that is the whole version', () => expect(codes(whole)).toEqual([]));
    test('not with other weights beside the model', () =>
      expect(codes({ ...whole, 'w/weights.bin': 'weightt' })).toEqual([
        ['OTHER_BYTES', expect.stringContaining('m/w/weights.bin')],
      ]));
    test('not with a file that the version does not have', () =>
      expect(codes({ ...whole, 'sitecustomize.py': 'import os' })).toEqual([
        ['OTHER_BYTES', expect.stringContaining('m/sitecustomize.py')],
      ]));
    test('not with approved files that changed places', () =>
      expect(codes({ ...whole, 'w/weights.bin': 'more', 'w/more.bin': 'weights' })).toEqual([
        ['OTHER_PATH', 'The bytes of m/w/weights.bin were approved as w/more.bin.'],
        ['OTHER_PATH', 'The bytes of m/w/more.bin were approved as w/weights.bin.'],
      ]));
    test('not with less than the version has', () =>
      expect(codes({ 'model.onnx': 'model', 'w/more.bin': 'more' })).toEqual([
        ['MISSING_FILE', 'm lacks files of the version: w/weights.bin.'],
      ]));
    test('whose file has bytes that are approved under two names', () => {
      const twice = [...artifacts, { path: 'copy.onnx', digest: digestText('model') }];
      const files = twice.map(({ path, digest }) => ({ name: path, path, digest }));
      expect(objections({ ...approval, artifacts: twice }, { ...asked, inHand: [{ name: 'm', isFolder: true, files }] })).toEqual(
        [],
      );
    });
  });
});
