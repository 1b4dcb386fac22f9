import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { internalPrincipal, internalRequest } from '../../kernel/identity/internal.ts';
import { EMAIL_NAMESPACE, findOrStub } from '../../kernel/identity/principals.ts';
import { originOf } from '../../kernel/audit/record.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { describeOnEngines } from './engines.ts';
import { govern, MUTATIONS, newcomer, type Governing } from './governing.ts';

describeOnEngines('people, teams and services', (open) => {
  let governing: Governing;
  beforeAll(async () => {
    governing = await govern(await open());
  });

  const stub = (email: string) =>
    governing.db.transaction((tx) =>
      findOrStub(tx, originOf(internalRequest('crawl'), decide(internalRequest('test'), 'catalog.crawl')), [
        { namespace: EMAIL_NAMESPACE, name: email },
      ]),
    );
  const countOf = async (table: string) =>
    Number((await governing.db.query<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n);

  test('a caller learns who they are', async () => {
    const { ask, admin } = governing;
    const { data, errors } = await ask(admin, '{ me { roles authMethod principal { __typename id name } } }');
    expect(errors).toEqual([]);
    expect(data.me).toEqual({
      roles: ['admin'],
      authMethod: 'access-key',
      principal: { __typename: 'ServiceAccount', id: admin.id, name: 'Local administrator' },
    });
  });

  test('a new person is active, with the roles they were given, and answers for their services', async () => {
    const { change, admin } = governing;
    const { user } = await change(admin, 'createUser', {
      name: ' Grace Hopper ',
      email: 'grace@example.com',
      roles: ['steward', 'steward'],
    });
    expect(user).toMatchObject({ name: 'Grace Hopper', email: 'grace@example.com', state: 'ACTIVE', roles: ['steward'] });
    const { serviceAccount } = await change(admin, 'createServiceAccount', { name: 'Crawler', roles: ['bot'], ownerId: user.id });
    expect(serviceAccount).toMatchObject({ name: 'Crawler', owner: { id: user.id, name: 'Grace Hopper' }, accessKeys: [] });
  });

  test('a stub is claimed under its address in any case and keeps its id', async () => {
    const { change, admin } = governing;
    const [id] = await stub('Alan@Example.com');
    const answer = await change(admin, 'createUser', { name: 'Alan Turing', email: 'alan@example.COM', roles: ['analyst'] });
    expect(answer.user).toMatchObject({ id, name: 'Alan Turing', state: 'ACTIVE', roles: ['analyst'] });
    expect(await stub('ALAN@example.com')).toEqual([id]);
  });

  test('an address that somebody active has is refused without naming it', async () => {
    const { change, admin } = governing;
    await change(admin, 'createUser', { name: 'Edsger', email: 'edsger@example.com', roles: [] });
    const answer = await change(admin, 'createUser', { name: 'Another', email: 'EDSGER@example.com', roles: [] });
    expect(answer).toMatchObject({ __typename: 'Refused', code: 'EMAIL_TAKEN' });
    expect(answer.message).not.toContain('@');
  });

  test('of two who make the same person at once, one makes and one is refused', async () => {
    const { change, admin } = governing;
    const email = `${randomUUID()}@example.com`;
    const answers = await Promise.all(['One', 'Two'].map((name) => change(admin, 'createUser', { name, email, roles: [] })));
    expect(new Set(answers.map((answer) => answer.__typename))).toEqual(new Set(['Refused', 'UserCreated']));
  });

  test('a service that makes a service must name the human who answers for it', async () => {
    const { change, admin } = governing;
    const make = (input: object) => change(admin, 'createServiceAccount', { name: 'Orphan', roles: [], ...input });
    expect((await make({})).code).toBe('OWNER_REQUIRED');
    expect((await make({ ownerId: 'usr_00000000000000000000000000' })).code).toBe('OWNER_REQUIRED');
    const { team } = await change(admin, 'createTeam', { name: 'Data platform' });
    expect((await make({ ownerId: team.id })).code).toBe('OWNER_NOT_HUMAN');
    const [stubId] = await stub('not-yet@example.com');
    expect((await make({ ownerId: stubId })).code).toBe('OWNER_NOT_ACTIVE');
  });

  test('a human who makes a service answers for it', async () => {
    const { change } = governing;
    const human = await newcomer(governing, 'user', ['admin']);
    const { serviceAccount } = await change(human, 'createServiceAccount', { name: 'Mine', roles: [] });
    expect(serviceAccount.owner.id).toBe(human.id);
  });

  test('who may not manage identities is refused, and nobody is made', async () => {
    const { change } = governing;
    const steward = await newcomer(governing, 'user', ['steward']);
    const before = await countOf('kernel.principal');
    const answer = await change(steward, 'createUser', { name: 'Eve', email: 'eve@example.com', roles: ['admin'] });
    expect(answer).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN', policyIds: ['default.deny'] });
    expect(await countOf('kernel.principal')).toBe(before);
  });

  test('a repeat with the same key answers the same and writes nothing', async () => {
    const { ask, admin } = governing;
    const input = { idempotencyKey: randomUUID(), name: 'Found Byaddress', email: 'found.byaddress@example.com', roles: [] };
    const first = await ask(admin, MUTATIONS['createUser'] ?? '', { input });
    // That an address was read is another event.
    const counts = async () => [
      await countOf(`kernel.audit_event where action <> 'governance.emails.read.v1'`),
      await countOf('kernel.principal'),
    ];
    const before = await counts();
    expect(await ask(admin, MUTATIONS['createUser'] ?? '', { input })).toEqual(first);
    expect(await counts()).toEqual(before);
  });

  test.each([
    ['createUser', { name: '', email: 'a@b.c', roles: [] }],
    ['createUser', { name: 'x', email: 'no address', roles: [] }],
    ['createTeam', { name: 'a\u0000b' }],
    ['createAccessKey', { principalId: 'x', label: 'x', scopes: [] }],
  ])('%s says what is wrong with %j', async (mutation, input) => {
    const { ask, admin } = governing;
    const { errors } = await ask(admin, MUTATIONS[mutation] ?? '', { input: { idempotencyKey: randomUUID(), ...input } });
    expect(errors).toEqual([['BAD_USER_INPUT', 'answer']]);
  });

  test('an address is shown to the person, to stewards and to admins, and hidden from others without hiding the person', async () => {
    const { ask, change, admin } = governing;
    const { user } = await change(admin, 'createUser', { name: 'Ken', email: 'ken@example.com', roles: ['analyst'] });
    const { token } = await change(admin, 'createAccessKey', { principalId: user.id, label: 'x' });
    const read = async (caller: typeof admin) =>
      ask(caller, 'query Q($id: ID!) { principal(id: $id) { name ... on User { email } } }', { id: user.id });
    for (const reader of [await governing.signIn(token), await newcomer(governing, 'user', ['steward']), admin]) {
      expect((await read(reader)).data.principal.email).toBe('ken@example.com');
    }
    const { data, errors } = await read(await newcomer(governing, 'user', ['analyst']));
    expect(data.principal).toEqual({ name: 'Ken', email: null });
    expect(errors).toEqual([['FORBIDDEN_FIELD', 'principal.email']]);
  });

  test('keys of a service are for admins and for the service itself', async () => {
    const service = await newcomer(governing, 'service', ['bot']);
    const query = 'query Q($id: ID!) { principal(id: $id) { id ... on ServiceAccount { accessKeys { label scopes } } } }';
    expect((await governing.ask(governing.admin, query, { id: service.id })).data.principal.accessKeys).toEqual([
      { label: 'laptop', scopes: ['graph'] },
    ]);
    expect((await governing.ask(service, query, { id: service.id })).data.principal.accessKeys).toHaveLength(1);
    const other = await newcomer(governing, 'service', ['bot']);
    const { data, errors } = await governing.ask(other, query, { id: service.id });
    expect([data.principal, errors]).toEqual([
      { id: service.id, accessKeys: null },
      [['FORBIDDEN_FIELD', 'principal.accessKeys']],
    ]);
  });

  test('principals are listed in the order of their names, page by page, each once', async () => {
    const { ask, change, admin } = governing;
    for (const name of ['zoe 3', 'Zoe 1', 'zoe 2', 'ZOE 2', 'Zoë', 'z_e', 'Zoe%']) await change(admin, 'createTeam', { name });
    const page = async (after: string | null) =>
      ask(
        admin,
        `query Q($after: String) { principals(filter: { namePrefix: "ZOE " }, first: 2, after: $after) {
        edges { node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
        { after },
      );
    const first = (await page(null)).data.principals;
    const second = (await page(first.pageInfo.endCursor)).data.principals;
    const names = [...first.edges, ...second.edges].map(({ node }: { node: { name: string } }) => node.name.toLowerCase());
    expect(names).toEqual(['zoe 1', 'zoe 2', 'zoe 2', 'zoe 3']);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage, second.pageInfo.hasPreviousPage]).toEqual([
      true,
      false,
      true,
    ]);
    const foreign = await ask(admin, 'query Q($after: String) { principals(after: $after) { edges { cursor } } }', {
      after: first.pageInfo.endCursor,
    });
    expect(foreign).toEqual({ data: { principals: null }, errors: [['INVALID_CURSOR', 'principals']] });
  });

  test('somebody is found by their whole address, by those who may read it, and that is an event', async () => {
    const { ask, change, admin } = governing;
    const { user } = await change(admin, 'createUser', {
      name: 'Found Byaddress',
      email: 'whole.address@example.com',
      roles: [],
    });
    const find = (email: string, as = admin) =>
      ask(as, 'query Q($email: String) { principals(filter: { email: $email }) { edges { node { id } } } }', { email });
    const told = () => countOf(`kernel.audit_event where action = 'governance.emails.read.v1'`);
    const before = await told();
    expect((await find('WHOLE.address@example.com')).data.principals.edges).toEqual([{ node: { id: user.id } }]);
    expect(await told()).toBe(before + 1);
    expect((await find('whole.address@example')).data.principals.edges).toEqual([]);
    expect(await told()).toBe(before + 1);
    const analyst = await newcomer(governing, 'user', ['analyst']);
    expect((await find('whole.address@example.com', analyst)).errors).toEqual([['FORBIDDEN', 'principals']]);
  });

  test('stubs can be found', async () => {
    const { ask, admin } = governing;
    const [id] = await stub('stub@example.com');
    const { data } = await ask(
      admin,
      '{ principals(filter: { states: [STUB] }, first: 500) { edges { node { id ... on User { state } } } } }',
    );
    expect(data.principals.edges).toContainEqual({ node: { id, state: 'STUB' } });
    expect(new Set(data.principals.edges.map((edge: { node: { state: string } }) => edge.node.state))).toEqual(new Set(['STUB']));
  });

  test('entities are joined by id: the right kind is found, everything else is null', async () => {
    const { ask, admin } = governing;
    const service = await newcomer(governing, 'service', ['bot']);
    const representations = [
      { __typename: 'ServiceAccount', id: service.id },
      { __typename: 'Principal', id: service.id },
      { __typename: 'User', id: service.id },
      { __typename: 'User', id: 'usr_unknown' },
      { __typename: 'Team', id: "'; drop table kernel.principal; --" },
    ];
    const { data, errors } = await ask(
      admin,
      'query Q($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on ServiceAccount { name owner { name } } } }',
      { representations },
    );
    expect(errors).toEqual([]);
    const found = { __typename: 'ServiceAccount', name: 'Ada bot', owner: { name: 'Ada' } };
    expect(data._entities).toEqual([found, found, null, null, null]);
  });

  test('entities are closed to those who may not read identities, except their own', async () => {
    const outsider = await newcomer(governing, 'user', []);
    const query =
      'query Q($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { id name } ... on AccessKey { label } } }';
    const representations = [
      { __typename: 'User', id: outsider.id },
      { __typename: 'ServiceAccount', id: internalPrincipal.id },
      { __typename: 'AccessKey', id: 'key_x' },
    ];
    const { data, errors } = await governing.ask(outsider, query, { representations });
    expect(data._entities).toEqual([{ id: outsider.id, name: 'Ada' }, null, null]);
    expect(errors.map(([code]) => code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  test('as of an earlier time names stay readable, and a list says that it cannot', async () => {
    const { ask, admin, db } = governing;
    const asOf = await db.transaction(async (tx) => tx.now);
    const { data, errors } = await ask(
      admin,
      '{ me { roles } principal(id: "svc_cadastre") { name ... on ServiceAccount { accessKeys { id } } } principals { edges { cursor } } }',
      {},
      { asOf },
    );
    expect(data).toEqual({ me: { roles: ['admin'] }, principal: { name: 'Cadastre', accessKeys: null }, principals: null });
    expect(new Set(errors)).toEqual(
      new Set([
        ['AS_OF_UNSUPPORTED', 'principal.accessKeys'],
        ['AS_OF_UNSUPPORTED', 'principals'],
      ]),
    );
  });
});
