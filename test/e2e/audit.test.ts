import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { startCadastre } from '../../app/cadastre.ts';
import { openCheckpoint, signCheckpoint } from '../../kernel/audit/log/checkpoint.ts';
import { parseVerifierKey, signerKey } from '../../kernel/audit/log/noteKey.ts';
import { packageRoot } from '../../kernel/root.ts';
import { run } from './program.ts';
import { post, sampleHome, silentLog, testConfig } from './running.ts';

/** A year of the sample company. */
describe('the audit log of the sample company', () => {
  let server: Cadastre;
  let home: string;
  let folder: string;
  let token: string;

  beforeAll(async () => {
    home = await sampleHome(afterAll);
    server = await startCadastre(testConfig(home), { log: silentLog });
    token = server.admin.token;
    folder = path.join(home, 'elsewhere');
    mkdirSync(folder);
    execFileSync(process.execPath, [path.join(packageRoot, 'cli/verify/bundle.mjs'), path.join(folder, 'verify-audit.mjs')]);
    await settled();
  }, 240_000);
  afterAll(() => server.stop());

  const inFolder = (name: string): string => path.join(folder, name);
  const cli = (...args: readonly string[]) => run(home, ['audit', ...args], { CADASTRE_URL: server.url, CADASTRE_TOKEN: token });
  /** As its reader runs it: in a folder with nothing but the export and the verifier. */
  const verify = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['verify-audit.mjs', ...args], { cwd: folder, encoding: 'utf8', env: {} });
  const ask = async (query: string) => (await post(server.url, token, query)).body.data;

  async function settled(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const { auditCheckpoint } = await ask('{ auditCheckpoint { waiting size } }');
      if (auditCheckpoint?.waiting === 0) return;
      await new Promise((resolve) => void setTimeout(resolve, 200));
    }
    throw new Error('the log does not settle');
  }

  async function month(): Promise<{ readonly from: string; readonly to: string }> {
    const { auditTrail } = await ask(
      '{ auditTrail(first: 500, filter: { action: "catalog.asset.added.v1" }) { edges { node { time } } } }',
    );
    const times: readonly string[] = auditTrail.edges.map(({ node }: { node: { time: string } }) => node.time).toSorted();
    const from = `${(times[0] ?? '').slice(0, 7)}-01T00:00:00Z`;
    const to = new Date(Date.parse(from) + 31 * 86_400_000).toISOString().slice(0, 7);
    return { from, to: `${to}-01T00:00:00Z` };
  }

  test('a month of it is verified elsewhere with nothing but the export, and one changed character is found', async () => {
    const { from, to } = await month();
    const kept = await cli('checkpoint');
    expect(kept.code).toBe(0);
    writeFileSync(inFolder('kept.txt'), kept.stdout);
    const made = await cli(
      'export',
      '--from',
      from,
      '--to',
      to,
      '--details',
      '--out',
      inFolder('month.ndjson'),
      '--checkpoint',
      inFolder('kept.txt'),
    );
    expect(made).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^\d+ entries of /) });
    const sound = verify('month.ndjson', '--json');
    expect(sound.status).toBe(0);
    const report = JSON.parse(sound.stdout);
    expect(report).toMatchObject({
      ok: true,
      proves: 'INCLUSION',
      filter: `from ${from.replace('Z', '.000000Z')}, to ${to.replace('Z', '.000000Z')}`,
    });
    expect(report.entries).toBeGreaterThan(10);
    expect(verify('month.ndjson', '--checkpoint', 'kept.txt').status).toBe(0);

    const text = readFileSync(inFolder('month.ndjson'), 'utf8');
    const line = text.split('\n').at(5) ?? '';
    const index = Number(/^\{"(?:index|detailOf)":(\d+)/.exec(line)?.[1]);
    const changed = line.startsWith('{"index"')
      ? line.replace('"outcome":"success"', '"outcome":"refused"')
      : line.replace(/"detail":\{"/, '"detail":{"X');
    expect(changed).not.toBe(line);
    writeFileSync(inFolder('changed.ndjson'), text.replace(line, changed));
    expect(verify('changed.ndjson', '--json')).toMatchObject({ status: 1 });
    expect(JSON.parse(verify('changed.ndjson', '--json').stdout)).toMatchObject({ verdict: 'TAMPERED', index });
    const offline = await cli('verify', inFolder('changed.ndjson'), '--json');
    expect(offline.code).toBe(1);
    expect(JSON.parse(offline.stdout)).toMatchObject({ verdict: 'TAMPERED', index });

    // What an administrator with the key could sign who had rewritten history before that checkpoint.
    const { origin } = report;
    const forger = signerKey(origin, readSigningKey());
    const { size } = openCheckpoint(kept.stdout, [forger.verifier]);
    writeFileSync(inFolder('forged.txt'), signCheckpoint({ origin, size, root: Buffer.alloc(32, 1) }, forger));
    expect(verify('month.ndjson', '--checkpoint', 'forged.txt')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('History was rewritten'),
    });
  });

  const readSigningKey = (): Buffer =>
    Buffer.from(readFileSync(path.join(home, 'keys', 'log-signing-key'), 'utf8').trim(), 'base64');

  test('the whole of it goes to a pipe, and is complete', async () => {
    const made = await cli('export');
    writeFileSync(inFolder('whole.ndjson'), made.stdout);
    const verdict = verify('whole.ndjson', '--json');
    expect(JSON.parse(verdict.stdout)).toMatchObject({ ok: true, proves: 'COMPLETENESS', verdict: 'UNANCHORED' });
    const { auditCheckpoint } = await ask('{ auditCheckpoint { verifierKey } }');
    const other = parseVerifierKey(auditCheckpoint.verifierKey);
    expect((await cli('verify', inFolder('whole.ndjson'), '--key', other.vkey)).code).toBe(0);
    const stranger = signerKey(other.name, Buffer.alloc(32, 1)).verifier.vkey;
    expect((await cli('verify', inFolder('whole.ndjson'), '--key', stranger)).code).toBe(6);
    writeFileSync(inFolder('cut.ndjson'), made.stdout.slice(0, -20));
    expect((await cli('verify', inFolder('cut.ndjson'))).code).toBe(7);
    expect((await cli('verify', inFolder('not there.ndjson'))).code).toBe(3);
    expect((await cli('verify')).code).toBe(2);
  });

  test('tables of it lead back to the log, row by row', async () => {
    const narrowed = ['--action', 'catalog.owners.set.v1', '--details'];
    const ndjson = await cli('export', ...narrowed);
    const entries = ndjson.stdout
      .split('\n')
      .filter((line) => line.startsWith('{"index"'))
      .map((line) => JSON.parse(line));
    expect(entries.length).toBeGreaterThan(0);
    const leaves = entries.map(({ leaf }) => `sha256:${Buffer.from(leaf, 'base64').toString('hex')}`);

    const csv = (await cli('export', ...narrowed, '--format', 'csv')).stdout.trimEnd().split('\r\n');
    expect(csv[0]).toMatch(/^leafIndex,leafHash,id,time,action/);
    expect(csv.slice(1).map((line) => line.split(',').slice(0, 3))).toEqual(
      entries.map(({ index, body }, at) => [`${index}`, leaves[at], body.id]),
    );
    expect(csv[1]).toContain('""');

    expect((await cli('export', ...narrowed, '--format', 'parquet')).code).toBe(2);
    await cli('export', ...narrowed, '--format', 'parquet', '--out', inFolder('audit.parquet'));
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(inFolder('audit.parquet')) });
    expect(rows.map(({ leafIndex, leafHash, id }) => [Number(leafIndex), leafHash, id])).toEqual(
      entries.map(({ index, body }, at) => [index, leaves[at], body.id]),
    );
    expect(rows[0]?.['time']).toBeInstanceOf(Date);

    const ocsf = (await cli('export', ...narrowed, '--format', 'ocsf')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(ocsf.map(({ raw_data, unmapped }) => [JSON.parse(raw_data).id, unmapped.leaf_hash])).toEqual(
      entries.map(({ body }, at) => [body.id, leaves[at]]),
    );
  });

  test('an export that is no longer sound has no name and no table', async () => {
    const missing = await run(home, ['audit', 'export', '--out', inFolder('never.ndjson'), '--from-index', '99999999'], {
      CADASTRE_URL: server.url,
      CADASTRE_TOKEN: token,
    });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('fromIndex') });
    expect(() => readFileSync(inFolder('never.ndjson'))).toThrow();
  });

  test('one entry shows why it happened, its values, and that it is in the log', async () => {
    const { createTeam } = await ask(
      'mutation { createTeam(input: { idempotencyKey: "audit-e2e", name: "Auditors" }) { ... on TeamCreated { auditId } } }',
    );
    await settled();
    const shown = await cli('show', createTeam.auditId);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/Action +governance\.team\.created\.v1/);
    expect(shown.stdout).toMatch(/In the log +entry \d+ of \d+ in .*, proved/);
    expect(shown.stdout).toContain('"name":"Auditors"');
    expect((await cli('show', 'evt_00000000000000000000000000')).code).toBe(3);
    const listed = await cli('--action', 'governance.team.created.v1', '--detail');
    expect(listed.stdout).toContain('"name":"Auditors"');
  });

  test('a watcher sees the log grow, and says when it is another', async () => {
    const state = inFolder('watched');
    const look = (...args: readonly string[]) =>
      run(home, ['audit', 'watch', '--once', '--state', state, ...args], { CADASTRE_URL: server.url });
    expect(await look()).toMatchObject({ code: 0, stderr: expect.stringContaining('first look') });
    expect((await cli('verify', inFolder('whole.ndjson'), '--key', readFileSync(`${state}.vkey`, 'utf8'))).code).toBe(0);
    await ask(
      'mutation { createTeam(input: { idempotencyKey: "audit-e2e-2", name: "More" }) { ... on TeamCreated { auditId } } }',
    );
    await settled();
    expect(await look()).toMatchObject({ code: 0, stderr: '' });
    const honest = readFileSync(state, 'utf8');

    const forger = signerKey(honest.split('\n')[0] ?? '', readSigningKey());
    const { origin, size, root } = openCheckpoint(honest, [forger.verifier]);
    const forged = (at: number, as: Buffer) => writeFileSync(state, signCheckpoint({ origin, size: at, root: as }, forger));
    forged(size + 1_000, root);
    expect(await look()).toMatchObject({ code: 1, stderr: expect.stringContaining('rolled back') });
    forged(size - 2, root);
    expect(await look()).toMatchObject({ code: 1, stderr: expect.stringContaining('rewritten') });
    writeFileSync(state, honest);
    copyFileSync(state, `${state}.copy`);
    const stranger = signerKey(origin, Buffer.alloc(32, 1)).verifier.vkey;
    expect((await look('--key', stranger)).code).toBe(6);
    expect((await run(home, ['audit', 'watch', '--once', '--state', state, '--url', 'http://127.0.0.1:9'])).code).toBe(5);
    expect(readFileSync(state, 'utf8')).toBe(honest);
  });
});
