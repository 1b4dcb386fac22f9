import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cosignCheckpoint } from '../checkpoint.ts';
import { signerKey } from '../noteKey.ts';
import { refusal, verify } from './checking.fixture.ts';
import { SampleLog } from './sampleLog.fixture.ts';

const log = new SampleLog().add(23);
const whole = await log.whole();
const lines = whole.split('\n').slice(0, -1);
/** Where an entry stands; details stand between. */
const lineOf = (index: number): number => lines.findIndex((line) => line.startsWith(`{"index":${index},`));

describe('damage', () => {
  const bytes = Buffer.from(whole);

  property.prop([fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 600 })('any other byte is noticed', (at, flip) => {
    const changed = Buffer.from(bytes);
    changed[at % bytes.length]! ^= flip;
    expect(refusal(changed).code).not.toBe('NOT_COMPARABLE');
  });

  property.prop([fc.nat(22), fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 300 })(
    'in a body it is named',
    (index, at, flip) => {
      const start = Buffer.byteLength(`${lines.slice(0, lineOf(index)).join('\n')}\n`);
      const line = Buffer.from(lines[lineOf(index)]!);
      const body = start + line.indexOf('"body":') + 7;
      const changed = Buffer.from(bytes);
      const place = body + (at % (start + line.length - 1 - body));
      changed[place]! ^= flip;
      // A newline in its midst makes two lines of it, and no entry.
      expect(refusal(changed)).toMatchObject({ index, code: changed[place] === 0x0a ? 'MALFORMED' : 'TAMPERED' });
    },
  );

  test('in a signature of somebody unknown it is noticed by the digest of the file', async () => {
    const witness = signerKey('witness.example.com', Buffer.alloc(32, 3), 'witness');
    const text = await log.whole({ checkpoint: cosignCheckpoint(log.checkpoint(), witness, new Date()) });
    expect(verify(text).anchors).toEqual([]);
    const at = text.indexOf('witness.example.com ') + 40;
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    expect(refusal(changed)).toMatchObject({ code: 'TAMPERED', index: null });
  });

  test.each(['entries', 'details', 'sha256'])('in `%s` of its last line it is noticed', (field) => {
    const last = lines.at(-1)!;
    const other = last.replace(
      new RegExp(`("${field}":"?)(.)`),
      (_, name: string, digit: string) => name + (digit === '9' ? '1' : '9'),
    );
    expect(refusal(whole.replace(last, other))).toMatchObject({ code: 'TAMPERED', index: null });
  });

  property.prop([fc.nat()])('a file that was cut off anywhere is refused', (at) => {
    expect(refusal(bytes.subarray(0, at % bytes.length)).code).toBe('MALFORMED');
  });

  test.each([
    ['line ends of Windows', whole.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${whole}`],
    ['an empty line', whole.replace('\n', '\n\n')],
    ['something behind its end', `${whole}\n`],
    ['its end twice', `${whole}${lines.at(-1)}\n`],
    ['itself behind its end', whole + whole],
    ['nothing in it', ''],
    ['spaces in a line', whole.replace('{"index":7,', '{"index": 7,')],
    ['spaces in its last line', whole.replace(',"details"', ', "details"')],
    ['spaces in its first line', whole.replace('"origin":', '"origin": ')],
    ['another version', whole.replace('export/1', 'export/2')],
    ['an index of 2^53', whole.replace('{"index":7,', '{"index":9007199254740992,')],
    ['an index with a zero before it', whole.replace('{"index":7,', '{"index":07,')],
    ['a key that was changed', whole.replace(/"vkey":"[^"]{30}/, (found) => `${found.slice(0, -1)}0`)],
  ])('with %s it is refused', (_, text) => {
    expect(refusal(text).code).toBe('MALFORMED');
  });

  test('a line break in a body is told with its entry', () => {
    const line = lines[lineOf(7)]!;
    expect(refusal(whole.replace(line, line.replace('"action"', '\n"action"')))).toMatchObject({ code: 'MALFORMED', index: 7 });
  });

  test('what the file says of itself never reaches a terminal unescaped', () => {
    const evil = whole.replace('example.com/audit\\n', '\u001b[2Jexample.com\\n');
    expect(refusal(evil).message).not.toContain('\u001b');
  });
});
