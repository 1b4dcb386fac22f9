import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Kernel } from '../../kernel/graph/subgraph.ts';
import type { IdentityProvider } from '../../kernel/identity/oidc/identityProvider.ts';
import { describeOnOneEngine } from './engines.ts';
import { address, patchOf, type Provisioned, provisioned, type Scim, scimClient } from '../support/scim.ts';

describeOnOneEngine(
  'groups kept by SCIM',
  (open) => {
    let world: Provisioned;
    let scim: Scim;
    beforeAll(async () => {
      world = await provisioned(await open());
      scim = world.scim;
    });

    test('a group takes ten thousand members, and no more', async () => {
      const ids = Array.from({ length: 10_001 }, (_, n) => `usr_${n.toString().padStart(26, '0')}`);
      await world.db.query(
        `with made as (insert into kernel.principal (id, kind, name, state, recorded_at) select id, 'user', id, 'active', now() from unnest($1::text[]) as w(id) returning id)
       insert into kernel.scim_resource (principal_id, kind, active, attributes, recorded_at, changed_at) select id, 'user', true, '{}', now(), now() from made`,
        [ids],
      );
      const members = ids.map((value) => ({ value }));
      const name = `Everybody ${randomUUID()}`;
      expect((await scim('POST', '/Groups', { displayName: name, members })).body).toMatchObject({
        status: '413',
        detail: expect.stringContaining('10000'),
      });
      const { body } = await scim('POST', '/Groups', { displayName: name, members: members.slice(1) });
      expect(body.members).toHaveLength(10_000);
      expect(
        (await scim('PATCH', `/Groups/${body.id}`, patchOf({ op: 'add', path: 'members', value: members.slice(0, 1) }))).status,
      ).toBe(413);
      await scim(
        'PATCH',
        `/Groups/${body.id}`,
        patchOf(...members.slice(1, 1_000).map(({ value }) => ({ op: 'remove', path: `members[value eq "${value}"]` }))),
      );
      expect((await scim('GET', `/Groups/${body.id}`)).body.members).toHaveLength(9_001);
      const other = await scim('POST', '/Groups', { displayName: `${name} too`, members: members.slice(1, 2_000) });
      // A page with members ends before it has too many; the next one goes on there.
      const page = (await scim('GET', '/Groups?count=200')).body;
      expect(page.itemsPerPage).toBeLessThan(page.totalResults);
      const next = (await scim('GET', `/Groups?count=200&startIndex=${page.itemsPerPage + 1}`)).body;
      expect([...page.Resources, ...next.Resources].map(({ id }) => id)).toEqual(
        expect.arrayContaining([body.id, other.body.id]),
      );
      expect((await scim('GET', '/Groups?count=200&excludedAttributes=members')).body.itemsPerPage).toBe(page.totalResults);
      expect((await scim('DELETE', `/Groups/${body.id}`)).status).toBe(204);
    });

    /** Groups that bring roles, by the setting for tokens of the provider. */
    const roles = ['admin'] as const;
    const withProvider = (): Kernel => ({
      ...world.governing.kernel,
      provider: {
        settings: {
          issuer: 'https://login.example',
          roleOfGroup: new Map([
            ['data-admins', 'admin'],
            ['guid-of-stewards', 'steward'],
          ]),
          newcomerRole: 'analyst',
        },
      } as unknown as IdentityProvider,
    });
    const rolesOf = async (id: string) =>
      (
        await world.db.query<{ roles: string[]; group_roles: string[] }>(
          'select roles, group_roles from kernel.principal where id = $1',
          [id],
        )
      )[0];

    test('groups bring the roles that are set for them, and take them along', async () => {
      const scim = scimClient(withProvider(), { ...world.account, roles });
      const { body: user } = await scim('POST', '/Users', { userName: address() });
      expect(await rolesOf(user.id)).toEqual({ roles: ['analyst'], group_roles: [] });
      const { body: stewards } = await scim('POST', '/Groups', {
        displayName: 'Stewards',
        externalId: 'guid-of-stewards',
        members: [{ value: user.id }],
      });
      const { body: admins } = await scim('POST', '/Groups', { displayName: 'data-admins', members: [{ value: user.id }] });
      expect((await rolesOf(user.id))?.group_roles).toEqual(['admin', 'steward']);
      await scim('PATCH', `/Groups/${admins.id}`, patchOf({ op: 'replace', path: 'displayName', value: 'others' }));
      expect((await rolesOf(user.id))?.group_roles).toEqual(['steward']);
      await scim('PATCH', `/Groups/${admins.id}`, patchOf({ op: 'replace', path: 'displayName', value: 'data-admins' }));
      await scim('DELETE', `/Groups/${stewards.id}`);
      expect((await rolesOf(user.id))?.group_roles).toEqual(['admin']);
      await scim('DELETE', `/Users/${user.id}`);
      expect((await rolesOf(user.id))?.group_roles).toEqual([]);
      await scim('DELETE', `/Groups/${admins.id}`);
    });

    test('an account gives no role by groups that it does not hold', async () => {
      const scim = scimClient(withProvider(), { ...world.account, roles: ['steward'] });
      const { body: user } = await scim('POST', '/Users', { userName: address() });
      const { body: group } = await scim('POST', '/Groups', { displayName: 'data-admins', members: [{ value: user.id }] });
      expect((await rolesOf(user.id))?.group_roles).toEqual([]);
      await scim('DELETE', `/Groups/${group.id}`);
    });

    test('a group that holds the last admin cannot be emptied', async () => {
      const { db, admin, change, signIn } = world.governing;
      const scim = scimClient(withProvider(), { ...world.account, roles });
      const { body: user } = await scim('POST', '/Users', { userName: address() });
      const { body: group } = await scim('POST', '/Groups', { displayName: 'data-admins', members: [{ value: user.id }] });
      const { token } = await change(admin, 'createAccessKey', { principalId: user.id, label: 'x' });
      await db.query(`update kernel.access_key set expires_at = now() - interval '1 day' where principal_id = $1`, [admin.id]);
      expect((await scim('PATCH', `/Groups/${group.id}`, patchOf({ op: 'remove', path: 'members' }))).status).toBe(409);
      expect((await scim('DELETE', `/Groups/${group.id}`)).status).toBe(409);
      expect((await scim('DELETE', `/Users/${user.id}`)).status).toBe(409);
      expect((await signIn(token)).roles).toContain('admin');
      await db.query(`update kernel.access_key set expires_at = null where principal_id = $1`, [admin.id]);
      expect((await scim('PATCH', `/Groups/${group.id}`, patchOf({ op: 'remove', path: 'members' }))).status).toBe(204);
    });

    test('a team that people linked to the group of the provider becomes the group', async () => {
      const kernel = withProvider();
      const { change, admin, db } = world.governing;
      const { team } = await change(admin, 'createTeam', { name: 'Finance here' });
      await db.query(
        `update kernel.principal set external_namespace = 'https://login.example', external_name = 'finance' where id = $1`,
        [team.id],
      );
      const { body } = await scimClient(kernel, world.account)('POST', '/Groups', { displayName: 'finance' });
      expect(body.id).toBe(team.id);
    });
  },
  { ownDatabase: true },
);
