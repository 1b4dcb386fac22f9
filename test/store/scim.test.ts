import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { describeOnOneEngine } from './engines.ts';
import {
  address,
  entraUser,
  GROUP_SCHEMA,
  patchOf,
  type Provisioned,
  provisioned,
  type Scim,
  scimClient,
  UNIQUE,
  USER_SCHEMA,
} from '../support/scim.ts';

describeOnOneEngine('SCIM', (open) => {
  let world: Provisioned;
  let scim: Scim;
  beforeAll(async () => {
    world = await provisioned(await open());
    scim = world.scim;
  });

  test('the requests of Entra ID, each sent twice, are one event each', async () => {
    const userName = address();
    const body = entraUser(userName);
    const filter = `/Users?filter=${encodeURIComponent(`userName eq "${userName.toUpperCase()}"`)}`;
    expect((await scim('GET', filter)).body).toMatchObject({ totalResults: 0, Resources: [] });
    let id = '';
    expect(
      await world.eventsOf(async () => {
        const made = await scim('POST', '/Users', body);
        expect(made.status).toBe(201);
        expect(made.headers['location']).toBe(`/scim/v2/Users/${made.body.id}`);
        expect(made.headers['etag']).toBe(made.body.meta.version);
        expect(made.body).toMatchObject({
          schemas: [USER_SCHEMA],
          userName,
          externalId: body.externalId,
          active: true,
          name: body.name,
          emails: body.emails,
        });
        expect(made.body).not.toHaveProperty('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User');
        id = made.body.id;
        expect((await scim('POST', '/Users', body)).body).toMatchObject(UNIQUE);
      }),
    ).toEqual(['user.created']);
    expect((await scim('GET', filter)).body.Resources).toMatchObject([{ id }]);
    const twice = (address: string, operations: readonly object[]) =>
      world.eventsOf(async () => {
        for (const _ of [1, 2]) expect((await scim('PATCH', address, patchOf(...operations))).status).toBeLessThan(300);
      });
    const rename = [
      { op: 'Replace', path: 'displayName', value: 'Ada King' },
      { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+44 1' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'ada@king.example' },
    ];
    expect(await twice(`/Users/${id}`, rename)).toEqual(['user.changed']);
    const { headers } = await scim('GET', `/Users/${id}`);
    expect((await scim('PATCH', `/Users/${id}`, patchOf(...rename))).headers['etag']).toBe(headers['etag']);
    expect(await world.stateOf(id)).toMatchObject({ name: 'Ada King', email: userName, state: 'active' });
    const group = { schemas: [GROUP_SCHEMA], externalId: randomUUID(), displayName: `Guides ${userName}`, members: [] };
    const { body: made } = await scim('POST', '/Groups', group);
    expect(await world.eventsOf(() => scim('POST', '/Groups', group))).toEqual([]);
    expect(await twice(`/Groups/${made.id}`, [{ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] }])).toEqual([
      'members.added',
    ]);
    expect((await scim('GET', `/Groups/${made.id}`)).body.members).toMatchObject([
      { value: id, type: 'User', display: 'Ada King' },
    ]);
    expect((await scim('GET', `/Users/${id}`)).body.groups).toMatchObject([{ value: made.id, display: group.displayName }]);
    expect(await twice(`/Groups/${made.id}`, [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] }])).toEqual([
      'members.removed',
    ]);
    expect(await twice(`/Groups/${made.id}`, [{ op: 'Replace', path: 'displayName', value: `New ${userName}` }])).toEqual([
      'team.renamed',
    ]);
    expect(await twice(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }])).toEqual(['user.deactivated']);
    expect(await twice(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'True' }])).toEqual(['user.reactivated']);
    expect(
      await world.eventsOf(async () => [await scim('DELETE', `/Users/${id}`), await scim('DELETE', `/Users/${id}`)]),
    ).toEqual(['user.deactivated']);
    expect(
      await world.eventsOf(async () => [await scim('DELETE', `/Groups/${made.id}`), await scim('DELETE', `/Groups/${made.id}`)]),
    ).toEqual(['team.changed']);
  });

  test('the requests of Okta: PUT for profiles, PATCH without path, group push', async () => {
    const userName = address();
    const body = {
      schemas: [USER_SCHEMA],
      userName,
      name: { givenName: 'Alan', familyName: 'Turing' },
      emails: [{ primary: true, value: userName, type: 'work' }],
      displayName: 'Alan Turing',
      locale: 'en-US',
      externalId: '00u1',
      groups: [],
      password: 'not kept',
      active: true,
    };
    const { body: made } = await scim('POST', '/Users', body);
    expect(JSON.stringify(made)).not.toContain('not kept');
    const changed = {
      ...body,
      id: made.id,
      meta: made.meta,
      name: { ...body.name, givenName: 'Alan M.' },
      displayName: 'Alan M. Turing',
    };
    expect(
      await world.eventsOf(async () => [
        await scim('PUT', `/Users/${made.id}`, changed),
        await scim('PUT', `/Users/${made.id}`, changed),
      ]),
    ).toEqual(['user.changed']);
    const group = {
      schemas: [GROUP_SCHEMA],
      displayName: `Pushed ${userName}`,
      members: [{ value: made.id, display: userName }],
    };
    let groupId = '';
    expect(await world.eventsOf(async () => (groupId = (await scim('POST', '/Groups', group)).body.id))).toEqual([
      'team.created',
      'members.added',
    ]);
    const patched = patchOf({ op: 'replace', value: { id: groupId, displayName: `Pushed again ${userName}` } });
    expect(await world.eventsOf(() => scim('PATCH', `/Groups/${groupId}`, patched))).toEqual(['team.renamed']);
    const emptied = patchOf({ op: 'remove', path: `members[value eq "${made.id}"]` });
    expect(await world.eventsOf(() => scim('PATCH', `/Groups/${groupId}`, emptied))).toEqual(['members.removed']);
    const both = patchOf(
      { op: 'add', path: 'members', value: [{ value: made.id }] },
      { op: 'remove', path: `members[value eq "${made.id}"]` },
    );
    expect(await world.eventsOf(() => scim('PATCH', `/Groups/${groupId}`, both))).toEqual([]);
    const off = patchOf({ op: 'replace', value: { active: false } });
    expect(await world.eventsOf(() => scim('PATCH', `/Users/${made.id}`, off))).toEqual(['user.deactivated']);
    expect((await scim('PUT', `/Users/${made.id}`, { ...changed, active: undefined })).body.active).toBe(false);
    expect((await scim('PUT', `/Users/${made.id}`, changed)).body.active).toBe(true);
  });

  test('of two who make the same at once, one makes it', async () => {
    const userName = address();
    const statuses = async (path: string, body: object) =>
      (await Promise.all([1, 2, 3].map(() => scim('POST', path, body)))).map(({ status }) => status).toSorted((a, b) => a - b);
    expect(await statuses('/Users', entraUser(userName))).toEqual([201, 409, 409]);
    expect(await statuses('/Groups', { displayName: `Once ${userName}` })).toEqual([201, 409, 409]);
    const id = await world.created();
    const { body: group } = await scim('POST', '/Groups', { displayName: `Many ${userName}` });
    const add = patchOf({ op: 'add', path: 'members', value: [{ value: id }] });
    expect(await world.eventsOf(() => Promise.all([1, 2, 3].map(() => scim('PATCH', `/Groups/${group.id}`, add))))).toEqual([
      'members.added',
    ]);
  });

  test('a version that was overtaken is refused, and one that is known is not sent again', async () => {
    const id = await world.created();
    const { headers } = await scim('GET', `/Users/${id}`);
    const tag = String(headers['etag']);
    expect((await scim('GET', `/Users/${id}`, undefined, { 'if-none-match': tag })).status).toBe(304);
    const write = (title: string, wanted: string) =>
      scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'title', value: title }), { 'if-match': wanted });
    expect((await write('a', tag)).status).toBe(200);
    expect((await write('b', tag)).body).toMatchObject({ status: '412' });
    expect((await scim('DELETE', `/Users/${id}`, undefined, { 'if-match': tag })).status).toBe(412);
    expect((await write('c', '*')).body.title).toBe('c');
    const { body: group } = await scim('POST', '/Groups', { displayName: `Version ${id}` });
    await scim('PATCH', `/Groups/${group.id}`, patchOf({ op: 'add', path: 'members', value: { value: id } }));
    expect((await scim('PUT', `/Groups/${group.id}`, { displayName: 'x' }, { 'if-match': group.meta.version })).status).toBe(412);
    expect((await scim('GET', `/Users/${id}`, undefined, { 'if-none-match': tag })).status).toBe(200);
  });

  test.each([
    ['no userName', '/Users', {}, 'invalidValue'],
    ['a userName that is no address', '/Users', { userName: 'ada' }, 'invalidValue'],
    ['U+0000', '/Users', { userName: 'a\0@example.com' }, 'invalidValue'],
    ['half a character', '/Users', { userName: 'a@example.com', title: '\udc00' }, 'invalidValue'],
    ['a long text', '/Users', { userName: 'a@example.com', title: 'x'.repeat(501) }, 'invalidValue'],
    [
      'too many emails',
      '/Users',
      { userName: 'a@example.com', emails: Array.from({ length: 21 }, (_, n) => ({ value: `${n}@x` })) },
      'invalidValue',
    ],
    ['another schema', '/Users', { schemas: [GROUP_SCHEMA], userName: 'a@example.com' }, 'invalidSyntax'],
    ['a list', '/Users', [], 'invalidSyntax'],
    ['no displayName', '/Groups', { members: [] }, 'invalidValue'],
    ['a member that is no id', '/Groups', { displayName: 'x', members: [{ value: "' or 1=1" }] }, 'invalidValue'],
    [
      'a member whom nobody knows',
      '/Groups',
      { displayName: 'x', members: [{ value: `usr_${'0'.repeat(26)}` }] },
      'invalidValue',
    ],
  ])('%s is refused with what is wrong', async (_what, path, body, scimType) => {
    const [before] = await world.db.query<{ n: string }>('select count(*) as n from kernel.principal');
    expect((await scim('POST', path, body)).body).toMatchObject({
      status: '400',
      scimType,
      detail: expect.stringMatching(/\w{3}/),
    });
    expect(await world.db.query('select count(*) as n from kernel.principal')).toEqual([before]);
  });

  test('a token without the scope, and a look at the past, are refused', async () => {
    const graph = scimClient(world.governing.kernel, { ...world.account, scopes: ['graph'], roles: ['admin'] });
    expect((await graph('GET', '/Users')).body).toMatchObject({ status: '403', detail: expect.stringContaining('scim') });
    expect((await graph('POST', '/Users', { userName: address() })).status).toBe(403);
    const { errors } = await world.governing.ask(world.account, '{ principals(first: 1) { edges { node { id } } } }');
    expect(errors.map(([code]) => code)).toContain('FORBIDDEN');
  });

  test('the log names the account of the token and no personal data', async () => {
    const userName = address();
    const id = await world.created(userName);
    const [row] = await world.db.query<{ body: string }>(
      `select body from kernel.audit_event where subject_id = $1 and action = 'governance.user.created.v1'`,
      [id],
    );
    const event = JSON.parse(row?.body ?? '');
    expect(event.actor).toMatchObject({ id: world.account.id, kind: 'service', onBehalfOf: world.account.onBehalfOf });
    expect(event.decision.policyIds).toEqual(['scope.scim']);
    expect(event.request.operation).toBe('scim.createUser');
    expect(row?.body).not.toContain(userName);
  });
});
