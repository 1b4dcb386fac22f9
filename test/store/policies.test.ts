import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Principal, Role } from '../../kernel/identity/principal.ts';
import { policiesInForce } from '../../kernel/policy/inForce.ts';
import { describe as tell } from '../../kernel/policy/describe.ts';
import { describeOnOneEngine, resetData } from './engines.ts';
import { govern, type Governing, type Payload } from './governing.ts';

const PROPOSE = `mutation($input: ProposePoliciesInput!) { answer: proposePolicies(input: $input) { __typename
  ... on PoliciesProposed { auditId needsOtherAdmin policies { version state author { id } digest tests { name expect } } }
  ... on Refused { code message policyIds } } }`;
const decide = (verb: 'approve' | 'reject'): string =>
  `mutation($input: ${verb === 'approve' ? 'Approve' : 'Reject'}PoliciesInput!) { answer: ${verb}Policies(input: $input) { __typename
  ... on PoliciesDecided { auditId policies { version state decidedBy { id } } } ... on Refused { code message } } }`;

const PAYROLL = `@id("finance.only") @reason("Payroll is for finance.") @control("SOC2:CC6.1")
forbid (principal, action == Action::"catalog.read", resource) when { resource.tags.contains("payroll") }
unless { principal in Principal::"tea_finance" };`;

describeOnOneEngine('policies of the installation', (open) => {
  let db: Database;
  let governing: Governing;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    governing = await govern(db);
  });

  const person = async (roles: readonly Role[], name = `p${randomUUID()}`): Promise<Principal> => {
    const { user } = await governing.change(governing.admin, 'createUser', { name, email: `${name}@example.com`, roles });
    const { token } = await governing.change(governing.admin, 'createAccessKey', { principalId: user.id, label: 'x' });
    return governing.signIn(token);
  };
  const asked = async (caller: Principal, source: string, variables: object = {}) =>
    governing.ask(caller, source, variables, { policies: await policiesInForce(db) });
  const run = async (caller: Principal, source: string, input: object): Promise<Payload> => {
    const { data, errors } = await asked(caller, source, { input: { idempotencyKey: randomUUID(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const inForce = async (text: string): Promise<void> => {
    const { policies } = await run(governing.admin, PROPOSE, { text, reason: 'test' });
    expect(await run(governing.admin, decide('approve'), { version: policies.version })).toMatchObject({
      __typename: 'PoliciesDecided',
    });
  };

  test('are proposed by one admin and put in force by another, each step audited', async () => {
    const [ada, bob] = [await person(['admin'], 'ada'), await person(['admin'], 'bob')];
    const proposed = await run(ada, PROPOSE, {
      text: PAYROLL,
      reason: 'The auditors asked.',
      tests: [
        {
          name: 'sales',
          principal: { roles: ['analyst'] },
          action: 'catalog.read',
          resource: { tags: ['payroll'] },
          expect: 'DENY',
          by: 'finance.only',
        },
        {
          name: 'finance',
          principal: { roles: ['analyst'], teams: ['tea_finance'] },
          action: 'catalog.read',
          resource: { tags: ['payroll'] },
          expect: 'ALLOW',
        },
      ],
    });
    expect(proposed).toMatchObject({
      policies: { version: 1, state: 'PROPOSED', author: { id: ada.id }, tests: [{ name: 'sales' }, {}] },
    });
    expect((await policiesInForce(db)).texts.has('finance.only')).toBe(false);
    expect(await run(ada, decide('approve'), { version: 1 })).toMatchObject({ __typename: 'Refused', code: 'FOUR_EYES' });
    const decided = await run(bob, decide('approve'), { version: 1 });
    expect(decided).toMatchObject({ policies: { state: 'IN_FORCE', decidedBy: { id: bob.id } } });
    expect((await policiesInForce(db)).texts.has('finance.only')).toBe(true);
    const { data } = await asked(
      bob,
      '{ auditTrail(filter: { subjectId: "policies" }) { edges { node { action outcome reason actor { id } } } } }',
    );
    expect(data.auditTrail.edges.map(({ node }: Payload) => [node.action, node.reason, node.actor.id])).toEqual([
      ['governance.policies.enforced.v1', null, bob.id],
      ['governance.policies.refused.v1', 'FOUR_EYES', ada.id],
      ['governance.policies.proposed.v1', null, ada.id],
    ]);
  });

  test('a service account of the author is not another pair of eyes', async () => {
    const [ada, bob] = [await person(['admin'], 'ada'), await person(['admin'], 'bob')];
    const { serviceAccount } = await governing.change(ada, 'createServiceAccount', {
      name: 'bot',
      roles: ['admin'],
      ownerId: ada.id,
    });
    const { token } = await governing.change(ada, 'createAccessKey', { principalId: serviceAccount.id, label: 'x' });
    const bot = await governing.signIn(token);
    await run(ada, PROPOSE, { text: PAYROLL, reason: 'x' });
    expect(await run(bot, decide('approve'), { version: 1 })).toMatchObject({ code: 'FOUR_EYES' });
    await run(bot, PROPOSE, { text: PAYROLL, reason: 'x' });
    expect(await run(ada, decide('approve'), { version: 2 })).toMatchObject({ code: 'FOUR_EYES' });
    expect(await run(bob, decide('approve'), { version: 2 })).toMatchObject({ __typename: 'PoliciesDecided' });
    expect(await run(bob, decide('approve'), { version: 1 })).toMatchObject({ code: 'OUTDATED' });
    expect(await run(ada, decide('reject'), { version: 2 })).toMatchObject({
      code: 'NOT_PROPOSED',
      message: 'Version 2 is in force already.',
    });
  });

  test('whoever proposes hears whether somebody else has to approve, and what became of it, in words', async () => {
    expect(await run(governing.admin, PROPOSE, { text: '', reason: 'x' })).toMatchObject({ needsOtherAdmin: false });
    const ada = await person(['admin'], 'ada');
    expect(await run(ada, PROPOSE, { text: PAYROLL, reason: 'x' })).toMatchObject({ needsOtherAdmin: false });
    await person(['admin'], 'bob');
    expect(await run(ada, PROPOSE, { text: PAYROLL, reason: 'x' })).toMatchObject({ needsOtherAdmin: true });
    await run(ada, decide('reject'), { version: 1 });
    expect(await run(ada, decide('approve'), { version: 1 })).toMatchObject({
      message: 'Version 1 was rejected. Propose its text anew.',
    });
  });

  test('an admin by a group of the identity provider is another pair of eyes', async () => {
    const ada = await person(['admin'], 'ada');
    const bob = await person([], 'bob');
    await db.query(`update kernel.principal set group_roles = '{admin}' where id = $1`, [bob.id]);
    await run(ada, PROPOSE, { text: PAYROLL, reason: 'x' });
    expect(await run(ada, decide('approve'), { version: 1 })).toMatchObject({ code: 'FOUR_EYES' });
  });

  test('where there is one admin, they may approve themselves, and put right what denies everyone', async () => {
    await inForce('@id("nobody") forbid (principal, action, resource);');
    const policies = await policiesInForce(db);
    expect(policies.decide(governing.admin, 'identity.manage').effect).toBe('deny');
    const { errors } = await asked(governing.admin, '{ principals { edges { cursor } } }');
    expect(errors).toEqual([['FORBIDDEN', 'principals']]);
    await inForce('');
    expect((await asked(governing.admin, '{ principals { edges { cursor } } }')).errors).toEqual([]);
  });

  test.each([
    ['permit (principal, action, resource);', /no id/],
    ['@id("role.admin") permit (principal, action, resource);', /belongs to the built-in/],
    ['@id("a") permit (principal, action, resource); @id("a") permit (principal, action, resource);', /Two policies/],
    ['@id("a") permit (principal, action == Action::"catalog.fly", resource);', /unrecognized action|does not exist/i],
    ['@id("a") permit (principal, action == Action::"catalog.read", resource) when { resource.colour == "red" };', /colour/],
    ['@id("a") permit (principal, action == Action::"catalog.read", resource == Dataset::"ast_1");', /single asset/],
    [
      '@id("a") permit (principal, action == Action::"catalog.read", resource) when { resource == Dataset::"ast_1" };',
      /single asset/,
    ],
    ['@id("a") permit (principal == ?principal, action, resource);', /template/],
    ['not cedar at all', /unexpected/],
    ['@id("A b") permit (principal, action, resource);', /letters, digits/],
  ])('%s is not taken', async (text, problem) => {
    const answer = await run(governing.admin, PROPOSE, { text, reason: 'x' });
    expect(answer).toMatchObject({ __typename: 'Refused', code: 'POLICIES_INVALID' });
    expect(answer.message).toMatch(problem);
    expect(await db.query('select from kernel.policy_version')).toEqual([]);
    const { data } = await asked(governing.admin, 'query($text: String!) { checkPolicies(text: $text) { message } }', { text });
    expect(data.checkPolicies.length).toBeGreaterThan(0);
  });

  test('a test case that does not hold keeps the policies out', async () => {
    const tests = [
      {
        name: 'open',
        principal: { roles: ['analyst'] },
        action: 'catalog.read',
        resource: { tags: ['payroll'] },
        expect: 'ALLOW',
      },
      { name: 'no resource', principal: { roles: ['analyst'] }, action: 'catalog.read', expect: 'ALLOW' },
      { name: 'by', principal: { roles: ['analyst'] }, action: 'audit.read', expect: 'DENY', by: 'finance.only' },
    ];
    const { message } = await run(governing.admin, PROPOSE, { text: PAYROLL, reason: 'x', tests });
    expect(message.split('\n')).toEqual([
      expect.stringContaining('test "open": It is deny by finance.only'),
      expect.stringContaining('test "no resource": catalog.read is decided by asset'),
      expect.stringContaining('test "by": It is decided by default.deny'),
    ]);
  });

  test('only those who manage policies change them, whatever policies say', async () => {
    await inForce('@id("all") permit (principal, action, resource);');
    const analyst = await person(['analyst']);
    expect(await run(analyst, PROPOSE, { text: '', reason: 'x' })).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN' });
    expect((await asked(analyst, '{ policies { version } }')).errors).toEqual([['FORBIDDEN', 'policies']]);
  });

  test('access is explained: which policy, why, and by what text', async () => {
    const resource = {
      type: 'Dataset',
      owners: [],
      tags: ['payroll'],
      columnTags: [],
      namespace: 'n',
      container: 'c',
      platform: 'p',
    };
    await db.transaction((tx) =>
      tell(tx, [
        { no: '1', id: 'ast_pay', ...resource },
        { no: '2', id: 'ast_open', ...resource, tags: [] },
      ]),
    );
    await inForce(PAYROLL);
    const [steward, analyst] = [await person(['steward']), await person(['analyst'])];
    const EXPLAIN = `query($principalId: ID!, $resourceId: ID) { explainAccess(principalId: $principalId, action: "catalog.read", resourceId: $resourceId) {
      effect policies { id reason control text } policyDigest } }`;
    // Who may not see the asset does not learn that there is one, not even from an explanation.
    expect((await asked(steward, EXPLAIN, { principalId: analyst.id, resourceId: 'ast_pay' })).errors).toEqual([
      ['NOT_FOUND', 'explainAccess'],
    ]);
    expect((await asked(steward, EXPLAIN, { principalId: analyst.id, resourceId: 'ast_none' })).errors).toEqual([
      ['NOT_FOUND', 'explainAccess'],
    ]);
    const open = await asked(steward, EXPLAIN, { principalId: analyst.id, resourceId: 'ast_open' });
    expect(open.data.explainAccess).toMatchObject({
      effect: 'ALLOW',
      policies: [{ id: 'role.analyst', reason: 'Analysts read the catalog and the registry, and ask for approval.' }],
    });
    expect((await asked(analyst, EXPLAIN, { principalId: steward.id, resourceId: 'ast_open' })).errors).toEqual([
      ['FORBIDDEN', 'explainAccess'],
    ]);
    await db.query(
      `insert into kernel.principal (id, kind, name, state, recorded_at) values ('tea_finance', 'team', 'Finance', 'active', now())`,
    );
    await db.query(
      `insert into kernel.membership (team_id, member_id, origin, recorded_at) values ('tea_finance', $1, 'human', now())`,
      [steward.id],
    );
    const insider = { ...steward, teams: ['tea_finance'] };
    const denied = await asked(insider, EXPLAIN, { principalId: analyst.id, resourceId: 'ast_pay' });
    expect(denied.data.explainAccess).toMatchObject({
      effect: 'DENY',
      policies: [
        { id: 'finance.only', reason: 'Payroll is for finance.', control: 'SOC2:CC6.1', text: expect.stringContaining('forbid') },
      ],
    });
    const mine =
      '{ myAccess(action: "catalog.read", resourceId: "ast_pay") { effect } other: myAccess(action: "audit.read") { effect policies { id } } }';
    expect((await asked(analyst, mine)).data).toEqual({
      myAccess: null,
      other: { effect: 'DENY', policies: [{ id: 'default.deny' }] },
    });
  });

  test('membership counts through teams of teams, also in a ring', async () => {
    const ada = await person(['analyst'], 'ada');
    for (const id of ['tea_a', 'tea_b', 'tea_c'])
      await db.query(
        `insert into kernel.principal (id, kind, name, state, recorded_at) values ($1, 'team', $1, 'active', now())`,
        [id],
      );
    for (const [team, member] of [
      ['tea_a', ada.id],
      ['tea_b', 'tea_a'],
      ['tea_c', 'tea_b'],
      ['tea_a', 'tea_c'],
    ])
      await db.query(`insert into kernel.membership (team_id, member_id, origin, recorded_at) values ($1, $2, 'human', now())`, [
        team,
        member,
      ]);
    const { token } = await governing.change(governing.admin, 'createAccessKey', { principalId: ada.id, label: 'x' });
    expect((await governing.signIn(token)).teams).toEqual(['tea_a', 'tea_b', 'tea_c']);
  });

  test('two who approve at once put one version in force', async () => {
    for (const text of [PAYROLL, '']) await run(governing.admin, PROPOSE, { text, reason: 'x' });
    const answers = await Promise.all([1, 2].map((version) => run(governing.admin, decide('approve'), { version })));
    expect(answers.some(({ __typename }) => __typename === 'PoliciesDecided')).toBe(true);
    expect(await db.query(`select version from kernel.policy_version where state = 'IN_FORCE'`)).toHaveLength(1);
  });

  test('a language is told: schema, actions, built-in policies', async () => {
    const { data } = await asked(governing.admin, '{ policyLanguage { cedar schema builtIn actions { name perAsset } } }');
    expect(data.policyLanguage.cedar).toMatch(/^\d+\./);
    expect(data.policyLanguage.schema).toContain('action "catalog.read"');
    expect(data.policyLanguage.actions).toContainEqual({ name: 'catalog.curate', perAsset: true });
  });
});
