import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { ensureProductionPolicy } from '../../kernel/approval/ensureProduction.ts';
import { guardOf } from '../../kernel/approval/guards.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { approve, type Approving, DOCUMENT } from './approving.ts';
import { describeOnOneEngine } from './engines.ts';
import type { Payload } from './governing.ts';

describeOnOneEngine('approval policies', (open) => {
  let on: Approving;
  beforeEach(async () => {
    on = await approve(await open());
  });
  const policies = async (who: Principal): Promise<Payload> =>
    (
      await on.read(
        who,
        '{ approvalPolicies { name version target { kind stage tags } reviewers { role min distinctTeams } forbid evidence { kind cel since } validFor rollback breakGlass author { id } } }',
      )
    ).data.approvalPolicies;

  test('production is guarded from the first start on, once', async () => {
    await ensureProductionPolicy(on.db);
    const [production, ...others] = await policies(await on.person(['analyst']));
    expect(others).toEqual([]);
    expect(production).toMatchObject({
      name: 'production',
      version: 1,
      target: { kind: 'MODEL_STAGE', stage: 'production', tags: [] },
      reviewers: [{ role: 'steward', min: 2, distinctTeams: true }],
      forbid: ['creator', 'requester', 'ownerTeam'],
      breakGlass: 'PT24H',
      author: { id: 'svc_cadastre' },
    });
    const events = await on.db.query(`select from kernel.audit_event where action = 'governance.approvalPolicy.set.v1'`);
    expect(events).toHaveLength(1);
  });

  test('what an installation makes of it stays over a start', async () => {
    await on.policy({ evidence: [] });
    await on.run(on.admin, 'retireApprovalPolicy', { name: 'production', reason: 'We have another.' });
    await ensureProductionPolicy(on.db);
    expect(await policies(on.admin)).toEqual([]);
    expect(await guardOf(on.db, { kind: 'MODEL_STAGE', key: 'production', tags: [] })).toBeNull();
    expect(await on.policy()).toMatchObject({ policy: { version: 3 } });
    const { data } = await on.read(
      on.admin,
      '{ approvalPolicyVersions(name: "production") { edges { node { version effectiveTo } } } approvalPolicy(name: "production", version: 1) { version } }',
    );
    expect(data.approvalPolicyVersions.edges.map(({ node }: Payload) => [node.version, node.effectiveTo === null])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect(data.approvalPolicy).toEqual({ version: 1 });
  });

  test('what is wrong with a document is said line by line, and nothing changes', async () => {
    const refused = await on.policy({ validFor: 'P6M', evidence: [{ kind: 'metrics', cel: 'auc >=' }], reviewers: [] });
    expect(refused).toMatchObject({ __typename: 'Refused', code: 'POLICY_INVALID' });
    expect(refused.message.split('\n')).toEqual([
      expect.stringContaining('reviewers: '),
      expect.stringContaining('evidence.0.cel: CEL: '),
      expect.stringContaining('validFor: Write an ISO 8601 duration'),
    ]);
    expect((await policies(on.admin)).map(({ version }: Payload) => version)).toEqual([1]);
    await expect(on.policy({}, 'Production!')).rejects.toThrow('BAD_USER_INPUT');
    expect(
      await on.run(await on.person(['steward']), 'setApprovalPolicy', { name: 'x', document: DOCUMENT, reason: 'x' }),
    ).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('whoever read another version changes nothing', async () => {
    const set = (expectedVersion: number) =>
      on.run(on.admin, 'setApprovalPolicy', { name: 'production', document: DOCUMENT, reason: 'x', expectedVersion });
    expect(await set(0)).toMatchObject({ __typename: 'Conflict', currentVersion: 1 });
    expect(await set(1)).toMatchObject({ policy: { version: 2 } });
    expect(await set(1)).toMatchObject({ __typename: 'Conflict', currentVersion: 2 });
  });

  test('the policy for the most tags guards', async () => {
    await on.policy({ target: { kind: 'MODEL_STAGE', stage: 'production', tags: ['pii'] } }, 'pii');
    const guard = async (tags: readonly string[]) =>
      (await guardOf(on.db, { kind: 'MODEL_STAGE', key: 'production', tags }))?.name;
    expect([await guard([]), await guard(['pii']), await guard(['gold', 'pii'])]).toEqual(['production', 'pii', 'pii']);
  });

  test('after a rejection nobody asks again before the time is over', async () => {
    await on.policy({ evidence: [], reviewers: [{ role: 'steward', min: 1 }], cooldown: 'PT1H' });
    const [version, bob, req] = [await on.version(), await on.person(['steward']), await on.person(['analyst'])];
    const { id } = await on.requested(req, version);
    await on.decided(bob, id, 'REJECT');
    const again = () => on.run(req, 'requestApproval', { subjectId: version.subjectId, stage: 'production', reason: 'x' });
    expect(await again()).toMatchObject({ __typename: 'Refused', code: 'COOLDOWN' });
    await on.db.query(`update kernel.approval_request set ended_at = ended_at - interval '1 hour' where id = $1`, [id]);
    expect(await again()).toMatchObject({ __typename: 'ApprovalRequested' });
  });

  test('where changes of policy are guarded, nobody changes one alone, not even by a service', async () => {
    const [ada, bob] = [await on.person(['admin']), await on.person(['admin'])];
    const guard = {
      target: { kind: 'POLICY_CHANGE' },
      reviewers: [{ role: 'admin', min: 1 }],
      evidence: [],
      forbid: ['creator', 'requester'],
    };
    expect(await on.policy({ ...guard, reviewers: [{ role: 'admin', min: 9 }] }, 'policies')).toMatchObject({
      code: 'POLICY_INVALID',
    });
    expect(await on.policy({ ...guard, reviewers: [{ role: 'steward', min: 2 }] }, 'policies')).toMatchObject({
      code: 'UNSATISFIABLE',
    });
    expect(await on.policy(guard, 'policies')).toMatchObject({ policy: { version: 1 } });

    const set = (who: Principal, reason: string, changes: object = {}) =>
      on.run(who, 'setApprovalPolicy', { name: 'production', document: { ...DOCUMENT, ...changes }, reason });
    const asked = await set(ada, 'Looser.', { evidence: [] });
    expect(asked).toMatchObject({ __typename: 'ApprovalRequested', request: { state: 'OPEN' } });
    expect(await set(ada, 'Again.', { evidence: [] })).toMatchObject({ code: 'APPROVAL_PENDING' });
    expect(await on.decided(ada, asked.request.id, 'APPROVE')).toMatchObject({ code: 'FOUR_EYES' });
    const { data } = await on.read(bob, 'query($id: ID!) { approvalRequest(id: $id) { content subjectId targetKind } }', {
      id: asked.request.id,
    });
    expect(JSON.parse(data.approvalRequest.content)).toMatchObject({ name: 'production', document: { evidence: [] } });
    await on.decided(bob, asked.request.id, 'APPROVE');
    // Another document is not what was approved: it begins anew.
    expect(await set(ada, 'Other.', { evidence: [], validFor: 'P1D' })).toMatchObject({ __typename: 'ApprovalRequested' });
    expect((await on.show(asked.request.id)).state).toBe('VOIDED');
    const second = await set(ada, 'First again.', { evidence: [] });
    await on.decided(bob, second.request.id, 'APPROVE');
    expect(await set(ada, 'Now.', { evidence: [] })).toMatchObject({ __typename: 'ApprovalPolicySet', policy: { version: 2 } });
    expect((await on.show(second.request.id)).state).toBe('APPLIED');
    expect(await on.run(ada, 'retireApprovalPolicy', { name: 'policies', reason: 'x' })).toMatchObject({
      __typename: 'ApprovalRequested',
    });
  });

  const guarded = async (changes: object = {}): Promise<(who: Principal, document?: object) => Promise<Payload>> => {
    await on.policy(
      {
        target: { kind: 'POLICY_CHANGE' },
        reviewers: [{ role: 'admin', min: 1 }],
        evidence: [],
        forbid: ['creator', 'requester'],
        ...changes,
      },
      'policies',
    );
    return (who, document = {}) =>
      on.run(who, 'setApprovalPolicy', { name: 'production', document: { ...DOCUMENT, evidence: [], ...document }, reason: 'x' });
  };
  const creators = async (): Promise<unknown> => {
    const [row] = await on.db.query<{ ids: readonly string[] }>(
      `select creator_ids as ids from kernel.approval_subject where subject_id = 'approval-policy/production'`,
    );
    return row?.ids;
  };

  test('whoever repeats what somebody else asked for is refused, and changes nothing of who made it', async () => {
    const [ada, bob] = [await on.person(['admin']), await on.person(['admin'])];
    // Nobody is forbidden as the one who asked: who made it has to be enough.
    const set = await guarded({ forbid: ['creator'] });
    const { request } = await set(ada);
    expect(await set(bob)).toMatchObject({ code: 'APPROVAL_PENDING' });
    expect(await creators()).toEqual([ada.id]);
    expect(await on.decided(ada, request.id, 'APPROVE')).toMatchObject({ code: 'FOUR_EYES' });
    // And is not locked out either: of two admins the other one still decides.
    expect((await on.decided(bob, request.id, 'APPROVE')).request.state).toBe('APPROVED');
    expect(await set(bob)).toMatchObject({ __typename: 'ApprovalPolicySet' });
  });

  test('what two asked for after each other, both have made', async () => {
    const [ada, bob, cyd] = [await on.person(['admin']), await on.person(['admin']), await on.person(['admin'])];
    const set = await guarded();
    const { request } = await set(ada);
    await on.run(ada, 'withdrawApproval', { requestId: request.id, reason: 'x' });
    const again = await set(bob);
    expect(await creators()).toEqual([ada.id, bob.id].toSorted());
    expect(await on.decided(ada, again.request.id, 'APPROVE')).toMatchObject({ code: 'FOUR_EYES' });
    expect((await on.decided(cyd, again.request.id, 'APPROVE')).request.state).toBe('APPROVED');
  });

  test('whoever is refused another change voids nothing that is approved', async () => {
    const [ada, bob] = [await on.person(['admin']), await on.person(['admin'])];
    const set = await guarded({ cooldown: 'P1D' });
    const first = await set(ada, { validFor: 'P1D' });
    await on.decided(bob, first.request.id, 'REJECT');
    const moveRejection = (by: string): Promise<unknown> =>
      on.db.query('update kernel.approval_request set ended_at = ended_at + $2::interval where id = $1', [first.request.id, by]);
    await moveRejection('-2 days');
    const { request } = await set(ada);
    expect((await on.decided(bob, request.id, 'APPROVE')).request.state).toBe('APPROVED');
    await moveRejection('2 days');
    expect(await set(bob, { validFor: 'P2D' })).toMatchObject({ code: 'COOLDOWN' });
    expect(await creators()).toEqual([ada.id]);
    expect((await on.show(request.id)).state).toBe('APPROVED');
    expect(await set(ada)).toMatchObject({ __typename: 'ApprovalPolicySet' });
  });

  test('policies in Cedar need those approvals too, besides their own four eyes', async () => {
    const [ada, bob] = [await on.person(['admin']), await on.person(['admin'])];
    await on
      .policy(
        { target: { kind: 'POLICY_CHANGE' }, reviewers: [{ role: 'steward', min: 1 }], evidence: [], forbid: ['creator'] },
        'policies',
      )
      .then((answer) => expect(answer.code).toBe('UNSATISFIABLE'));
    const sue = await on.person(['steward']);
    await on.person(['steward']);
    await on.policy(
      { target: { kind: 'POLICY_CHANGE' }, reviewers: [{ role: 'steward', min: 1 }], evidence: [], forbid: ['creator'] },
      'policies',
    );
    const text = '@id("nobody") forbid (principal, action == Action::"catalog.crawl", resource);';
    const { data } = await on.read(
      ada,
      'mutation($input: ProposePoliciesInput!) { proposePolicies(input: $input) { ... on PoliciesProposed { policies { version } } } }',
      { input: { idempotencyKey: randomUUID(), text, reason: 'x' } },
    );
    const { version } = data.proposePolicies.policies;
    const enforce = async (who: Principal) =>
      (
        await on.read(
          who,
          'mutation($input: ApprovePoliciesInput!) { approvePolicies(input: $input) { __typename ... on Refused { code message } } }',
          { input: { idempotencyKey: randomUUID(), version } },
        )
      ).data.approvePolicies;
    expect(await enforce(ada)).toMatchObject({ code: 'FOUR_EYES' });
    expect(await enforce(bob)).toMatchObject({ code: 'APPROVAL_NEEDED' });
    const { request } = await on.run(ada, 'requestApproval', { subjectId: `policies/${version}`, reason: 'x' });
    expect((await on.decided(sue, request.id, 'APPROVE')).request.state).toBe('APPROVED');
    expect(await enforce(bob)).toMatchObject({ __typename: 'PoliciesDecided' });
    expect((await on.show(request.id)).state).toBe('APPLIED');
  });
});
