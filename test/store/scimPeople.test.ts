import { originOf } from '../../kernel/audit/record.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { EMAIL_NAMESPACE, findOrStub } from '../../kernel/identity/principals.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { beforeAll, expect, test } from 'vitest';
import { changeIdentity } from '../support/identity.ts';
import { describeOnOneEngine } from './engines.ts';
import {
  address,
  entraUser,
  patchOf,
  type Provisioned,
  provisioned,
  type Scim,
  scimClient,
  type ScimReply,
  UNIQUE,
} from '../support/scim.ts';

describeOnOneEngine('people kept by SCIM', (open) => {
  let world: Provisioned;
  let scim: Scim;
  beforeAll(async () => {
    world = await provisioned(await open());
    scim = world.scim;
  });

  test('a deactivated person is stopped at the next request, and their keys do not come back', async () => {
    const id = await world.created();
    const tokens = [await world.keyOf(id), await world.keyOf(id)];
    await world.db.query(
      `insert into kernel.session (id, principal_id, hmac, issuer, recorded_at, expires_at)
       values ($1, $2, $3, 'https://login.example', now(), now() + interval '1 hour')`,
      [`ses_${id}`, id, Buffer.from(id)],
    );
    for (const token of tokens) expect((await world.governing.signIn(token)).id).toBe(id);
    expect(
      await world.eventsOf(() => scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false }))),
    ).toEqual(['user.deactivated', 'key.revoked', 'key.revoked']);
    const refused = () =>
      Promise.all(
        tokens.map((token) => expect(world.governing.signIn(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })),
      );
    await refused();
    expect((await scim('GET', `/Users/${id}`)).body.active).toBe(false);
    await scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: true }));
    await refused();
    expect(await world.db.query(`select 1 from kernel.session where principal_id = $1 and revoked_at is null`, [id])).toEqual([]);
    expect((await world.governing.signIn(await world.keyOf(id))).id).toBe(id);
  });

  test.each(['hand', 'provider'] as const)(
    'keys of who was put out by %s stay revoked, whoever lets them in again',
    async (by) => {
      const change = (verb: 'deactivateUser' | 'reactivateUser', id: string) =>
        changeIdentity(world.governing, world.governing.admin, verb, { id });
      const active = (id: string, value: boolean) =>
        scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value }));
      for (const again of ['hand', 'provider']) {
        const id = await world.created();
        const token = await world.keyOf(id);
        if (by === 'hand') await change('deactivateUser', id);
        else await active(id, false);
        await expect(world.governing.signIn(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
        if (again === 'hand') await change('reactivateUser', id);
        else {
          await active(id, false);
          await active(id, true);
        }
        expect(await world.stateOf(id)).toMatchObject({ state: 'active' });
        await expect(world.governing.signIn(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
        expect((await world.governing.signIn(await world.keyOf(id))).id).toBe(id);
      }
    },
  );

  test('who was put out by hand stays out while the provider only repeats itself', async () => {
    const id = await world.created();
    const { body } = await scim('GET', `/Users/${id}`);
    await world.db.query(`update kernel.principal set state = 'deactivated' where id = $1`, [id]);
    expect(await world.eventsOf(() => scim('PUT', `/Users/${id}`, body))).toEqual([]);
    expect((await scim('PUT', `/Users/${id}`, { ...body, title: 'x' })).body).toMatchObject({ active: false, title: 'x' });
    await scim('PUT', `/Users/${id}`, { ...body, active: false });
    expect((await scim('PUT', `/Users/${id}`, body)).body.active).toBe(true);
  });

  test('somebody who was let go is not found, and comes back with their id', async () => {
    const userName = address();
    const id = await world.created(userName);
    const { body: group } = await scim('POST', '/Groups', { displayName: `Left by ${userName}`, members: [{ value: id }] });
    expect(await world.eventsOf(() => scim('DELETE', `/Users/${id}`))).toEqual(['user.deactivated', 'members.removed']);
    expect((await scim('GET', `/Groups/${group.id}`)).body).not.toHaveProperty('members');
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
      const { status, body } = await scim(
        method,
        `/Users/${id}`,
        method === 'PATCH' ? patchOf({ op: 'add', path: 'title', value: 'x' }) : { userName },
      );
      expect([method, status, body.status]).toEqual([method, 404, '404']);
    }
    const again = await scim('POST', '/Users', { userName: userName.toUpperCase() });
    expect(again).toMatchObject({ status: 201, body: { id, active: true, userName: userName.toUpperCase() } });
  });

  test('an owner whom a source named is claimed under any case of the address and keeps the id', async () => {
    const userName = address();
    const origin = originOf(internalRequest('crawl'), decide(internalRequest('test'), 'catalog.crawl'));
    const [stubId] = await world.db.transaction((tx) => findOrStub(tx, origin, [{ namespace: EMAIL_NAMESPACE, name: userName }]));
    let made: ScimReply | undefined;
    expect(await world.eventsOf(async () => (made = await scim('POST', '/Users', entraUser(userName.toUpperCase()))))).toEqual([
      'user.claimed',
    ]);
    expect(made).toMatchObject({ status: 201, body: { id: stubId } });
    expect(await world.stateOf(String(stubId))).toMatchObject({ state: 'active', name: 'Ada Lovelace' });
  });

  test('somebody made by hand is left alone until the provider names their address; then they keep id and roles', async () => {
    const userName = address();
    const { user } = await world.governing.change(world.governing.admin, 'createUser', {
      name: 'By hand',
      email: userName,
      roles: ['steward'],
    });
    expect((await scim('GET', `/Users/${user.id}`)).status).toBe(404);
    expect((await scim('DELETE', `/Users/${user.id}`)).status).toBe(404);
    expect((await scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`)).body.totalResults).toBe(0);
    expect(await world.eventsOf(() => scim('POST', '/Users', entraUser(userName)))).toEqual(['user.changed']);
    expect((await scim('GET', `/Users/${user.id}`)).body).toMatchObject({ userName, displayName: 'Ada Lovelace' });
    const [{ roles } = { roles: [] }] = await world.db.query<{ roles: string[] }>(
      'select roles from kernel.principal where id = $1',
      [user.id],
    );
    expect(roles).toEqual(['steward']);
    // Whoever has the address signs in with the roles: this world.account may not move it.
    const moved = await scim('PATCH', `/Users/${user.id}`, patchOf({ op: 'replace', path: 'userName', value: address() }));
    expect(moved.body).toMatchObject({ status: '400', scimType: 'mutability' });
    const steward = scimClient(world.governing.kernel, { ...world.account, roles: ['steward'] });
    expect(
      (await steward('PATCH', `/Users/${user.id}`, patchOf({ op: 'replace', path: 'userName', value: address() }))).status,
    ).toBe(200);
  });

  test('somebody whom an admin put out does not come in by a POST', async () => {
    const userName = address();
    const { user } = await world.governing.change(world.governing.admin, 'createUser', {
      name: 'Out',
      email: userName,
      roles: [],
    });
    await world.db.query(`update kernel.principal set state = 'deactivated' where id = $1`, [user.id]);
    expect((await scim('POST', '/Users', entraUser(userName))).body).toMatchObject({
      ...UNIQUE,
      detail: expect.stringContaining('reactivateUser'),
    });
    expect(await world.stateOf(user.id)).toMatchObject({ state: 'deactivated', name: 'Out' });
  });

  test('the last admin cannot be put out, and the refusal is in the log', async () => {
    const userName = address();
    const { user } = await world.governing.change(world.governing.admin, 'createUser', {
      name: 'Boss',
      email: userName,
      roles: ['admin'],
    });
    await scim('POST', '/Users', entraUser(userName));
    const token = await world.keyOf(user.id);
    await world.db.query(`update kernel.access_key set expires_at = now() - interval '1 day' where principal_id = $1`, [
      world.governing.admin.id,
    ]);
    const off = patchOf({ op: 'replace', path: 'active', value: false });
    expect(
      await world.eventsOf(async () =>
        expect((await scim('PATCH', `/Users/${user.id}`, off)).body).toMatchObject({
          status: '409',
          detail: expect.stringContaining('admin'),
        }),
      ),
    ).toEqual(['user.refused']);
    expect((await scim('DELETE', `/Users/${user.id}`)).status).toBe(409);
    expect((await world.governing.signIn(token)).roles).toEqual(['admin']);
    await world.db.query(`update kernel.access_key set expires_at = null where principal_id = $1`, [world.governing.admin.id]);
    expect((await scim('DELETE', `/Users/${user.id}`)).status).toBe(204);
  });

  test('an address that somebody else has is refused, in any case', async () => {
    const [first, second] = [address(), address()];
    await world.created(first);
    const id = await world.created(second);
    expect(
      (await scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'userName', value: first.toUpperCase() }))).body,
    ).toMatchObject(UNIQUE);
    expect((await scim('PUT', `/Users/${id}`, { userName: second.toUpperCase() })).body.userName).toBe(second.toUpperCase());
  });

  test('a person who was forgotten is not here any more', async () => {
    const userName = address();
    const id = await world.created(userName);
    const { data } = await world.governing.ask(
      world.governing.admin,
      `mutation { erasePerson(input: { idempotencyKey: "${id}", principalId: "${id}", reason: "asked" }) { __typename } }`,
    );
    expect(data.erasePerson.__typename).toBe('PersonErased');
    expect((await scim('GET', `/Users/${id}`)).status).toBe(404);
    expect(await world.db.query('select 1 from kernel.scim_resource where principal_id = $1', [id])).toEqual([]);
    expect((await scim('POST', '/Users', { userName })).body.id).not.toBe(id);
  });
});
