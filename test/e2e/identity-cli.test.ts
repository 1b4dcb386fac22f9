import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { run } from './program.ts';
import { begunHome, post, startEmpty } from './running.ts';

let server: Cadastre;
let home: string;

beforeAll(async () => {
  home = await begunHome(afterAll);
  server = await startEmpty(home);
});
afterAll(() => server.stop());

/** Runs a command against the server, as its operator; answers data and exit code. */
async function cli(...args: string[]) {
  const environment = { CADASTRE_URL: server.url, CADASTRE_TOKEN: server.admin.token, XDG_CONFIG_HOME: home };
  const { code, stdout, stderr } = await run(home, [...args, '--json'], environment);
  return { code, stderr, data: stdout === '' ? null : JSON.parse(stdout) };
}

test('people, teams and keys are managed from the command line', { timeout: 180_000 }, async () => {
  const { data: ada } = await cli('users', 'create', 'Ada', 'ada@example.com', '--role', 'steward');
  expect(ada).toMatchObject({ name: 'Ada', state: 'ACTIVE', roles: ['steward'] });
  expect((await cli('users', 'roles', ada.id, 'analyst', 'bot')).data.roles).toEqual(['analyst', 'bot']);
  expect((await cli('users', 'list', 'ad')).data).toEqual([{ ...ada, roles: ['analyst', 'bot'], email: 'ada@example.com' }]);

  const { data: team } = await cli('teams', 'create', 'Data');
  expect((await cli('teams', 'add', team.id, ada.id)).data.ids).toEqual([ada.id]);
  const ring = await cli('teams', 'add', team.id, team.id);
  expect([ring.code, JSON.parse(ring.stderr).error.code]).toEqual([1, 'CYCLE']);
  expect((await cli('teams', 'members', team.id)).data).toEqual([{ node: { id: ada.id, name: 'Ada' }, origins: ['human'] }]);
  expect((await cli('teams', 'remove', team.id, ada.id)).data.ids).toEqual([ada.id]);
  expect((await cli('teams', 'list')).data).toEqual([{ id: team.id, name: 'Data', group: null }]);

  const { data: key } = await cli('keys', 'create', 'laptop', '--principal', ada.id);
  const { data: rotated } = await cli('keys', 'rotate', key.accessKey.id, '--overlap', '0');
  expect((await post(server.url, key.token, '{ me { roles } }')).status).toBe(401);
  expect((await post(server.url, rotated.token, '{ me { roles } }')).body.data.me.roles).toEqual(['analyst', 'bot']);
  expect((await cli('keys', 'list', '--principal', ada.id)).data).toEqual([
    expect.objectContaining({ id: rotated.accessKey.id, label: 'laptop', lastUsedAt: expect.any(String) }),
  ]);
  expect((await cli('keys', 'list', '--principal', ada.id, '--all')).data).toHaveLength(2);

  expect((await cli('users', 'deactivate', ada.id, '--reason', 'left')).data.state).toBe('DEACTIVATED');
  expect((await post(server.url, rotated.token, '{ me { roles } }')).status).toBe(401);
  expect((await cli('users', 'reactivate', ada.id)).data.state).toBe('ACTIVE');
  const nobody = await cli('users', 'deactivate', 'usr_nobody');
  expect([nobody.code, JSON.parse(nobody.stderr).error.code]).toEqual([3, 'NOT_FOUND']);
});

test('whoever holds a key lists and rotates their own, without a role', { timeout: 180_000 }, async () => {
  const { data: eve } = await cli('users', 'create', 'Eve', 'eve@example.com');
  const { data: key } = await cli('keys', 'create', 'laptop', '--principal', eve.id);
  const asEve = (token: string, ...args: string[]) => cli(...args, '--token', token);
  expect((await asEve(key.token, 'keys', 'list', '--mine')).data).toMatchObject([{ id: key.accessKey.id, label: 'laptop' }]);
  const all = await asEve(key.token, 'keys', 'list');
  expect([all.code, JSON.parse(all.stderr).error.code]).toEqual([1, 'FORBIDDEN']);
  const { data: rotated } = await asEve(key.token, 'keys', 'rotate', '--overlap', '0');
  expect(rotated.replaced.id).toBe(key.accessKey.id);
  expect((await asEve(key.token, 'keys', 'list', '--mine')).code).toBe(4);
  expect((await asEve(rotated.token, 'keys', 'list', '--mine')).data).toMatchObject([{ id: rotated.accessKey.id }]);
  expect((await asEve(rotated.token, 'keys', 'list', '--mine', '--all')).data).toHaveLength(2);
});

test('a person is held, is not erased, is released and is erased', { timeout: 180_000 }, async () => {
  const { data: ivy } = await cli('users', 'create', 'Ivy', 'ivy@example.com');
  const placed = await cli('audit', 'hold', 'place', 'Ivy', '--reason', 'matter 4711');
  expect(placed.data).toMatchObject({ subjectId: ivy.id, reason: 'matter 4711', releasedAt: null });
  const refused = await cli('audit', 'erase', 'Ivy', '--reason', 'request 17');
  expect([refused.code, JSON.parse(refused.stderr).error.code]).toEqual([1, 'UNDER_HOLD']);
  expect((await cli('audit', 'hold', 'list', '--subject', 'Ivy')).data).toMatchObject([
    { id: placed.data.id, person: { name: 'Ivy' } },
  ]);
  expect((await cli('audit', 'hold', 'release', placed.data.id, '--reason', 'settled')).data.releaseReason).toBe('settled');
  expect((await cli('audit', 'hold', 'list')).data).toEqual([]);
  expect((await cli('audit', 'hold', 'list', '--all')).data).toHaveLength(1);
  expect((await cli('audit', 'erase', ivy.id, '--reason', 'request 17')).data).toMatchObject({
    user: { id: ivy.id },
    detailsKept: 0,
  });
  const [row] = (await cli('users', 'list', 'Erased')).data;
  expect(row).toMatchObject({ id: ivy.id, state: 'DEACTIVATED' });
  expect((await cli('audit', 'erase', ivy.id)).code).toBe(2);
});

test('without a provider nobody can sign in through one, and the answer says what would help', async () => {
  for (const place of ['/auth/login', '/auth/callback']) {
    const reply = await fetch(server.url + place, { redirect: 'manual' });
    expect([reply.status, await reply.json()]).toMatchObject([404, { message: expect.stringContaining('CADASTRE_OIDC_ISSUER') }]);
  }
  expect(await (await fetch(`${server.url}/auth/config`)).json()).toEqual({ oidc: null });
  const { code, stderr } = await cli('login');
  expect([code, JSON.parse(stderr).error.message]).toEqual([3, expect.stringContaining('CADASTRE_TOKEN')]);
  const key = await fetch(`${server.url}/auth/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.admin.token}` },
  });
  expect([key.status, (await post(server.url, server.admin.token, '{ me { roles } }')).status]).toEqual([400, 200]);
});
