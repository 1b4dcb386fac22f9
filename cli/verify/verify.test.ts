import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cosignCheckpoint } from '../../kernel/audit/log/checkpoint.ts';
import { SAMPLE_KEY, SampleLog } from '../../kernel/audit/log/export/sampleLog.fixture.ts';
import { signerKey } from '../../kernel/audit/log/noteKey.ts';
import { packageRoot } from '../../kernel/root.ts';

/** As its reader runs it: one file, in a folder with nothing else, with a Node that finds no package. */
describe('verify-audit.mjs', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadastre-verify-'));
  const log = new SampleLog().add(23);
  const witness = signerKey('witness.example.com', Buffer.alloc(32, 3), 'witness');
  const write = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return name;
  };
  const run = (args: readonly string[], input = '') =>
    spawnSync(process.execPath, ['verify-audit.mjs', ...args], { cwd: folder, encoding: 'utf8', input, env: {} });
  const json = (args: readonly string[]): unknown => JSON.parse(run([...args, '--json']).stdout);

  beforeAll(async () => {
    execFileSync(process.execPath, [path.join(packageRoot, 'cli/verify/bundle.mjs'), path.join(folder, 'verify-audit.mjs')]);
    const whole = await log.whole();
    write('whole.ndjson', whole);
    write('changed.ndjson', whole.replace('"id":"evt_7"', '"id":"evt_X"'));
    write('cut.ndjson', whole.slice(0, -30));
    write('filtered.ndjson', await log.filtered([2, 5], [10]));
    write(
      'witnessed.ndjson',
      await log.whole({ checkpoint: cosignCheckpoint(log.checkpoint(), witness, new Date('2026-05-02T00:00:00Z')) }),
    );
    write('rewritten.ndjson', await new SampleLog().add(23, 'genf').whole());
    write('kept.txt', log.checkpoint(10));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('imports nothing but Node', () => {
    const source = readFileSync(path.join(folder, 'verify-audit.mjs'), 'utf8');
    const imported = [...source.matchAll(/^(?:import|export)\b.*?\bfrom "([^"]+)";$|\b(?:import|require)\(/gm)].map(
      (match) => match[1],
    );
    expect(imported.length).toBeGreaterThan(3);
    expect(imported.filter((name) => name?.startsWith('node:') !== true)).toEqual([]);
  });

  test('says that an export without anything to compare with is self-consistent, unanchored', () => {
    const { status, stdout, stderr } = run(['whole.ndjson']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^self-consistent, unanchored: example\.com\/audit, 23 entries/);
    expect(stdout).toContain('all 23 entries');
    expect(stdout).toContain('by the key in the export itself');
    expect(json(['whole.ndjson'])).toMatchObject({
      ok: true,
      verdict: 'UNANCHORED',
      proves: 'COMPLETENESS',
      size: 23,
      entries: 23,
      links: 23,
      key: { given: false },
    });
  });

  test('says that an export with an earlier checkpoint and a known key is ok', () => {
    const args = ['whole.ndjson', '--checkpoint', 'kept.txt', '--key', SAMPLE_KEY.verifier.vkey];
    expect(run(args)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^ok: [^]*Contains the log of kept.txt with its 10 entries/),
    });
    expect(json(args)).toMatchObject({ verdict: 'ANCHORED', key: { given: true }, anchors: [{ kind: 'checkpoint', size: 10 }] });
  });

  test('says of chosen entries that inclusion is proved, and not completeness', () => {
    const { status, stdout } = run(['filtered.ndjson', '--checkpoint', 'kept.txt']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ok: [^]*Inclusion, not completeness: these 2 entries[^]*"actor usr_1"/);
    expect(json(['filtered.ndjson'])).toMatchObject({ proves: 'INCLUSION', filter: 'actor usr_1' });
  });

  test('says who witnessed', () => {
    const args = ['witnessed.ndjson', '--witness', witness.verifier.vkey];
    expect(run(args)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Seen by the witness witness.example.com with 23 entries on 2026-05-02T00:00:00.000Z.'),
    });
    expect(run(['whole.ndjson', '--witness', witness.verifier.vkey]).status).toBe(6);
  });

  test('reads the standard input', () => {
    expect(run(['-'], readFileSync(path.join(folder, 'whole.ndjson'), 'utf8')).status).toBe(0);
    expect(run(['-'], '').status).toBe(7);
  });

  test('ends with 1 and names the entry when one was changed', () => {
    expect(run(['changed.ndjson'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^tampered: Entry 7 was changed/),
    });
    expect(json(['changed.ndjson'])).toMatchObject({ ok: false, verdict: 'TAMPERED', index: 7 });
  });

  test('ends with 1 when history was rewritten and signed again', () => {
    expect(run(['rewritten.ndjson']).status).toBe(0);
    expect(run(['rewritten.ndjson', '--checkpoint', 'kept.txt'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('History was rewritten'),
    });
  });

  test('ends with 6 when the key is another', () => {
    const other = signerKey('example.com/audit', Buffer.alloc(32, 1)).verifier.vkey;
    expect(run(['whole.ndjson', '--key', other])).toMatchObject({ status: 6, stderr: expect.stringMatching(/^bad signature: /) });
  });

  test('ends with 7 when the file was cut off', () => {
    expect(run(['cut.ndjson'])).toMatchObject({ status: 7, stderr: expect.stringMatching(/^malformed: The export was cut off/) });
    expect(run(['kept.txt']).status).toBe(7);
  });

  test.each([
    [[]],
    [['a', 'b']],
    [['whole.ndjson', '--unknown']],
    [['whole.ndjson', '--key', 'hunter2']],
    [['whole.ndjson', '--key', witness.verifier.vkey]],
    [['whole.ndjson', '--witness', SAMPLE_KEY.verifier.vkey]],
    [['whole.ndjson', '--checkpoint']],
  ])('ends with 2 for %j', (args) => {
    expect(run(args).status).toBe(2);
  });

  test('ends with 2 when a checkpoint cannot be compared, and with 3 when a file is not there', () => {
    write('empty.txt', log.checkpoint(0));
    expect(run(['whole.ndjson', '--checkpoint', 'empty.txt'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('shows nothing'),
    });
    expect(run(['absent.ndjson']).status).toBe(3);
    expect(run(['whole.ndjson', '--checkpoint', 'absent.txt']).status).toBe(3);
    expect(run(['.']).status).toBe(3);
  });

  test('helps', () => {
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Exit codes') });
  });
});
