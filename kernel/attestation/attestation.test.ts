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
const asked = {
  model: 'churn',
  version: 2,
  stage: 'production',
  at: '2026-11-21T11:00:00.000000Z' as Instant,
  files: [{ name: 'm.onnx', digest: digestText('weights') }],
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

describe('an attestation allows', () => {
  test('the bytes, the stage and the time that it is for', () => expect(objections(approval, asked)).toEqual([]));
  test.each([
    ['EXPIRED', { at: '2026-11-22T10:00:00.000000Z' as Instant }],
    ['NOT_YET', { at: '2026-11-21T09:58:00.000000Z' as Instant }],
    ['OTHER_MODEL', { model: 'chum' }],
    ['OTHER_VERSION', { version: 3 }],
    ['OTHER_STAGE', { stage: 'Production' }],
    ['OTHER_BYTES', { files: [{ name: 'm.onnx', digest: digestText('weightt') }] }],
  ])('nothing else: %s', (code, change) => {
    expect(objections(approval, { ...asked, ...change })).toEqual([expect.objectContaining({ code })]);
  });
  test('until the microsecond before its end', () =>
    expect(objections(approval, { ...asked, at: '2026-11-22T09:59:59.999999Z' as Instant })).toEqual([]));
});
