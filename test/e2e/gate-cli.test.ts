import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { writeServerFile } from '../../app/serverFile.ts';
import { attest } from '../../kernel/attestation/approvalStatement.ts';
import { signerKey } from '../../kernel/audit/log/noteKey.ts';
import { digestText } from '../../kernel/canonical.ts';
import { parseInstant } from '../../kernel/time.ts';
import { packageRoot } from '../../kernel/root.ts';
import { type Ended, run as runProgram, START } from './program.ts';
import { startEmpty, begunHome } from './running.ts';

let home: string;
let cadastre: Cadastre;
let folder: string;
const run = (...args: readonly string[]): Promise<Ended> => runProgram(home, args);
const file = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  home = await begunHome(afterAll);
  cadastre = await startEmpty(home, {}, { load: loadAllSubgraphs });
  await writeServerFile(home, { url: cadastre.url, pid: process.pid });
  folder = path.join(home, 'files');
  await mkdir(path.join(folder, 'model/beside'), { recursive: true });
  await writeFile(file('model/model.bin'), 'weights');
  await writeFile(file('model/beside/more.bin'), 'more weights');
  await writeFile(file('other.bin'), 'weighty');
  for (const words of [
    ['models', 'create', 'churn'],
    ['models', 'add-version', 'churn', file('model'), '--seal'],
  ])
    expect(await run(...words)).toMatchObject({ code: 0 });
});
afterAll(() => cadastre.stop());

test('what is not approved is refused, for people and for programs', async () => {
  const refused = await run('gate', 'check', 'churn@1');
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('NOT_REQUESTED') });
  expect(refused.stdout).toMatch(/evidence\.fairness +MISSING/);
  const { code, stdout } = await run('gate', 'check', 'churn@1', '--json');
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { isAllowed: false, code: 'NOT_REQUESTED', policy: 'production' }]);
  const sarif = JSON.parse((await run('gate', 'check', 'churn@1', '--sarif')).stdout);
  expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ results: expect.any(Array) }] });
  expect(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('evidence.metrics');
  const junit = (await run('gate', 'check', 'churn@1', '--junit')).stdout;
  expect(junit).toMatch(/^<\?xml[\s\S]*<testsuites tests="\d+" failures="[1-9]\d*" errors="0"/);
});

test.each([
  ['no such version', ['churn@9'], 3],
  ['no version at all', ['churn'], 2],
  ['a file that is not there', ['churn@1', '--stage', 'staging', '--artifact', 'nowhere.bin'], 3],
  ['an attestation without a key', ['churn@1', '--attestation', 'a.json'], 2],
  [
    'an attestation that is not there',
    ['churn@1', '--attestation', 'nowhere.json', '--key', signerKey('a', Buffer.alloc(32, 1)).verifier.vkey],
    3,
  ],
] as const)('%s', async (_, args, code) => {
  expect(await run('gate', 'check', ...args)).toMatchObject({ code, stdout: '' });
});

describe('with an attestation', () => {
  let key: string;
  beforeAll(async () => {
    const words = ['--incident', 'INC-7', '--reason', 'Nothing else answers any more, see the incident.', '--hours', '2'];
    expect(await run('models', 'break-glass', 'churn@1', 'production', ...words)).toMatchObject({ code: 0 });
    const saved = await run(
      'gate',
      'check',
      'churn@1',
      '--artifact',
      file('model/model.bin'),
      '--save-attestation',
      file('att.json'),
    );
    expect(saved).toMatchObject({ code: 0, stdout: expect.stringContaining('EMERGENCY') });
    const checkpoint = JSON.parse((await run('audit', 'checkpoint', '--json')).stdout);
    key = checkpoint.verifierKey;
  });

  const offline = (...args: readonly string[]): Promise<Ended> =>
    // No server: whoever has the attestation and the key needs none.
    run('gate', 'check', 'churn@1', '--url', 'http://127.0.0.1:1', '--attestation', file('att.json'), '--key', key, ...args);

  test('the right bytes pass without a server, and others do not', async () => {
    expect(await offline('--artifact', file('model/model.bin'))).toMatchObject({ code: 0 });
    expect(await offline('--artifact', file('other.bin'))).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('OTHER_BYTES'),
    });
    expect(await offline('--stage', 'staging')).toMatchObject({ code: 1, stdout: expect.stringContaining('OTHER_STAGE') });
  });

  test('a stage is the same in every spelling of its name, with a server and without', async () => {
    expect(await offline('--stage', 'Production')).toMatchObject({ code: 0 });
    expect(await run('gate', 'check', 'Churn@1', '--stage', 'PRODUCTION', '--key', key)).toMatchObject({ code: 0 });
  });

  /** A copy of the folder that was sealed, changed. */
  const changed = async (name: string, change: (at: string) => Promise<unknown>): Promise<string> => {
    await cp(file('model'), file(name), { recursive: true });
    await change(file(name));
    return file(name);
  };

  test('a folder passes when it is the version, and not when anything in it is another', async () => {
    const online = ['gate', 'check', 'churn@1', '--key', key, '--artifact'];
    expect(await run(...online, file('model'))).toMatchObject({ code: 0 });
    expect(await offline('--artifact', file('model'))).toMatchObject({ code: 0 });
    const linked = file('linked');
    await symlink(file('model'), linked);
    expect(await offline('--artifact', linked)).toMatchObject({ code: 0 });
    const weights = await changed('weights', (at) => writeFile(path.join(at, 'beside/more.bin'), 'other weights'));
    const beside = await changed('beside', (at) => writeFile(path.join(at, 'hook.py'), 'import os'));
    const less = await changed('less', (at) => rm(path.join(at, 'beside/more.bin')));
    const swapped = await changed('swapped', (at) => cp(path.join(at, 'model.bin'), path.join(at, 'beside/more.bin')));
    for (const [at, code] of [
      [weights, 'OTHER_BYTES'],
      [beside, 'OTHER_BYTES'],
      [less, 'MISSING_FILE'],
      [swapped, 'OTHER_PATH'],
    ] as const) {
      const refused = { code: 1, stdout: expect.stringContaining(code) };
      expect(await offline('--artifact', at)).toMatchObject(refused);
    }
    expect(await run(...online, weights)).toMatchObject({ code: 1, stdout: expect.stringContaining('OTHER_BYTES') });
    const link = await changed('link', (at) => symlink('/etc/hostname', path.join(at, 'hostname')));
    expect(await offline('--artifact', link)).toMatchObject({ code: 2, stderr: expect.stringContaining('no plain file') });
  });

  describe('a server that answers with what was true of something else, or once', () => {
    const signer = signerKey('example.com/log', Buffer.alloc(32, 7));
    const said = {
      model: 'churn',
      version: 1,
      stage: 'production',
      contentDigest: digestText('manifest'),
      evidenceDigest: null,
      approval: null,
      incident: null,
      auditId: null,
      issuedAt: parseInstant('2020-01-01T00:00:00Z'),
      notAfter: parseInstant('2999-01-01T00:00:00Z'),
      artifacts: [{ path: 'model.bin', digest: digestText('weights') }],
    };
    const right = JSON.stringify(attest(said, signer));
    const ended = JSON.stringify(attest({ ...said, notAfter: parseInstant('2020-01-02T00:00:00Z') }, signer));
    let answer: object;
    const impostor = createServer((_, response) => response.end(JSON.stringify({ data: { gate: answer } })));
    beforeAll(() => new Promise<void>((listening) => impostor.listen(0, '127.0.0.1', listening)));
    afterAll(() => impostor.close());

    test.each([
      ['churn@1', 'production', right, 0, 'may run'],
      ['churn@2', 'production', right, 1, 'OTHER_VERSION'],
      ['other@1', 'production', right, 1, 'OTHER_MODEL'],
      ['churn@1', 'staging', right, 1, 'OTHER_STAGE'],
      ['churn@1', 'production', ended, 1, 'EXPIRED'],
      ['churn@1', 'production', null, 1, 'NOT_ATTESTED'],
      ['churn@champion', 'production', right, 2, ''],
    ])('asked for %s in %s', async (written, stage, attestation, code, word) => {
      const [name, number] = written.split('@');
      answer = {
        isAllowed: true,
        code: 'IN_STAGE',
        reason: 'It is there.',
        until: null,
        policy: null,
        requirements: [],
        stage,
        attestation,
        verifierKey: signer.verifier.vkey,
        modelVersion: { number: Number(number) || 1, digest: null, model: { name } },
      };
      const address = impostor.address();
      const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
      const { vkey } = signer.verifier;
      const words = ['gate', 'check', written, '--stage', stage, '--key', vkey, '--url', url, '--token', 'x'];
      expect(await run(...words)).toMatchObject({ code, stdout: expect.stringContaining(word) });
    });
  });

  test('another key is exit 6, and what is no attestation exit 7', async () => {
    const stranger = signerKey('stranger', Buffer.alloc(32, 1)).verifier.vkey;
    const other = ['gate', 'check', 'churn@1', '--attestation', file('att.json'), '--key', stranger];
    expect(await run(...other)).toMatchObject({ code: 6 });
    await writeFile(file('cut.json'), (await readFile(file('att.json'), 'utf8')).slice(0, 100));
    expect(await run('gate', 'check', 'churn@1', '--attestation', file('cut.json'), '--key', key)).toMatchObject({ code: 7 });
  });

  describe('docs/gate.md', () => {
    const shell = `cadastre() { ${[process.execPath, ...START].map((word) => `"${word === 'tsx' ? import.meta.resolve('tsx') : word}"`).join(' ')} "$@"; }`;
    const block = async (name: string): Promise<string> => {
      const page = await readFile(path.join(packageRoot, 'docs/gate.md'), 'utf8');
      return new RegExp(`<!-- test: ${name} -->\\n+\`\`\`yaml\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
    };
    const bash = (script: string, environment: Readonly<Record<string, string>>): Promise<number | null> =>
      new Promise((resolve) => {
        const env = { ...process.env, CADASTRE_HOME: home, ...environment };
        spawn('bash', ['-e', '-c', `${shell}\n${script}`], { cwd: folder, env, stdio: 'ignore' }).once('close', resolve);
      });

    test('its workflow stops what is not approved and says why in the summary', async () => {
      const workflow: { jobs: { promote: { steps: { name?: string; run?: string }[] } } } = parseYaml(await block('workflow'));
      const step = workflow.jobs.promote.steps.find(({ run: script }) => script !== undefined)?.run ?? '';
      const summary = file('summary.md');
      const environment = { MODEL: 'churn@1', GITHUB_STEP_SUMMARY: summary };
      expect(await bash(step, { ...environment, ARTIFACT: 'other.bin' })).toBe(1);
      expect(await readFile(summary, 'utf8')).toContain('OTHER_BYTES');
      expect(JSON.parse(await readFile(file('gate.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
      expect(await bash(step, { ...environment, ARTIFACT: 'model/model.bin' })).toBe(0);
    });

    test('its init container lets the approved folder through, and none with another file in it', async () => {
      const { predictor } = parseYaml(await block('kserve')).spec;
      const [fetch, gate, ...others] = predictor.initContainers;
      // What is checked is what was fetched before, and what is served.
      expect([fetch.name, gate.name, others, predictor.model.storageUri]).toEqual(['fetch', 'gate', [], undefined]);
      const mounts = [fetch, gate, predictor.model].map(({ volumeMounts: [mount] }) => `${mount.name} ${mount.mountPath}`);
      expect(new Set(mounts)).toEqual(new Set(['model /mnt/models']));
      const script: string = gate.args[0]
        .replace('churn@2', 'churn@1')
        .replace('/attestation/churn.json', file('att.json'))
        .replace('/mnt/models', '"$MODEL"');
      const environment = { CADASTRE_LOG_KEY: key, CADASTRE_URL: 'http://127.0.0.1:1' };
      const other = await changed('other', (at) => writeFile(path.join(at, 'beside/more.bin'), 'other weights'));
      const more = await changed('more', (at) => writeFile(path.join(at, 'beside/unknown.bin'), ''));
      expect(await bash(script, { ...environment, MODEL: file('model') })).toBe(0);
      expect(await bash(script, { ...environment, MODEL: other })).toBe(1);
      expect(await bash(script, { ...environment, MODEL: more })).toBe(1);
    });
  });
});
