import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { atMs } from '../../kernel/time.ts';
import { describeOnOneEngine } from './engines.ts';
import { govern, MUTATIONS, newcomer, type Governing, type Payload } from './governing.ts';

describeOnOneEngine('access keys', (open) => {
  let governing: Governing;
  beforeAll(async () => {
    governing = await govern(await open());
  });

  const makeKey = (principalId: string, more: object = {}): Promise<Payload> =>
    governing.change(governing.admin, 'createAccessKey', { principalId, label: 'laptop', ...more });
  const revoke = (id: string): Promise<Payload> => governing.change(governing.admin, 'revokeAccessKey', { id });
  const inAnHour = () => atMs(Date.now() + 3_600_000);

  test("a new key signs its holder in, with the holder's roles and the key's scopes", async () => {
    const { id } = await newcomer(governing, 'service', ['bot']);
    const { token, accessKey } = await makeKey(id, { scopes: ['ingest', 'ingest'], expiresAt: inAnHour() });
    expect(accessKey).toMatchObject({ label: 'laptop', scopes: ['ingest'], revokedAt: null });
    expect(await governing.signIn(token)).toMatchObject({ id, roles: ['bot'], scopes: ['ingest'], authMethod: 'access-key' });
  });

  test('the token is shown once: a repeat answers the same key without it, and nothing that is stored holds it', async () => {
    const { id } = await newcomer(governing, 'user', []);
    const input = { idempotencyKey: randomUUID(), principalId: id, label: 'x' };
    const mutation = MUTATIONS['createAccessKey'] ?? '';
    const first = (await governing.ask(governing.admin, mutation, { input })).data.answer;
    const second = (await governing.ask(governing.admin, mutation, { input })).data.answer;
    expect(second).toEqual({ ...first, token: null });
    expect(await everythingStored()).not.toContain(first.token.split('_')[3]);
  });

  test('a revoked key stops at once', async () => {
    const { id } = await newcomer(governing, 'user', ['analyst']);
    const { token, accessKey } = await makeKey(id);
    await governing.signIn(token);
    const answer = await revoke(accessKey.id);
    expect(answer).toMatchObject({ __typename: 'AccessKeyRevoked', accessKey: { id: accessKey.id } });
    expect(answer.accessKey.revokedAt).not.toBeNull();
    await expect(governing.signIn(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a key that is revoked twice is revoked once, and both answers name the event that did it', async () => {
    const { id } = await newcomer(governing, 'user', []);
    const { accessKey } = await makeKey(id);
    const first = await revoke(accessKey.id);
    expect(await revoke(accessKey.id)).toEqual(first);
    const events = await governing.db.query(
      `select id from kernel.audit_event where subject_id = $1 and action = 'governance.key.revoked.v1'`,
      [accessKey.id],
    );
    expect(events).toEqual([{ id: first.auditId }]);
  });

  test('an expired key opens nothing', async () => {
    const { id } = await newcomer(governing, 'user', []);
    const { token, accessKey } = await makeKey(id, { expiresAt: inAnHour() });
    await governing.db.query(`update kernel.access_key set expires_at = now() - interval '1 second' where id = $1`, [
      accessKey.id,
    ]);
    await expect(governing.signIn(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test.each(['deactivated', 'stub'])('who is %s is not signed in, whatever key they hold', async (state) => {
    const { id } = await newcomer(governing, 'user', ['analyst']);
    const { token } = await makeKey(id);
    await governing.db.query('update kernel.principal set state = $2 where id = $1', [id, state]);
    await expect(governing.signIn(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await makeKey(id)).code).toBe('HOLDER_NOT_ACTIVE');
  });

  test('a mistyped, a foreign and an endless token open nothing', async () => {
    const { id } = await newcomer(governing, 'user', []);
    const { token } = await makeKey(id);
    for (const wrong of [
      `${token}0`,
      token.replace('cad_local', 'cad_live'),
      'x'.repeat(600),
      'a-token-of-some-other-system',
      '',
    ]) {
      await expect(governing.signIn(wrong)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  test('keys are refused to whom they would not serve', async () => {
    const { change, admin } = governing;
    const { team } = await change(admin, 'createTeam', { name: 'Platform' });
    expect((await makeKey(team.id)).code).toBe('TEAM_HOLDS_NO_KEY');
    expect((await makeKey('svc_cadastre')).code).toBe('BUILT_IN');
    expect((await makeKey('usr_unknown')).code).toBe('NOT_FOUND');
    expect((await makeKey(admin.id, { expiresAt: '2020-01-01T00:00:00Z' })).code).toBe('EXPIRED');
    expect((await revoke('key_unknown')).code).toBe('NOT_FOUND');
  });

  test('the last key of an admin cannot be revoked, not even by two at once', async () => {
    const { db, admin, signIn } = governing;
    const { token } = await makeKey(admin.id);
    const before = await db.query<{ id: string }>(
      'select id from kernel.access_key where principal_id = $1 and revoked_at is null',
      [admin.id],
    );
    // Keys of other admins that the other tests made are out of the game.
    await db.query(
      `update kernel.access_key k set expires_at = now() from kernel.principal p
      where p.id = k.principal_id and 'admin' = any(p.roles) and p.id <> $1`,
      [admin.id],
    );
    const answers = await Promise.all(before.map(({ id }) => revoke(id)));
    expect(answers.filter(({ code }) => code === 'LAST_ADMIN')).toHaveLength(1);
    const after = await db.query<{ id: string }>(
      'select id from kernel.access_key where principal_id = $1 and revoked_at is null',
      [admin.id],
    );
    expect(after).toHaveLength(1);
    expect((await revoke(after[0]?.id ?? '')).code).toBe('LAST_ADMIN');
    // A key that may only push metadata does not make an admin.
    await makeKey(admin.id, { scopes: ['ingest'] });
    expect((await revoke(after[0]?.id ?? '')).code).toBe('LAST_ADMIN');
    const another = await makeKey(admin.id);
    expect((await revoke(after[0]?.id ?? '')).__typename).toBe('AccessKeyRevoked');
    await Promise.allSettled([signIn(token), signIn(another.token)]);
  });

  test('a key for ingest may not use the graph', async () => {
    const { token } = await makeKey(governing.admin.id, { scopes: ['ingest'] });
    const caller = await governing.signIn(token);
    const answer = await governing.change(caller, 'createTeam', { name: 'x' });
    expect(answer.code).toBe('FORBIDDEN');
    expect(
      (await governing.ask(caller, '{ auditTrail { edges { cursor } } principals { edges { cursor } } }')).errors.map(
        ([code]) => code,
      ),
    ).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  async function everythingStored(): Promise<string> {
    const tables = ['idempotency', 'outbox', 'audit_event', 'audit_detail', 'access_key', 'principal'];
    const rows = await Promise.all(tables.map((table) => governing.db.query(`select t::text as row from kernel.${table} t`)));
    return JSON.stringify(rows);
  }
});
