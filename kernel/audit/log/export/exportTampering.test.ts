import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { leafHash } from '../hash.ts';
import { refooted, refusal, verify } from './checking.fixture.ts';
import { SampleLog } from './sampleLog.fixture.ts';

const log = new SampleLog().add(23);
const whole = await log.whole();
const lines = whole.split('\n').slice(0, -1);
/** Where an entry stands; details stand between. */
const lineOf = (index: number): number => lines.findIndex((line) => line.startsWith(`{"index":${index},`));

/** The same entry with another body, and the hash that fits it. */
function rebodied(line: string, change: (body: string) => string): string {
  const [, head = '', body = ''] = /^(\{"index":\d+),"leaf":"[^"]+","body":(.*)\}$/.exec(line) ?? [];
  return `${head},"leaf":"${leafHash(Buffer.from(change(body))).toString('base64')}","body":${change(body)}}`;
}

describe('tampering by one who can do all but sign', () => {
  const change = (edit: (copy: string[]) => void): string => {
    const copy = [...lines];
    edit(copy);
    return refooted(copy);
  };

  test.each([
    ['deleted', 7, change((copy) => copy.splice(lineOf(7), 1))],
    [
      'inserted',
      8,
      change((copy) =>
        copy.splice(
          lineOf(8),
          0,
          rebodied(lines[lineOf(7)]!, (body) => body.replace('evt_7', 'evt_x')),
        ),
      ),
    ],
    ['duplicated', 8, change((copy) => copy.splice(lineOf(8), 0, lines[lineOf(7)]!))],
    ['moved', 7, change((copy) => copy.splice(lineOf(7), 2, lines[lineOf(8)]!, lines[lineOf(7)]!))],
    ['cut off from the end', 22, change((copy) => copy.splice(lineOf(22), 1))],
    ['added at the end', 23, change((copy) => copy.splice(-1, 0, lines[lineOf(22)]!.replace('"index":22', '"index":23')))],
  ])('an entry %s is noticed at its place', (_, index, text) => {
    expect(refusal(text)).toMatchObject({ code: 'TAMPERED', index });
  });

  property.prop([fc.nat(22)])(
    'an entry changed together with its hash is noticed, and named if anything followed it',
    (index) => {
      const text = change(
        (copy) => void (copy[lineOf(index)] = rebodied(lines[lineOf(index)]!, (body) => body.replace('usr_1', 'usr_2'))),
      );
      expect(refusal(text)).toMatchObject({ code: 'TAMPERED', index: index + 4 < 23 ? index : null });
    },
  );

  test('entries numbered anew after one was deleted are noticed by what they name', () => {
    const text = change((copy) => {
      copy.splice(lineOf(7), 1);
      for (const [at, line] of copy.entries())
        copy[at] = line.replace(
          /^\{"(index|detailOf)":(\d+)/,
          (_, name: string, n: string) => `{"${name}":${Number(n) > 7 ? Number(n) - 1 : n}`,
        );
    });
    // Entry 11 was the next of the same aggregate, and is entry 10 now.
    expect(refusal(text)).toMatchObject({ code: 'TAMPERED', index: 10 });
  });

  test('a hash that stands for a pruned body is proved too', async () => {
    const text = await log.whole({}, (index) => index === 5);
    const leaf = log.leaves[5]!.toString('base64');
    expect(refusal(refooted(text.replace(leaf, log.leaves[6]!.toString('base64')).split('\n').slice(0, -1)))).toMatchObject({
      code: 'TAMPERED',
      within: { from: 0, to: 23 },
    });
  });

  test('a gap in a chain is excused only by as many entries whose bodies are not there', async () => {
    const other = new SampleLog().add(12);
    other.addText(log.events[20]!.body).add(1);
    expect(refusal(await other.whole())).toMatchObject({
      code: 'TAMPERED',
      index: 12,
      message: expect.stringContaining('should have'),
    });
    expect(verify(await other.whole({}, (index) => index < 12))).toMatchObject({ pruned: 12, entries: 14 });
    expect(refusal(await other.whole({}, (index) => index < 4))).toMatchObject({ code: 'TAMPERED', index: 12 });
  });

  test('an event that was logged twice is noticed, whoever signed it', async () => {
    const twice = new SampleLog().add(12).addText(log.events[3]!.body);
    expect(refusal(await twice.whole())).toMatchObject({
      code: 'TAMPERED',
      index: 12,
      message: expect.stringContaining('came before'),
    });
  });

  test('a first event that names one before it is noticed', async () => {
    const body = log.events[3]!.body.replace('"previousEventDigest":null', '"previousEventDigest":"sha256:00"');
    expect(refusal(await new SampleLog().add(3).addText(body).whole())).toMatchObject({ code: 'TAMPERED', index: 3 });
  });

  test('a detail is the one that its event commits to', () => {
    const at = lines.findIndex((line) => line.startsWith('{"detailOf":9,'));
    const other = lines[at]!.replace('zürich 9', 'zürich 8');
    expect(refusal(change((copy) => void (copy[at] = other)))).toMatchObject({ code: 'TAMPERED', index: 9 });
    expect(refusal(change((copy) => copy.splice(at, 0, lines[at]!)))).toMatchObject({ code: 'MALFORMED' });
    const behindAnother = change((copy) => copy.splice(at, 2, lines[at + 1]!, lines[at]!));
    expect(refusal(behindAnother)).toMatchObject({ code: 'MALFORMED' });
    expect(refusal(change((copy) => copy.splice(at - 1, 0, lines[at]!)))).toMatchObject({ code: 'MALFORMED' });
    expect(refusal(change((copy) => copy.splice(lineOf(7) + 1, 0, lines[at]!.replace('9', '7'))))).toMatchObject({
      code: 'MALFORMED',
    });
  });

  test('a chosen entry with a proof that is wrong, of another entry, or too long is named', async () => {
    const text = (await log.filtered([4, 9, 13])).split('\n').slice(0, -1);
    const at = text.findIndex((line) => line.startsWith('{"index":9'));
    const line = text[at]!;
    const proof = /"proof":\[[^\]]*\]/;
    const wrong = [
      line.replace('"index":9', '"index":10'),
      line.replace(/"proof":\["[^"]*",/, '"proof":['),
      line.replace(/"proof":\[("[^"]*")/, '"proof":[$1,$1'),
      line.replace(proof, proof.exec(text.at(-2)!)![0]),
      line.replace(proof, `"proof":[${Array.from({ length: 65 }, () => `"${'A'.repeat(43)}="`).join(',')}]`),
      line.replace(proof, '"proof":[]'),
    ];
    for (const other of wrong) expect(refusal(refooted(text.with(at, other))), other).toMatchObject({ code: 'TAMPERED' });
    expect(refusal(refooted(text.with(at, line.replace('"index":9', '"index":23'))))).toMatchObject({
      code: 'TAMPERED',
      index: 23,
    });
    expect(refusal(refooted(text.with(at, line.replace(proof, '"proof":["x"]'))))).toMatchObject({ code: 'MALFORMED' });
    expect(refusal(refooted([...text.slice(0, at + 1), ...text.slice(at)]))).toMatchObject({ code: 'TAMPERED', index: 10 });
  });
});
