import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { spawnSync } from 'node:child_process';
import { text as readAll } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../kernel/root.ts';
import { dbtManifest } from '../support/dbtManifest.ts';
import { run } from '../e2e/program.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cadastre-dbt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const written = path.join(folder, name);
  writeFileSync(written, text);
  return written;
};
const cli = (...args: string[]) => run(folder, args);

const manifest = (stage: string): string =>
  dbtManifest({
    nodes: {
      'model.shop.stage': { sql: stage, dependsOn: ['source.shop.raw.orders'] },
      'model.shop.mart': {
        sql: 'select sum(amount) as revenue from shop.public.stage',
        dependsOn: ['model.shop.stage'],
        more: { meta: { owner: 'ada@example.com' } },
      },
    },
    sources: { 'source.shop.raw.orders': { schema: 'raw', columns: { id: 'integer', amount: 'decimal(10,2)' } } },
  });
const OLD = file('manifest.json', manifest('select id, amount from shop.raw.orders'));
const NEW = file('new.json', manifest('select id, amount as total from shop.raw.orders'));

describe('ingest dbt', () => {
  test('a dry run says what it read and needs no server', async () => {
    const ended = await cli('ingest', 'dbt', folder, '--location', 'db.example', '--dry-run', '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      project: 'shop',
      namespaces: ['postgres://db.example:5432'],
      counts: { models: 2, sources: 1, datasets: 3, owned: 1, datasetEdges: 2 },
      columnLineage: { ANALYZED: 2 },
      missingArtifacts: ['catalog.json', 'run_results.json', 'sources.json'],
      requests: 1,
      sent: false,
    });
  });

  test.each([
    ['a warehouse that is nowhere', [], 2, /--namespace postgres:\/\/db\.example:5432/],
    ['a folder without artifacts', [path.join(tmpdir(), 'cadastre-nowhere')], 3, /There is no .*manifest\.json/],
  ])('%s', async (_what, args, code, says) => {
    const ended = await cli('ingest', 'dbt', ...(args.length === 0 ? [folder] : args), '--dry-run');
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(says);
  });

  test('a malformed artifact exits with 7 and says which and where', async () => {
    const broken = mkdtempSync(path.join(folder, 'broken-'));
    writeFileSync(path.join(broken, 'manifest.json'), readFileSync(OLD));
    writeFileSync(path.join(broken, 'catalog.json'), '{"metadata": {');
    const ended = await cli('ingest', 'dbt', broken, '--location', 'db.example', '--dry-run', '--json');
    expect(ended.code).toBe(7);
    expect(JSON.parse(ended.stderr)).toEqual({
      error: { code: 'TRUNCATED', message: expect.stringMatching(/catalog\.json: .*line 1, column 15/) },
    });
  });
});

describe('ingest dbt into a server', () => {
  // What a server must understand: one mutation, with everything in its input.
  const requests: { readonly query: string; readonly variables: { readonly input: Record<string, unknown> } }[] = [];
  const counts = { edgesClosed: 0, unresolved: 0, signals: 0, results: 0, metrics: 0, dashboards: 0 };
  let result: object = {
    __typename: 'MetadataIngested',
    auditId: 'evt_1',
    isRepeat: false,
    datasets: 3,
    edgesOpened: 2,
    ...counts,
  };
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      requests.push(JSON.parse(body));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { result } }));
    });
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const send = () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return cli(
      'ingest',
      'dbt',
      folder,
      '--location',
      'db.example',
      '--json',
      '--url',
      `http://127.0.0.1:${port}`,
      '--token',
      'x',
    );
  };

  test('datasets and evidence go in one mutation, twice under the same key', async () => {
    expect(JSON.parse((await send()).stdout)).toMatchObject({
      sent: true,
      auditIds: ['evt_1'],
      changes: { datasets: 3, edgesOpened: 2, ...counts },
    });
    expect(await send()).toMatchObject({ code: 0 });
    const [first, second] = requests.map(({ variables }) => variables.input);
    expect(first).toEqual(second);
    expect(requests[0]?.query).toContain('ingestMetadata(input: $input)');
    expect(first).toMatchObject({
      idempotencyKey: expect.stringMatching(/^dbt:sha256:[0-9a-f]{64}$/),
      producer: 'dbt/shop',
      datasets: expect.arrayContaining([
        expect.objectContaining({
          namespace: 'postgres://db.example:5432',
          name: 'shop.public.mart',
          owners: [{ email: 'ada@example.com' }],
        }),
      ]),
      evidence: [
        {
          key: 'dbt/shop/model.shop.stage',
          origin: 'DBT',
          claims: expect.arrayContaining([expect.objectContaining({ type: 'DIRECT' })]),
        },
        { key: 'dbt/shop/model.shop.mart' },
      ],
    });
  });

  test('a refusal exits with 1 and says who wrote it down', async () => {
    result = { __typename: 'Refused', auditId: 'evt_2', code: 'FORBIDDEN', message: 'The role "bot" may not.' };
    expect(await send()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('FORBIDDEN') });
  });
});

describe('impact', () => {
  test('nothing changed: 0', async () => {
    expect(await cli('impact', '--manifest', OLD, OLD)).toMatchObject({ code: 0, stderr: '' });
  });

  test('a column that is still asked for: 1, with who has to see to it', async () => {
    const ended = await cli('impact', '--manifest', OLD, NEW, '--json');
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      breaking: true,
      changes: [{ kind: 'COLUMN_RENAMED', column: 'amount', to: 'total', dataset: { id: 'model.shop.stage' } }],
      byOwner: [{ owner: { email: 'ada@example.com' }, broken: [{ id: 'model.shop.mart', effect: 'FAILS' }] }],
    });
  });

  test('tables: 1 when something was taken away', async () => {
    const was = file('was.json', '{"shop.raw.orders": {"id": "integer", "amount": "decimal(10,2)"}}');
    const is = file('is.json', '{"shop.raw.orders": {"id": "bigint"}}');
    expect(await cli('impact', '--schema', was, is)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('amount was dropped'),
    });
    const followed = await cli('impact', '--schema', was, is, '--manifest', OLD);
    expect(followed).toMatchObject({ code: 1, stdout: expect.stringMatching(/fails +model +stage/) });
  });

  test.each([
    ['one state', ['--manifest', OLD], 2],
    ['nothing', [], 2],
    ['a file that is not there', ['--manifest', OLD, 'nowhere.json'], 3],
    ['a file that is no manifest', ['--manifest', OLD, path.join(packageRoot, 'package.json')], 7],
    ['tables in another form', ['--schema', OLD, OLD], 7],
  ])('%s', async (_what, args, code) => {
    expect(await cli('impact', ...args)).toMatchObject({ code, stdout: '' });
  });
});

describe('docs/ci-gate.md', () => {
  const page = readFileSync(path.join(packageRoot, 'docs/ci-gate.md'), 'utf8');
  const block = (title: string): string =>
    new RegExp(`## ${title}\\n[\\s\\S]*?(\`{3,})\\w+\\n([\\s\\S]*?)\\n\\1\\n`).exec(page)?.[2] ?? '';
  const cadastre = `cadastre() { "${process.execPath}" --import "${import.meta.resolve('tsx')}" "${packageRoot}/cli/main.ts" "$@"; }`;
  const bash = (script: string, environment: Readonly<Record<string, string>>, cwd = folder) =>
    spawnSync('bash', ['-e', '-c', `${cadastre}\n${script}`], { cwd, env: { ...process.env, ...environment }, encoding: 'utf8' });
  const gate = (old: string, young: string) => bash(block('Any shell'), { OLD: old, NEW: young });

  test('its script lets through what breaks nothing', () => {
    expect(gate(OLD, OLD)).toMatchObject({ status: 0, stdout: 'Nothing breaks.\n' });
  });

  test('its script stops what breaks something and names the owners', () => {
    const { status, stdout } = gate(OLD, NEW);
    expect(status).toBe(1);
    expect(stdout).toMatch(/Ask these owners first:[\s\S]*ada@example\.com[\s\S]*fails +model +mart/);
  });

  test('its script does not take a broken file for a green light', () => {
    expect(gate(OLD, path.join(packageRoot, 'package.json')).status).toBe(7);
  });

  test('the last step of its workflow fails with what breaks in the summary', () => {
    const workflow: { jobs: { impact: { steps: { name?: string; run?: string }[] } } } = parseYaml(block('GitHub Actions'));
    const step = workflow.jobs.impact.steps.find(({ name }) => name === 'What breaks');
    for (const [state, text] of [
      ['old', OLD],
      ['new', NEW],
    ] as const) {
      mkdirSync(path.join(folder, state, 'target'), { recursive: true });
      copyFileSync(text, path.join(folder, state, 'target', 'manifest.json'));
    }
    const summary = path.join(folder, 'summary.md');
    expect(bash(step?.run ?? '', { GITHUB_STEP_SUMMARY: summary }, path.join(folder, 'new')).status).toBe(1);
    expect(readFileSync(summary, 'utf8')).toMatch(/^```\nChanges\n[\s\S]*fails +model +mart/);
  });
});
