import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Principal } from '../../kernel/identity/principal.ts';
import { atMs } from '../../kernel/time.ts';
import { changeIdentity } from '../support/identity.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { describeOnOneEngine, postgresUrl } from './engines.ts';
import { govern, newcomer, type Governing, type Payload } from './governing.ts';

describeOnOneEngine('people, services and their keys', (open) => {
  let governing: Governing;
  let change: (mutation: Parameters<typeof changeIdentity>[2], input: object) => Promise<Payload>;
  beforeAll(async () => {
    governing = await govern(await open());
    change = (mutation, input) => changeIdentity(governing, governing.admin, mutation, input);
  });

  const person = async (roles: readonly string[] = ['analyst']): Promise<{ id: string; token: string }> => {
    const { user } = await governing.change(governing.admin, 'createUser', {
      name: 'Ada',
      email: `${randomUUID()}@example.com`,
      roles,
    });
    return { id: user.id, token: await keyOf(user.id) };
  };
  const keyOf = async (principalId: string, more: object = {}): Promise<string> =>
    (await governing.change(governing.admin, 'createAccessKey', { principalId, label: 'laptop', ...more })).token;
  const serviceOf = async (ownerId: string): Promise<{ id: string; token: string }> => {
    const { serviceAccount } = await governing.change(governing.admin, 'createServiceAccount', {
      name: 'Bot',
      roles: ['bot'],
      ownerId,
    });
    return { id: serviceAccount.id, token: await keyOf(serviceAccount.id) };
  };
  const isIn = (token: string): Promise<boolean> =>
    governing.signIn(token).then(
      () => true,
      (error: { code: string }) => {
        expect(error.code).toBe('UNAUTHENTICATED');
        return false;
      },
    );

  test('who is put out stops at once, with their keys and services, and comes back with the services alone', async () => {
    const ada = await person();
    const bot = await serviceOf(ada.id);
    expect([await isIn(ada.token), await isIn(bot.token)]).toEqual([true, true]);
    expect((await change('deactivateUser', { id: ada.id, reason: 'left' })).user).toEqual({ id: ada.id, state: 'DEACTIVATED' });
    expect([await isIn(ada.token), await isIn(bot.token)]).toEqual([false, false]);
    expect((await change('deactivateUser', { id: ada.id })).code).toBe('NOT_ACTIVE');
    expect((await change('reactivateUser', { id: ada.id })).user).toEqual({ id: ada.id, state: 'ACTIVE' });
    expect([await isIn(ada.token), await isIn(bot.token)]).toEqual([false, true]);
    expect(await isIn(await keyOf(ada.id))).toBe(true);
    expect((await change('reactivateUser', { id: ada.id })).code).toBe('NOT_DEACTIVATED');
  });

  test('keys of somebody who was put out before that revoked keys do not come back either', async () => {
    const ada = await person();
    await governing.db.query(`update kernel.principal set state = 'deactivated' where id = $1`, [ada.id]);
    await change('reactivateUser', { id: ada.id });
    expect(await isIn(ada.token)).toBe(false);
    const actions = await governing.db.query<{ action: string }>(
      'select action from kernel.audit_event where aggregate_id = $1 order by seq desc limit 2',
      [ada.id],
    );
    expect(actions.map(({ action }) => action)).toEqual(['governance.key.revoked.v1', 'governance.user.reactivated.v1']);
  });

  test('a service goes on when somebody else answers for it', async () => {
    const [ada, grace] = [await person(), await person()];
    const bot = await serviceOf(ada.id);
    await change('deactivateUser', { id: ada.id });
    expect((await change('setServiceOwner', { id: bot.id, ownerId: ada.id })).code).toBe('OWNER_NOT_ACTIVE');
    expect((await change('setServiceOwner', { id: bot.id, ownerId: grace.id })).serviceAccount.owner.id).toBe(grace.id);
    expect((await governing.signIn(bot.token)).onBehalfOf).toBe(grace.id);
    expect((await change('setServiceOwner', { id: governing.admin.id, ownerId: grace.id })).code).toBe('BUILT_IN');
    expect((await change('setServiceOwner', { id: grace.id, ownerId: grace.id })).code).toBe('NOT_A_SERVICE');
  });

  test('only people are put out', async () => {
    const { team } = await change('createTeam', { name: 'x' });
    expect((await change('deactivateUser', { id: team.id })).code).toBe('NOT_A_USER');
    expect((await change('deactivateUser', { id: governing.admin.id })).code).toBe('NOT_A_USER');
    expect((await change('deactivateUser', { id: 'usr_nobody' })).code).toBe('NOT_FOUND');
    const steward = await newcomer(governing, 'user', ['steward']);
    expect((await changeIdentity(governing, steward, 'deactivateUser', { id: steward.id })).code).toBe('FORBIDDEN');
  });

  test('roles count from the next request on', async () => {
    const ada = await person(['analyst']);
    expect((await change('setRoles', { principalId: ada.id, roles: ['steward', 'steward', 'bot'] })).principal.roles).toEqual([
      'steward',
      'bot',
    ]);
    expect((await governing.signIn(ada.token)).roles).toEqual(['bot', 'steward']);
    await change('setRoles', { principalId: ada.id, roles: [] });
    expect((await governing.signIn(ada.token)).roles).toEqual([]);
    expect((await change('setRoles', { principalId: 'svc_cadastre', roles: [] })).code).toBe('BUILT_IN');
    const { team } = await change('createTeam', { name: 'x' });
    expect((await change('setRoles', { principalId: team.id, roles: [] })).code).toBe('TEAM_HOLDS_NO_ROLE');
  });

  test('a key says when it was last used, to the minute, and signing in again writes nothing', async () => {
    const ada = await person();
    const read = async () =>
      (
        await governing.db.query<{ used: string | null; xmin: string }>(
          'select last_used_at as used, xmin::text as xmin from kernel.access_key where principal_id = $1',
          [ada.id],
        )
      )[0];
    expect((await read())?.used).toBeNull();
    await governing.signIn(ada.token);
    const first = await read();
    expect(Date.parse(first?.used ?? '')).toBeGreaterThan(Date.now() - 60_000);
    for (let i = 0; i < 5; i++) await governing.signIn(ada.token);
    expect(await read()).toEqual(first);
    await governing.db.query(
      `update kernel.access_key set last_used_at = now() - interval '61 seconds' where principal_id = $1`,
      [ada.id],
    );
    await governing.signIn(ada.token);
    expect(Date.parse((await read())?.used ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  test('a key that is being changed keeps nobody waiting', async () => {
    const ada = await person();
    // The embedded engine has one connection: there is nobody to wait for.
    if (governing.db.engine === 'pglite') return;
    const [{ name } = { name: '' }] = await governing.db.query<{ name: string }>('select current_database() as name');
    const other = await openDatabase({ url: postgresUrl(name) });
    await other.transaction(async (tx) => {
      await tx.query('select 1 from kernel.access_key where principal_id = $1 for update', [ada.id]);
      expect((await governing.signIn(ada.token)).id).toBe(ada.id);
    });
    await other.close();
  });

  test('a rotated key has a successor beside it for a while, and only for a while', async () => {
    const bot = await serviceOf((await person()).id);
    const { data } = await governing.ask(
      governing.admin,
      'query Q($id: ID!) { accessKeys(filter: { principalId: $id, inForce: true }) { edges { node { id label lastUsedAt holder { id } } } } }',
      { id: bot.id },
    );
    const [{ node: old }] = data.accessKeys.edges;
    expect(old).toMatchObject({ label: 'laptop', lastUsedAt: null, holder: { id: bot.id } });
    const rotated = await change('rotateAccessKey', { id: old.id, overlapSeconds: 3_600 });
    expect(rotated).toMatchObject({ accessKey: { label: 'laptop', expiresAt: null }, replaced: { id: old.id } });
    expect(Date.parse(rotated.replaced.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
    expect([await isIn(bot.token), await isIn(rotated.token)]).toEqual([true, true]);
    const again = await change('rotateAccessKey', { id: rotated.accessKey.id, overlapSeconds: 0 });
    expect([await isIn(rotated.token), await isIn(again.token)]).toEqual([false, true]);
    expect((await change('rotateAccessKey', { id: rotated.accessKey.id })).code).toBe('KEY_NOT_IN_FORCE');
    expect((await change('rotateAccessKey', { id: 'key_nobody' })).code).toBe('NOT_FOUND');
    await expect(change('rotateAccessKey', { id: old.id, overlapSeconds: -1 })).rejects.toThrow('BAD_USER_INPUT');
    await expect(change('rotateAccessKey', { id: old.id, overlapSeconds: 2_592_001 })).rejects.toThrow('BAD_USER_INPUT');
  });

  test('rotation lengthens no life: a key that was to live an hour has a successor that does', async () => {
    const ada = await person();
    const expiresAt = atMs(Date.now() + 3_600_000);
    const { accessKey } = await governing.change(governing.admin, 'createAccessKey', {
      principalId: ada.id,
      label: 'x',
      expiresAt,
    });
    const rotated = await change('rotateAccessKey', { id: accessKey.id, overlapSeconds: 86_400 });
    expect(rotated.replaced.expiresAt).toBe(expiresAt);
    expect(Math.abs(Date.parse(rotated.accessKey.expiresAt) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });

  const own = (caller: Principal, id: string | undefined, more: object = {}) =>
    changeIdentity(governing, caller, 'rotateAccessKey', { id, overlapSeconds: 0, ...more });

  test('everybody rotates keys of their own, and nobody else’s', async () => {
    const [ada, bob] = [await newcomer(governing, 'user', []), await newcomer(governing, 'user', ['steward'])];
    const { data } = await governing.ask(ada, '{ me { accessKey { id } accessKeys { id label holder { id } } } }');
    expect(data.me).toEqual({
      accessKey: { id: ada.keyId },
      accessKeys: [{ id: ada.keyId, label: 'laptop', holder: { id: ada.id } }],
    });
    expect(await own(bob, ada.keyId)).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN' });
    expect(await own(bob, 'key_nobody')).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN' });
    const rotated = await own(ada, ada.keyId);
    expect(rotated).toMatchObject({
      __typename: 'AccessKeyRotated',
      accessKey: { label: 'laptop', holder: { id: ada.id } },
      replaced: { id: ada.keyId, expiresAt: expect.any(String) },
    });
    const signedIn = await governing.signIn(rotated.token);
    expect([signedIn.id, signedIn.keyId]).toEqual([ada.id, rotated.accessKey.id]);
    expect(await own(ada, ada.keyId)).toMatchObject({ code: 'KEY_NOT_IN_FORCE' });
    const bot = await newcomer(governing, 'service', ['bot']);
    expect(await own(bot, bot.keyId)).toMatchObject({ __typename: 'AccessKeyRotated' });
    const [event] = await governing.db.query<{ body: string }>('select body from kernel.audit_event where id = $1', [
      rotated.auditId,
    ]);
    expect(JSON.parse(event?.body ?? '')).toMatchObject({
      actor: { id: ada.id },
      decision: { effect: 'allow', policyIds: ['everybody.ownKey'] },
    });
  });

  test('nobody gives themselves a longer life than an admin gave', async () => {
    const ada = await newcomer(governing, 'user', ['steward']);
    const expiresAt = atMs(Date.now() + 3_600_000);
    const { token, accessKey } = await governing.change(governing.admin, 'createAccessKey', {
      principalId: ada.id,
      label: 'for an hour',
      expiresAt,
    });
    const caller = await governing.signIn(token);
    const rotated = await own(caller, accessKey.id, { overlapSeconds: 60 });
    expect(rotated.accessKey.expiresAt).toBe(expiresAt);
  });

  test('a key makes none that may do more than itself; who signed in replaces any of theirs', async () => {
    const ada = await newcomer(governing, 'user', []);
    const { accessKey } = await governing.change(governing.admin, 'createAccessKey', {
      principalId: ada.id,
      label: 'pusher',
      scopes: ['ingest'],
    });
    expect(await own(ada, accessKey.id)).toMatchObject({ __typename: 'Refused', code: 'SCOPE_NOT_HELD' });
    const { keyId: _, ...session } = { ...ada, authMethod: 'session' as const };
    expect(await own(session, accessKey.id)).toMatchObject({ __typename: 'AccessKeyRotated', accessKey: { scopes: ['ingest'] } });
    const { data } = await governing.ask(session, '{ me { accessKey { id } } }');
    expect(data.me.accessKey).toBeNull();
  });

  test("the operator's token is not rotated here", async () => {
    const [{ id } = { id: '' }] = await governing.db.query<{ id: string }>(
      `select id from kernel.access_key where principal_id = $1 and label = 'admin token'`,
      [governing.admin.id],
    );
    expect((await change('rotateAccessKey', { id })).code).toBe('OPERATORS_TOKEN');
  });

  test('keys are listed latest first, page by page, for admins', async () => {
    const ada = await person();
    for (let i = 0; i < 4; i++) await keyOf(ada.id);
    const page = async (caller: Principal, after: string | null) =>
      governing.ask(
        caller,
        'query Q($id: ID!, $after: String) { accessKeys(filter: { principalId: $id }, first: 3, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }',
        { id: ada.id, after },
      );
    const first = (await page(governing.admin, null)).data.accessKeys;
    const second = (await page(governing.admin, first.pageInfo.endCursor)).data.accessKeys;
    const ids: readonly string[] = [...first.edges, ...second.edges].map(({ node }: Payload) => node.id);
    expect(ids).toHaveLength(5);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect((await page(await governing.signIn(ada.token), null)).errors).toEqual([['FORBIDDEN', 'accessKeys']]);
  });
});

describeOnOneEngine('the last admin', (open) => {
  test('stays: two who put each other out or take the role from each other at once leave one', async () => {
    const db = await open();
    const governing = await govern(db);
    const make = async () => (await newcomer(governing, 'user', ['admin'])).id;
    const [a, b] = [await make(), await make()];
    await db.query(`update kernel.access_key set expires_at = now() where principal_id = $1`, [governing.admin.id]);
    const put = (id: string) => changeIdentity(governing, governing.admin, 'deactivateUser', { id });
    const answers = await Promise.all([put(a), put(b)]);
    expect(answers.map(({ code }) => code ?? 'done')).toEqual(expect.arrayContaining(['LAST_ADMIN', 'done']));
    const left = answers[0]?.code === 'LAST_ADMIN' ? a : b;
    const take = (principalId: string) =>
      changeIdentity(governing, governing.admin, 'setRoles', { principalId, roles: ['steward'] });
    expect((await take(left)).code).toBe('LAST_ADMIN');
    // A role without a way in is no admin.
    const keyless = await governing.change(governing.admin, 'createUser', {
      name: 'X',
      email: 'x@example.com',
      roles: ['admin'],
    });
    expect((await take(left)).code).toBe('LAST_ADMIN');
    await governing.change(governing.admin, 'createAccessKey', { principalId: keyless.user.id, label: 'x', scopes: ['ingest'] });
    expect((await take(left)).code).toBe('LAST_ADMIN');
    await governing.change(governing.admin, 'createAccessKey', { principalId: keyless.user.id, label: 'x' });
    expect((await take(left)).__typename).toBe('RolesSet');
  });
});
