import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { SAMPLE_KEY, SampleLog } from './export/sampleLog.fixture.ts';
import { inclusionProof } from './inclusion.ts';
import { encodeProof, parseProof, verifyProof } from './tlogProof.ts';

const log = new SampleLog().add(23);
const keys = [SAMPLE_KEY.verifier];
const proofOf = async (index: number): Promise<string> =>
  encodeProof({ index, hashes: await inclusionProof(log.reader(), index, log.size), checkpoint: log.checkpoint() });
const proof = await proofOf(9);
const leaf = log.leaves[9]!;

test.each([0, 9, 22])('the proof of entry %i shows it to be in the log', async (index) => {
  expect(verifyProof(await proofOf(index), log.leaves[index]!, keys)).toMatchObject({ origin: 'example.com/audit', size: 23 });
});

test('the only entry of a log needs no hashes', () => {
  const one = new SampleLog().add(1);
  const text = encodeProof({ index: 0, hashes: [], checkpoint: one.checkpoint() });
  expect(text).toMatch(/^c2sp.org\/tlog-proof@v1\nindex 0\n\nexample.com\/audit\n1\n/);
  expect(verifyProof(text, one.leaves[0]!, keys)).toMatchObject({ size: 1 });
});

test('what others put beside it is passed over', () => {
  expect(parseProof(proof.replace('index', 'extra AAAA\nindex'))).toEqual(parseProof(proof));
});

property.prop([fc.nat(), fc.integer({ min: 1, max: 255 })])('with one other byte it shows nothing', (at, flip) => {
  const bytes = Buffer.from(proof);
  bytes[at % bytes.length]! ^= flip;
  expect(() => verifyProof(bytes.toString('utf8'), leaf, keys)).toThrow(expect.objectContaining({ name: 'LogError' }));
});

test('of another entry it shows nothing', () => {
  expect(() => verifyProof(proof, log.leaves[8]!, keys)).toThrow(expect.objectContaining({ code: 'TAMPERED' }));
});

test.each([
  ['nothing', ''],
  ['a checkpoint alone', log.checkpoint()],
  ['line ends of Windows', proof.replaceAll('\n', '\r\n')],
  ['an index of 2^53', proof.replace('index 9', 'index 9007199254740992')],
  ['an index with a zero before it', proof.replace('index 9', 'index 09')],
  ['65 hashes', proof.replace('index 9', `index 9${`\n${'A'.repeat(43)}=`.repeat(65)}`)],
  ['a short hash', proof.replace(/(?<=index 9\n)..../, '')],
])('%s is no proof', (_, text) => {
  expect(() => verifyProof(text, leaf, keys)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
});
