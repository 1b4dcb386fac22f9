import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCadastre, type Cadastre } from '../../app/cadastre.ts';
import { writeServerFile } from '../../app/serverFile.ts';
import { run } from './program.ts';
import { begunHome, post, silentLog, testConfig } from './running.ts';

const URN = 'urn:cadastre:dataset:sample://greenhouse,greenhouse.raw.customers';

describe('the command line says what it means', { timeout: 180_000 }, () => {
  let home: string;
  let cadastre: Cadastre;
  const cli = (...args: string[]) => run(home, args);
  const json = async (...args: string[]) => JSON.parse((await cli(...args, '--json')).stdout);

  beforeAll(async () => {
    home = await begunHome(afterAll);
    cadastre = await startCadastre(testConfig(home), { log: silentLog });
    await writeServerFile(home, { url: cadastre.url, pid: process.pid });
    await post(
      cadastre.url,
      cadastre.admin.token,
      `mutation {
        a: createUser(input: { idempotencyKey: "a", name: "Ada Lovelace", email: "ada@example.com", roles: [steward] }) { __typename }
        b: createUser(input: { idempotencyKey: "b", name: "Bob", email: "bob@example.com", roles: [analyst] }) { __typename }
        c: createUser(input: { idempotencyKey: "c", name: "Cleo", email: "cleo@example.com", roles: [] }) { __typename }
        d: createTeam(input: { idempotencyKey: "d", name: "Data" }) { __typename }
      }`,
    );
    expect(await cli('sources', 'add', 'sample', 'sample:')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Connected: /),
    });
    expect(await cli('crawl', 'sample', '--wait')).toMatchObject({ code: 0 });
  }, 240_000);
  afterAll(() => cadastre.stop());

  test('people are named by name or address, and teams by name, wherever an id is', async () => {
    expect(await cli('teams', 'add', 'data', 'ada@example.com', 'Bob')).toMatchObject({ code: 0 });
    expect((await json('teams', 'members', 'Data')).map(({ node }: { node: { name: string } }) => node.name)).toEqual([
      'Ada Lovelace',
      'Bob',
    ]);
    expect(await cli('owners', 'set', URN, '--accountable', 'Data', '--steward', 'ada lovelace')).toMatchObject({ code: 0 });
    expect((await cli('asset', URN)).stdout).toMatch(/Accountable +Data \(human\)/);
    expect(await json('users', 'roles', 'bob@example.com', 'analyst', 'bot')).toMatchObject({ roles: ['analyst', 'bot'] });
    expect(await cli('access', 'catalog.manageSources', '--principal', 'Bob')).toMatchObject({ code: 1 });
    expect(await json('keys', 'create', 'laptop', '--principal', 'Bob')).toMatchObject({ accessKey: { label: 'laptop' } });
    expect(await json('keys', 'list', '--principal', 'bob@example.com')).toHaveLength(1);
    expect((await cli('audit', '--subject', 'Ada Lovelace')).stdout).toContain('governance.user.created.v1');
    expect((await cli('owners', 'set', '--help')).stdout).toMatch(/team/);
  });

  test.each([
    [
      'a team that is not there',
      ['teams', 'members', 'Dta'],
      3,
      /"Dta" was not found\. Did you mean "Data"\? See `cadastre teams list`\./,
    ],
    ['an id of nobody', ['teams', 'members', 'tea_nobody'], 3, /tea_nobody was not found/],
    ['a person where a team is asked for', ['teams', 'members', 'Bob'], 3, /"Bob" was not found/],
    ['an actor who is not there', ['audit', '--actor', 'Bbo'], 3, /Did you mean "Bob"\?/],
    ['a subject that is not there', ['audit', '--subject', 'x'], 3, /Nothing is recorded of "x"/],
    ['an asset that is not there', ['audit', '--subject', `${URN}s`], 3, /was not found/],
    ['an action that no event has', ['audit', '--action', 'catalog.owners.set'], 2, /Did you mean "catalog\.owners\.set\.v1"/],
    [
      'a filter that fits nothing',
      ['audit', '--correlation', 'x', '--outcome', 'failed'],
      0,
      /^No entry fits --outcome failed and --correlation x\.$/m,
    ],
    ['keys of nobody', ['keys', 'list', '--principal', 'nobody@example.com'], 3, /"nobody@example\.com" was not found/],
    ['an unknown role', ['users', 'roles', 'Bob', 'king'], 2, /admin, steward, analyst, bot/],
    ['an unknown kind', ['search', 'orders', '--kind', 'tables'], 2, /container, dataset, dashboard, column/],
    ['an action of assets without one', ['access', 'catalog.read'], 2, /--asset/],
    ['an action of all with an asset', ['access', 'audit.read', '--asset', URN], 2, /Leave out --asset/],
    ['an action that there is not', ['access', 'catalog.raed'], 2, /Did you mean "catalog\.read"/],
    ['a service that nobody answers for', ['keys', 'create', 'x', '--service', 'Bot'], 1, /as --owner/],
    ['an export that is not there', ['audit', 'verify', 'none'], 3, /^none was not found\.$/m],
    ['the future', ['asset', URN, '--as-of', '2999-01-01'], 2, /--as-of: 2999-01-01\S+ is in the future/],
    ['no jobs', ['jobs', 'list'], 0, /OpenLineage events/],
    [
      'a source that is away',
      ['sources', 'add', 'away', 'postgres://x:y@127.0.0.1:9/z'],
      5,
      /Nothing was registered\. .*--no-test/s,
    ],
  ])('%s', async (_what, args, code, says) => {
    const ended = await cli(...args);
    expect(ended.stderr).toMatch(says);
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toMatch(/\n +at |Variable "\$|resourceId|ownerId|ENOENT/);
  });

  test('a source is registered unreached when that is wished, and out of sight once it is removed', async () => {
    const url = 'postgres://x:y@127.0.0.1:9/z';
    expect((await json('sources', 'list')).map(({ name }: { name: string }) => name)).toEqual(['sample']);
    expect(await cli('sources', 'add', 'away', url, '--no-test')).toMatchObject({ code: 0 });
    expect(await cli('sources', 'remove', 'away')).toMatchObject({ code: 0 });
    const { stdout, stderr } = await cli('sources', 'list');
    expect(stdout).not.toContain('away');
    expect(stderr).toContain('1 removed source is left out: --all shows them.');
    expect((await cli('sources', 'list', '--all')).stdout).toMatch(/away .*removed/);
  });

  test('what is hidden is said once, however often it is', async () => {
    const { token } = await json('keys', 'create', 'analyst', '--principal', 'Bob');
    const { stderr, stdout } = await run(home, ['users', 'list'], { CADASTRE_TOKEN: token });
    expect(stdout).toContain('Ada Lovelace');
    expect(stderr.match(/Incomplete: email .* \(\d+ times\)$/gm)).toHaveLength(1);
  });

  test('policies: who has to approve, and what became of a version, in words', async () => {
    const file = path.join(home, 'p.cedar');
    writeFileSync(file, '@id("x") permit (principal, action, resource) when { false };');
    const proposed = await cli('--home', home, 'policies', 'propose', file, '--reason', 'x');
    expect(proposed.stderr).toContain(
      `There is no other admin, so you may put it in force: cadastre --home ${home} policies approve 1`,
    );
    expect(await cli('policies', 'approve', '1')).toMatchObject({ code: 0 });
    expect(await cli('policies', 'approve', '1')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Version 1 is in force already\./),
    });
    const tests = path.join(home, 'tests.json');
    writeFileSync(tests, '[{"name":"n","principal":{"roles":["king"]},"action":"audit.read","expect":"ALLOW"}]');
    const checked = await cli('policies', 'check', file, '--tests', tests);
    expect([checked.code, checked.stderr]).toEqual([2, expect.stringMatching(/tests\.json: test 1\.principal\.roles\.0/)]);
  });

  test('a watcher keeps its checkpoint in the home folder, one for each address', async () => {
    expect(await cli('audit', 'watch', '--once')).toMatchObject({ code: 0 });
    expect(existsSync(path.join(home, 'watched-checkpoint'))).toBe(true);
    expect(await cli('audit', 'watch', '--once', '--url', cadastre.url)).toMatchObject({ code: 0 });
    expect(existsSync(path.join(home, `watched-checkpoint-${new URL(cadastre.url).host.replace(':', '_')}`))).toBe(true);
    expect(existsSync('watched-checkpoint')).toBe(false);
    expect(await cli('audit', 'watch', '--once', '--url', 'nonsense')).toMatchObject({ code: 2 });
  });
});
