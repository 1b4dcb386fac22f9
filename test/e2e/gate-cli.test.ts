import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Cadastre } from '../../app/cadastre.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { writeServerFile } from '../../app/serverFile.ts';
import { signerKey } from '../../kernel/audit/log/noteKey.ts';
import { packageRoot } from '../../kernel/root.ts';
import { type Ended, run as runProgram, START } from './program.ts';
import { startEmpty, temporaryHome } from './running.ts';

let home: string;
let cadastre: Cadastre;
let folder: string;
const run = (...args: readonly string[]): Promise<Ended> => runProgram(home, args);
const file = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  home = await temporaryHome(afterAll);
  cadastre = await startEmpty(home, {}, { load: loadAllSubgraphs });
  await writeServerFile(home, { url: cadastre.url, pid: process.pid });
  folder = path.join(home, 'files');
  await mkdir(path.join(folder, 'model'), { recursive: true });
  await writeFile(file('model/model.bin'), 'weights');
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
  expect(junit).toMatch(/^<\?xml[\s\S]*<testsuites tests="\d+" failures="[1-9]\d*">/);
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

    test('its init container lets the approved bytes through, and no others', async () => {
      const service = parseYaml(await block('kserve'));
      const [container] = service.spec.predictor.initContainers;
      const script: string = container.args[0]
        .replace('churn@2', 'churn@1')
        .replace('/attestation/churn.json', file('att.json'))
        .replace('/mnt/models/model.onnx', '"$MODEL"');
      const environment = { CADASTRE_LOG_KEY: key, CADASTRE_URL: 'http://127.0.0.1:1' };
      expect(await bash(script, { ...environment, MODEL: file('model/model.bin') })).toBe(0);
      expect(await bash(script, { ...environment, MODEL: file('other.bin') })).toBe(1);
    });
  });
});
