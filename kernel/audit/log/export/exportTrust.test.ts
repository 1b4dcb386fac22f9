import { describe, expect, test } from 'vitest';
import { cosignCheckpoint } from '../checkpoint.ts';
import { signerKey } from '../noteKey.ts';
import { kept, refooted, refusal, verify } from './checking.fixture.ts';
import { encodeHeader } from './exportHeader.ts';
import { SAMPLE_KEY, SampleLog } from './sampleLog.fixture.ts';

const log = new SampleLog().add(23);
const whole = await log.whole();
const lines = whole.split('\n').slice(0, -1);

describe('whose log it is', () => {
  const forger = signerKey('example.com/audit', Buffer.alloc(32, 8));
  const rewritten = new SampleLog().add(5).add(18, 'genf');
  const foreign = new SampleLog(signerKey('example.org/audit', Buffer.alloc(32, 9))).add(23);
  const keys = [SAMPLE_KEY.verifier];

  test('the right key is told apart from another with the same name', async () => {
    expect(verify(whole, { keys })).toMatchObject({ isKeyGiven: true });
    const forged = await new SampleLog(forger).add(23).whole();
    expect(verify(forged)).toMatchObject({ isKeyGiven: false });
    expect(refusal(forged, { keys })).toMatchObject({ code: 'BAD_SIGNATURE' });
    expect(refusal(forged, kept(log.checkpoint(5)))).toMatchObject({
      code: 'BAD_SIGNATURE',
      message: expect.stringContaining('kept.txt'),
    });
  });

  test('a checkpoint that its key did not sign is refused', async () => {
    const [own, other] = [log.checkpoint(23), rewritten.checkpoint(23)].map((note) => note.split('\n'));
    const mixed = [...own!.slice(0, 4), ...other!.slice(4)].join('\n');
    expect(refusal(await log.whole({ checkpoint: mixed }))).toMatchObject({ code: 'BAD_SIGNATURE' });
  });

  test('a log that was rewritten and signed again does not contain the checkpoint that somebody kept', async () => {
    const text = await rewritten.whole();
    expect(verify(text, { keys })).toMatchObject({ anchors: [] });
    expect(verify(text, { keys, ...kept(log.checkpoint(5)) }).anchors).toMatchObject([{ kind: 'checkpoint', size: 5 }]);
    const checkpoints = [20, 5, 17].map((size) => ({ name: `${size}.txt`, note: Buffer.from(log.checkpoint(size)) }));
    expect(refusal(text, { keys, checkpoints })).toMatchObject({ code: 'TAMPERED', within: { from: 5, to: 17 } });
    expect(refusal(text, { keys, ...kept(log.checkpoint(23)) })).toMatchObject({ code: 'TAMPERED', within: { from: 0, to: 23 } });
    const some = await rewritten.filtered([1, 2], [17]);
    expect(refusal(some, { keys, ...kept(log.checkpoint(17)) })).toMatchObject({ code: 'TAMPERED', within: { from: 0, to: 17 } });
    expect(refusal(some, { keys, ...kept(log.checkpoint(23)) })).toMatchObject({ code: 'TAMPERED' });
  });

  test('entries under the checkpoint of a fork are refused', async () => {
    expect(refusal(await log.whole({ checkpoint: rewritten.checkpoint() }))).toMatchObject({
      code: 'TAMPERED',
      within: { from: 0, to: 23 },
    });
    expect(refusal(await log.whole({ checkpoint: rewritten.checkpoint() }), kept(log.checkpoint(9)))).toMatchObject({
      within: { from: 9, to: 23 },
    });
    expect(refusal(await log.filtered([6], [], { checkpoint: rewritten.checkpoint() }))).toMatchObject({
      code: 'TAMPERED',
      index: 6,
    });
  });

  test('checkpoints of two logs cannot be swapped, not even when one key signs both', async () => {
    expect(refusal(await log.whole({ checkpoint: foreign.checkpoint() })).code).toBe('BAD_SIGNATURE');
    expect(refusal(whole, kept(foreign.checkpoint(5))).code).toBe('BAD_SIGNATURE');
    const both = { keys: [SAMPLE_KEY.verifier, signerKey('example.org/audit', Buffer.alloc(32, 9)).verifier] };
    expect(refusal(await log.whole({ checkpoint: foreign.checkpoint() }), both)).toMatchObject({
      code: 'TAMPERED',
      message: expect.stringContaining('example.org'),
    });
    expect(refusal(whole, { ...both, ...kept(foreign.checkpoint(5)) })).toMatchObject({
      code: 'TAMPERED',
      message: expect.stringContaining('of another log'),
    });
  });

  test('the empty log and a newer log anchor nothing', async () => {
    expect(refusal(whole, kept(log.checkpoint(0)))).toMatchObject({
      code: 'NOT_COMPARABLE',
      message: expect.stringContaining('shows nothing'),
    });
    const newer = kept(new SampleLog().add(24).checkpoint());
    for (const text of [whole, await log.filtered([3])])
      expect(refusal(text, newer)).toMatchObject({ code: 'NOT_COMPARABLE', message: expect.stringContaining('newer') });
  });

  test('an export that says more or less than its checkpoint is refused', async () => {
    const header = await log.header({ checkpoint: log.checkpoint(22) });
    expect(refusal(refooted([encodeHeader(header), ...lines.slice(1)]))).toMatchObject({ code: 'TAMPERED' });
  });

  test('an export that begins elsewhere than it says is refused', async () => {
    for (const range of [
      { from: 5, to: 23 },
      { from: 24, to: 23 },
    ]) {
      const header = { ...(await log.header()), range, before: [] };
      expect(refusal(refooted([encodeHeader(header), ...lines.slice(1)]))).toMatchObject({ code: 'MALFORMED' });
    }
  });

  test('a witness that was asked for must have signed', async () => {
    const witness = signerKey('witness.example.com', Buffer.alloc(32, 3), 'witness');
    const at = new Date('2026-05-02T00:00:00Z');
    const text = await log.whole({ checkpoint: cosignCheckpoint(log.checkpoint(), witness, at) });
    expect(verify(text, { keys, witnesses: [witness.verifier] }).anchors).toEqual([
      { kind: 'witness', name: 'witness.example.com', size: 23, at },
    ]);
    expect(refusal(whole, { keys, witnesses: [witness.verifier] }).code).toBe('BAD_SIGNATURE');
    const only = await log.whole({ checkpoint: cosignCheckpoint(log.checkpoint(23, forger), witness, at) });
    expect(refusal(only, { keys, witnesses: [witness.verifier] })).toMatchObject({
      code: 'BAD_SIGNATURE',
      message: expect.stringContaining('not by the log'),
    });
  });
});
