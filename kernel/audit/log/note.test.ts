import { generateKeyPairSync, sign } from 'node:crypto';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cosignCheckpoint, openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { EMPTY_ROOT } from './hash.ts';
import { parseNote, signatureLine, verifyNote } from './note.ts';
import { parseVerifierKey, signerKey, verifierKey } from './noteKey.ts';

// The example in the documentation of golang.org/x/mod/sumdb/note: its published test key, and what Go makes with it.
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_LINE = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const GO_NOTE = `${GO_TEXT}\n${GO_LINE}`;

const log = signerKey('example.com/audit', Buffer.alloc(32, 1));
const witness = signerKey('witness.example.com/w1', Buffer.alloc(32, 2), 'witness');
const checkpoint = { origin: 'example.com/audit', size: 7, root: Buffer.alloc(32, 9) };
const malformed = expect.objectContaining({ code: 'MALFORMED' });
const badSignature = expect.objectContaining({ code: 'BAD_SIGNATURE' });

describe('keys', () => {
  test('the one of Go’s documentation', () => {
    expect(parseVerifierKey(GO_KEY)).toMatchObject({ name: 'PeterNeumann', type: 'log', id: 'c74f20a3', vkey: GO_KEY });
    expect(signerKey('PeterNeumann', GO_SEED).verifier.vkey).toBe(GO_KEY);
  });

  test('the same key in PEM and in bytes', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
    const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
    expect(signerKey('a', pem).verifier.vkey).toBe(signerKey('a', seed).verifier.vkey);
  });

  test('a witness has another id than a log with the same name and key', () => {
    expect(signerKey('a', Buffer.alloc(32, 1), 'witness').verifier.id).not.toBe(signerKey('a', Buffer.alloc(32, 1)).verifier.id);
  });

  test.each([
    ['a wrong id', GO_KEY.replace('c74f20a3', 'c74f20a4')],
    ['capital letters', GO_KEY.replace('c74f20a3', 'C74F20A3')],
    ['another type', `PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW`],
    ['a short key', GO_KEY.slice(0, -4)],
    ['no key', 'PeterNeumann+c74f20a3'],
    ['no name', GO_KEY.replace('PeterNeumann', '')],
    ['a space in its name', GO_KEY.replace('PeterNeumann', 'Peter Neumann')],
    ['a newline', `${GO_KEY}\n`],
  ])('with %s is none', (_, vkey) => {
    expect(() => parseVerifierKey(vkey)).toThrow(malformed);
  });

  test.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\u0085b', 'a\nb', 'a\u0001', 'a\ud800'])('%j names no key', (name) => {
    expect(() => verifierKey(name, 'log', Buffer.alloc(32))).toThrow(malformed);
  });

  test('a secret that is none is refused and not repeated', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' });
    expect(() => signerKey('a', rsa)).toThrow(/not with rsa/);
    expect(() => signerKey('a', 'hunter2')).toThrow(/^((?!hunter2).)*$/);
    expect(() => signerKey('a', Buffer.alloc(31))).toThrow(/not 31/);
  });
});

describe('notes', () => {
  const goKeys = [parseVerifierKey(GO_KEY)];

  test('the one of Go’s documentation, byte for byte', () => {
    expect(verifyNote(parseNote(GO_NOTE), goKeys)).toHaveLength(1);
    expect(verifyNote(parseNote(Buffer.from(GO_NOTE)), goKeys)).toHaveLength(1);
    expect(signatureLine(GO_TEXT, signerKey('PeterNeumann', GO_SEED))).toBe(GO_LINE);
  });

  test('the example of the specification', () => {
    const note =
      'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(
      verifyNote(parseNote(note), [parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')]),
    ).toHaveLength(1);
  });

  test.each([
    ['CRLF', GO_NOTE.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${GO_NOTE}`],
    ['no last newline', GO_NOTE.slice(0, -1)],
    ['no empty line', GO_NOTE.replace('\n\n', '\n')],
    ['no signature', `${GO_TEXT}\n`],
    ['no text', `\n${GO_LINE}`],
    ['the same line twice', GO_NOTE + GO_LINE],
    ['something behind', `${GO_NOTE}more\n`],
    ['a hyphen for the dash', GO_NOTE.replace('—', '-')],
    ['a tab', GO_NOTE.replace('you think', 'you\tthink')],
    ['a NUL', GO_NOTE.replace('you think', 'you\0think')],
    ['half a character', GO_NOTE.replace('you think', 'you\ud800think')],
    ['bits that say nothing', GO_NOTE.replace('JnAM=', 'JnAN=')],
    ['a signature of no bytes', `${GO_TEXT}\n— PeterNeumann x08gow==\n`],
    ['65 signatures', GO_NOTE + Array.from({ length: 64 }, (_, at) => `— junk${at} AAAAAAAA\n`).join('')],
    ['too much', `${'a'.repeat(1_000_001)}\n\n${GO_LINE}`],
  ])('with %s is none', (_, note) => {
    expect(() => parseNote(note)).toThrow(malformed);
  });

  test('bytes that are not UTF-8 are none', () => {
    expect(() => parseNote(Buffer.concat([Buffer.from([0xff]), Buffer.from(GO_NOTE)]))).toThrow(malformed);
  });

  test('signatures of others are skipped, be they as wrong as they may', () => {
    const others = Array.from({ length: 15 }, (_, at) => `— junk${at} AAAAAAAA\n`).join('');
    const sameName = GO_LINE.replace('x08g', 'AAAA');
    const sameId = GO_LINE.replace('PeterNeumann', 'Somebody').replace('ZJku', 'ZJkv');
    expect(verifyNote(parseNote(GO_NOTE + others + sameName + sameId), goKeys)).toHaveLength(1);
    expect(() => verifyNote(parseNote(`${GO_TEXT}\n${others}`), goKeys)).toThrow(badSignature);
    expect(() => verifyNote(parseNote(`${GO_TEXT}\n${sameName}`), goKeys)).toThrow(badSignature);
    expect(() => verifyNote(parseNote(`${GO_TEXT}\n${sameId}`), goKeys)).toThrow(badSignature);
  });

  test('one wrong signature of a known key condemns the note', () => {
    expect(() => verifyNote(parseNote(GO_NOTE.replace('answer', 'Answer')), goKeys)).toThrow(badSignature);
    expect(() => verifyNote(parseNote(GO_NOTE + GO_LINE.replace('ZJku', 'ZJkv')), goKeys)).toThrow(badSignature);
    const [, , encoded = ''] = GO_LINE.trimEnd().split(' ');
    const short = Buffer.from(encoded, 'base64').subarray(0, -1).toString('base64');
    expect(() => verifyNote(parseNote(GO_NOTE.replace(encoded, short)), goKeys)).toThrow(badSignature);
  });
});

describe('checkpoints', () => {
  const note = signCheckpoint(checkpoint, log);
  const keys = [log.verifier];

  test('come back as they were signed', () => {
    expect(openCheckpoint(note, keys)).toMatchObject(checkpoint);
  });

  property.prop([fc.nat(), fc.integer({ min: 1, max: 255 })])('with one other byte are refused', (at, flip) => {
    const bytes = Buffer.from(note);
    bytes[at % bytes.length]! ^= flip;
    expect(() => openCheckpoint(bytes, keys)).toThrow(expect.objectContaining({ name: 'LogError' }));
  });

  const opened = (text: string) => () => openCheckpoint(`${text}\n${signatureLine(text, log)}`, keys);
  const root = EMPTY_ROOT.toString('base64');

  test.each([
    ['no root', 'a\n1\n'],
    ['a size with a zero before it', `a\n01\n${root}\n`],
    ['a negative size', `a\n-1\n${root}\n`],
    ['a size of 2^53', `a\n9007199254740992\n${root}\n`],
    ['a size of 2^64', `a\n18446744073709551616\n${root}\n`],
    ['a size in words', `a\none\n${root}\n`],
    ['a root that is too short', `a\n1\n${root.slice(4)}\n`],
    ['an empty origin', `\n1\n${root}\n`],
    ['an empty extension', `a\n1\n${root}\n\nb\n`],
  ])('with %s are none, whoever signed them', (_, text) => {
    expect(opened(text)).toThrow(malformed);
  });

  test('extension lines are passed over, and the largest size is read', () => {
    expect(opened(`a\n9007199254740991\n${root}\nmore\n`)()).toMatchObject({ size: Number.MAX_SAFE_INTEGER });
    expect(opened(`a\n0\n${root}\n`)()).toMatchObject({ size: 0 });
  });

  test('what we could not read ourselves is not signed', () => {
    expect(() => signCheckpoint({ ...checkpoint, origin: 'a\n1' }, log)).toThrow(malformed);
    expect(() => signCheckpoint({ ...checkpoint, size: 2 ** 53 }, log)).toThrow(malformed);
    expect(() => signCheckpoint({ ...checkpoint, root: Buffer.alloc(31) }, log)).toThrow(malformed);
    expect(() => signCheckpoint({ ...checkpoint, origin: 'a\u0007' }, log)).toThrow(malformed);
  });

  test('a witness signs the time too', () => {
    const at = new Date('2026-05-01T12:00:00Z');
    const cosigned = cosignCheckpoint(note, witness, at);
    expect(openCheckpoint(cosigned, keys).signatures).toHaveLength(1);
    expect(openCheckpoint(cosigned, [...keys, witness.verifier]).signatures[1]).toEqual({ key: witness.verifier, at });
    const [, , encoded = ''] = cosigned.trimEnd().split('\n').at(-1)!.split(' ');
    const bytes = Buffer.from(encoded, 'base64');
    expect(bytes).toHaveLength(4 + 8 + 64);
    for (const [place, value] of [
      [11, bytes[11]! ^ 1],
      [4, 0x80],
      [40, bytes[40]! ^ 1],
    ] as const) {
      const other = Buffer.from(bytes);
      other[place] = value;
      const forged = cosigned.replace(encoded, other.toString('base64'));
      expect(() => openCheckpoint(forged, [...keys, witness.verifier]), String(place)).toThrow(badSignature);
    }
    expect(() => signatureLine('a\n', witness)).toThrow(RangeError);
    expect(() => signatureLine('a\n', log, at)).toThrow(RangeError);
  });

  test('a time that no calendar has is no time, though a witness signed it', () => {
    const seconds = 2n ** 63n;
    const { text } = parseNote(note);
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(seconds);
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), witness.privateKey);
    const line = Buffer.concat([Buffer.from(witness.verifier.id, 'hex'), time, signature]).toString('base64');
    expect(() => openCheckpoint(`${note}— ${witness.verifier.name} ${line}\n`, [...keys, witness.verifier])).toThrow(
      badSignature,
    );
  });
});
