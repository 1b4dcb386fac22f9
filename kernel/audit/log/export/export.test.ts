import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { kept, refooted, refusal, verify } from './checking.fixture.ts';
import { encodeExport } from './exportEncoder.ts';
import { encodeHeader, parseHeader } from './exportHeader.ts';
import { SampleLog } from './sampleLog.fixture.ts';

const log = new SampleLog().add(23);
const whole = await log.whole();
const lines = whole.split('\n').slice(0, -1);

describe('a sound export', () => {
  property.prop([fc.integer({ min: 1, max: 3000 })])('is accepted in pieces of any size', (chunkBytes) => {
    expect(verify(whole, {}, chunkBytes)).toMatchObject({
      entries: 23,
      pruned: 0,
      details: 8,
      detailsAbsent: 0,
      links: 23,
      anchors: [],
    });
  });

  test('has lines that any tool for JSON reads', () => {
    const parsed = lines.map((line) => JSON.parse(line) as { body?: { id: string } });
    expect(parsed.flatMap(({ body }) => body?.id ?? [])).toEqual(log.events.map((_, at) => `evt_${at}`));
  });

  test('of no entries is accepted', async () => {
    expect(verify(await new SampleLog().whole())).toMatchObject({ entries: 0, checkpoint: { size: 0 } });
  });

  test('may lack bodies that were pruned: hashes prove the rest', async () => {
    const text = await log.whole({}, (index) => index < 6 || index === 9);
    expect(verify(text, kept(log.checkpoint(8)))).toMatchObject({ entries: 23, pruned: 7, anchors: [{ size: 8 }] });
    expect(text).not.toContain('evt_9"');
  });

  test('may lack details that were forgotten', () => {
    const without = lines.filter((line) => !line.startsWith('{"detailOf"'));
    expect(verify(refooted(without))).toMatchObject({ details: 0, detailsAbsent: 8 });
  });

  test.each([1, 5, 8, 16, 22, 23])('may begin with entry %i, with hashes of what precedes', async (from) => {
    const text = await log.whole({ range: { from, to: 23 } });
    expect(verify(text, kept(log.checkpoint(23)))).toMatchObject({ entries: 23 - from, header: { range: { from, to: 23 } } });
    expect(refusal(text, kept(log.checkpoint(from - 1)))).toMatchObject({ code: 'NOT_COMPARABLE' });
  });

  test('may end with an earlier checkpoint', async () => {
    expect(verify(await log.whole({ range: { from: 3, to: 17 } }), kept(log.checkpoint(12)))).toMatchObject({ entries: 14 });
  });

  test('of chosen entries proves that they are in the log', async () => {
    const text = await log.filtered([0, 4, 5, 22], [9, 16]);
    expect(verify(text)).toMatchObject({ entries: 4, header: { kind: 'filtered', filter: 'actor usr_1' }, anchors: [] });
    expect(
      verify(text, { checkpoints: [9, 16, 23].map((size) => ({ name: 'k', note: Buffer.from(log.checkpoint(size)) })) }).anchors,
    ).toHaveLength(3);
    expect(refusal(text, kept(log.checkpoint(10)))).toMatchObject({
      code: 'NOT_COMPARABLE',
      message: expect.stringContaining('Ask for one'),
    });
    expect(verify(await log.filtered([]))).toMatchObject({ entries: 0 });
  });
});

describe('the writer', () => {
  const written = async (
    header: Parameters<typeof encodeExport>[0],
    entries: Parameters<typeof encodeExport>[1],
  ): Promise<string> => {
    let text = '';
    for await (const piece of encodeExport(header, entries)) text += piece;
    return text;
  };

  test('writes nothing that no verifier accepts', async () => {
    const header = await log.header();
    const all = log.events.map((_, at) => log.entry(at));
    await expect(written(header, [all.slice(0, -1)])).rejects.toThrow(/ends before entry 22/);
    await expect(written(header, [all, all])).rejects.toThrow(/cannot stand/);
    await expect(written(header, [all.toReversed()])).rejects.toThrow(/cannot stand/);
    await expect(written(header, [all.map((entry) => ({ ...entry, proof: [] }))])).rejects.toThrow(/proof/);
    await expect(written(header, [[{ ...all[0]!, body: '{\n}' }]])).rejects.toThrow(/line break/);
    await expect(written(header, [[{ ...all[0]!, body: `"${'a'.repeat(65_534)}"` }]])).rejects.toThrow(/65535/);
    await expect(written(header, [[{ ...all[0]!, body: null }]])).rejects.toThrow(/commits/);
    await expect(written({ ...header, range: { from: 3, to: 23 } }, [])).rejects.toThrow(/precedes/);
  });

  test('a header comes back as it was written, and any other spelling is refused', async () => {
    const header = await log.header({ range: { from: 5, to: 23 } });
    expect(parseHeader(encodeHeader(header))).toEqual(header);
    expect(() => parseHeader(encodeHeader(header).replace('{"format"', '{"more":1,"format"'))).toThrow(/written anew/);
    expect(() => parseHeader(encodeHeader(header).replace('"from":5', '"from":-5'))).toThrow(/range.from/);
    expect(() => parseHeader('[]')).toThrow(/shape/);
  });

  test('an export takes what was logged, and says so when it is no event', async () => {
    expect(refusal(await new SampleLog().add(3).addText('{"hello":"world"}').whole())).toMatchObject({
      code: 'MALFORMED',
      index: 3,
    });
  });
});
