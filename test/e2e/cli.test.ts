import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { startCadastre } from '../../app/cadastre.ts';
import { writeServerFile } from '../../app/serverFile.ts';
import { run } from './program.ts';
import { begunHome, post, silentLog, testConfig } from './running.ts';

const URN = 'urn:cadastre:dataset:sample://greenhouse,greenhouse.raw.customers';

describe('the command line and a server', () => {
  let home: string;
  let cadastre: Cadastre;
  const cli = (...args: string[]) => run(home, args);

  beforeAll(async () => {
    home = await begunHome(afterAll);
    cadastre = await startCadastre(testConfig(home), { log: silentLog });
    await writeServerFile(home, { url: cadastre.url, pid: process.pid });
    expect(await cli('sources', 'add', 'sample', 'sample:')).toMatchObject({ code: 0 });
    expect(await cli('crawl', 'sample', '--wait')).toMatchObject({ code: 0, stderr: '' });
  });

  afterAll(() => cadastre.stop());

  test('search finds what was mistyped, with data on stdout and talk on stderr', async () => {
    const { code, stdout, stderr } = await cli('search', 'custmer', 'emial');
    expect(code).toBe(0);
    expect(stdout).toContain(URN);
    expect(stderr).toContain('Read "custmer" as "customer".');
  });

  test('search is narrowed, and says what there is to choose from', async () => {
    const shown = await cli('search', 'customer', 'email', '--kind', 'column', '--facets');
    const [, count = ''] = /^owner {5}dbt_runner (\d+), .*etl_loader \d+/m.exec(shown.stdout) ?? [];
    expect(shown.stdout).toMatch(/^platform {2}duckdb \d+$/m);
    const narrowed = await cli(
      'search',
      'customer',
      'email',
      '--kind',
      'column',
      '--owner',
      'dbt_runner',
      '--first',
      '100',
      '--json',
    );
    const { totalCount, edges } = JSON.parse(narrowed.stdout);
    expect([totalCount.value, edges.length]).toEqual([Number(count), Number(count)]);
    expect((await cli('search', 'customer', '--platform', 'mysql')).code).toBe(3);
    const nobody = await cli('search', 'email', '--owner', 'Nobody at all');
    expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('Nobody at all')]);
  });

  test('--json prints nothing but JSON', async () => {
    const { stdout } = await cli('search', 'customers', '--json', '--first', '1');
    expect(JSON.parse(stdout).edges).toHaveLength(1);
  });

  test('owners, a description and a tag are set and shown with who said so', async () => {
    expect(await cli('owners', 'set', URN, '--accountable', 'ada@example.com', '--reason', 'test')).toMatchObject({ code: 0 });
    expect(await cli('describe', URN, 'Everybody who bought \u001b[31m🌱')).toMatchObject({ code: 0 });
    expect(await cli('tag', URN, '--add', 'personal', '--create')).toMatchObject({ code: 0 });
    const { stdout } = await cli('asset', URN);
    expect(stdout).toMatch(/Accountable +ada@example\.com \(human\)/);
    expect(stdout).toMatch(/Tags +personal/);
    expect(stdout).toContain('\\u001b[31m🌱');
    expect(stdout).not.toContain('\u001b');
    expect((await cli('asset', URN, '--history')).stdout).toMatch(/^VERSION/);
    expect((await cli('audit', '--subject', URN, '--action', 'catalog.owners.set.v1')).stdout).toMatch(
      /catalog\.owners\.set\.v1 +success/,
    );
  });

  test('the past is asked with --as-of', async () => {
    expect(await cli('asset', URN, '--as-of', '2020-01-01')).toMatchObject({ code: 3 });
  });

  test.each([
    ['nothing of that name', ['asset', 'urn:cadastre:dataset:a,b'], 3],
    ['no result', ['search', 'zzzzqqqq'], 3],
    ['an unknown command', ['frobnicate'], 2],
    ['a page of a million', ['audit', '--first', '1000000'], 2],
    ['a malformed moment', ['asset', URN, '--as-of', 'yesterday'], 2],
    ['a malformed URN', ['asset', 'urn:nonsense'], 2],
    ['no owner', ['owners', 'set', URN], 2],
    ['a wrong token', ['audit', '--token', 'nobody'], 4],
    ['an address without a token', ['audit', '--url', 'http://127.0.0.1:9'], 4],
    ['nobody at the address', ['audit', '--url', 'http://127.0.0.1:9', '--token', 'x'], 5],
    ['a source of an unknown kind', ['sources', 'add', 'x', 'gopher://x'], 2],
    ['help', ['--help'], 0],
  ])('%s', async (_what, args, code) => {
    const ended = await cli(...args);
    expect(ended.code).toBe(code);
    if (code !== 0) expect(ended.stderr).not.toBe('');
    expect(ended.stderr).not.toMatch(/\n +at /);
  });

  test('a revoked token exits with 4', async () => {
    const { token, accessKey } = JSON.parse((await cli('keys', 'create', 'nightly', '--json')).stdout);
    expect(await run(home, ['audit'], { CADASTRE_TOKEN: token })).toMatchObject({ code: 0 });
    expect(await cli('keys', 'revoke', accessKey.id)).toMatchObject({ code: 0 });
    expect(await run(home, ['audit'], { CADASTRE_TOKEN: token })).toMatchObject({ code: 4 });
  });

  test('whoever may not is refused with 1, and the refusal names its audit entry', async () => {
    const input = '{ idempotencyKey: "u", name: "Ada", email: "ada.bot@example.com", roles: [analyst] }';
    const made = await post(
      cadastre.url,
      cadastre.admin.token,
      `mutation { createUser(input: ${input}) { ... on UserCreated { user { id } } } }`,
    );
    const owner = made.body.data.createUser.user.id;
    const { token } = JSON.parse((await cli('keys', 'create', 'bot', '--service', 'Bot', '--owner', owner, '--json')).stdout);
    const refused = await run(home, ['describe', URN, 'x'], { CADASTRE_TOKEN: token });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/audit entry evt_/) });
  });

  test('doctor finds all well', async () => {
    const { code, stdout } = await cli('doctor', '--json');
    expect(JSON.parse(stdout).filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    expect(code).toBe(0);
  });
});

test('with no server running, a command starts one and takes it away again', async () => {
  const home = await begunHome();
  expect(await run(home, ['audit', '--json'])).toMatchObject({ code: 0, stderr: '' });
  expect(await run(home, ['audit', '--json'])).toMatchObject({ code: 0 });
});

test('the schemas are printed without any server or folder', async () => {
  const home = path.join(await begunHome(), 'none');
  expect((await run(home, ['schema'])).stdout).toContain('type Query');
  expect((await run(home, ['supergraph'])).stdout).toContain('join__Graph');
  expect(() => readFileSync(home)).toThrow('ENOENT');
});
