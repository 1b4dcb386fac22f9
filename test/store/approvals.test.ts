import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { durationMs } from '../../kernel/approval/duration.ts';
import { PRODUCTION_DOCUMENT } from '../../kernel/approval/ensureProduction.ts';
import { TRANSITIONS } from '../../kernel/approval/states.ts';
import { stateSubject } from '../../kernel/approval/subject.ts';
import { voidRequests } from '../../kernel/approval/voiding.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { approve, type Approving, digestFor } from './approving.ts';
import { describeOnEngines } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';

const unmet = ({ requirements }: Payload): readonly (readonly [string, string])[] =>
  requirements.filter(({ state }: Payload) => state !== 'PASS').map(({ rule, state }: Payload) => [rule, state]);

describeOnEngines('approval requests', (open) => {
  let on: Approving;
  let [risk, law] = ['', ''];
  /** Two reviewers of distinct teams, one more of the first team, and whoever asks. */
  let [ada, bob, cyd, req]: readonly [Principal, Principal, Principal, Principal] = [] as never;
  beforeAll(async () => {
    on = await approve(await open());
    [risk, law] = [await on.team(), await on.team()];
    [ada, bob, cyd, req] = [
      await on.person(['steward'], [risk]),
      await on.person(['steward'], [law]),
      await on.person(['steward'], [risk]),
      await on.person(['analyst']),
    ];
  });

  test('the database knows the same machine as the program', async () => {
    const rows = await on.db.query<{ from: string; to: string }>(
      'select from_state as "from", to_state as "to" from kernel.approval_transition',
    );
    const written = Object.entries(TRANSITIONS).flatMap(([from, all]) => all.map((to) => `${from} ${to}`));
    expect(rows.map(({ from, to }) => `${from} ${to}`).toSorted()).toEqual(written.toSorted());
  });

  test('two reviewers of distinct teams approve, and each step is audited', async () => {
    const version = await on.version();
    const request = await on.requested(req, version);
    expect(request).toMatchObject({ state: 'OPEN', version: 1, round: 1, policyVersion: 1 });
    expect(unmet(request)).toEqual([['review.1', 'MISSING']]);
    const first = await on.decided(ada, request.id, 'APPROVE');
    expect(first.request).toMatchObject({ state: 'OPEN', decisions: [{ verdict: 'APPROVE', reviewer: { id: ada.id } }] });
    const same = await on.decided(cyd, request.id, 'APPROVE');
    expect(same.request.state).toBe('OPEN');
    expect(same.request.requirements.find(({ rule }: Payload) => rule === 'review.1').reason).toContain(
      '1 of 2 approvals by the role steward in distinct teams.',
    );
    const last = await on.decided(bob, request.id, 'APPROVE');
    expect(last.request).toMatchObject({ state: 'APPROVED' });
    expect(unmet(last.request)).toEqual([]);
    expect(Date.parse(last.request.validUntil) - Date.parse(last.request.decidedAt)).toBe(
      durationMs(PRODUCTION_DOCUMENT.validFor),
    );
    const { data } = await on.read(
      on.admin,
      'query($id: ID!) { approvalRequest(id: $id) { history { state auditEntry { action } } modelVersion { id auditTrail { edges { node { action } } } } } }',
      { id: request.id },
    );
    expect(data.approvalRequest.history.map(({ state }: Payload) => state)).toEqual(['OPEN', 'APPROVED']);
    expect(data.approvalRequest.modelVersion.auditTrail.edges.map(({ node }: Payload) => node.action)).toEqual([
      'governance.approval.approved.v1',
      'governance.approval.decided.v1',
      'governance.approval.decided.v1',
      'governance.approval.decided.v1',
      'governance.approval.requested.v1',
      'registry.evidence.added.v1',
      'registry.evidence.added.v1',
    ]);
  });

  test('why not production is one query, with the command that helps', async () => {
    const version = await on.version({ contentDigest: null });
    const query =
      'query($of: [_Any!]!) { _entities(representations: $of) { ... on ModelVersion { requirements(stage: "Production") { rule state reason command } approval(stage: "production") { id } } } }';
    const { data } = await on.read(req, query, { of: [{ __typename: 'ModelVersion', id: version.subjectId }] });
    const { requirements, approval } = data._entities[0];
    expect(approval).toBeNull();
    expect(requirements.map(({ rule, state }: Payload) => [rule, state])).toEqual([
      ['content', 'MISSING'],
      ['evidence.metrics', 'STALE'],
      ['evidence.fairness', 'STALE'],
      ['review.1', 'MISSING'],
    ]);
    expect(requirements[0].command).toBe(`cadastre models seal ${version.subjectId}`);
    expect(requirements[3].command).toBe(`cadastre approvals request ${version.subjectId} --stage production`);
    for (const { reason } of requirements) expect(reason.length).toBeGreaterThan(20);
  });

  test('nobody asks for what reviewers could not change', async () => {
    const version = await on.version();
    await on.measure(version, { auc: 0.6 });
    const refused = await on.run(req, 'requestApproval', { subjectId: version.subjectId, stage: 'production', reason: 'x' });
    expect(refused).toMatchObject({ __typename: 'Refused', code: 'REQUIREMENTS_NOT_MET' });
    expect(refused.message).toContain('evidence.metrics: FAIL, auc >= 0.75 does not hold by evd_');
    const other = await on.version();
    await on.measure(other, { auc: 0.9 }, { digest: digestFor('other bytes') });
    expect(
      (await on.run(req, 'requestApproval', { subjectId: other.subjectId, stage: 'production', reason: 'x' })).message,
    ).toContain('speaks of other bytes');
    expect(await on.run(req, 'requestApproval', { subjectId: other.subjectId, stage: 'canary', reason: 'x' })).toMatchObject({
      code: 'NO_POLICY',
    });
    expect(await on.run(req, 'requestApproval', { subjectId: 'mdv_nothing', stage: 'production', reason: 'x' })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('metrics that come after the decision void it, also between two decisions', async () => {
    const version = await on.version();
    const { id } = await on.requested(req, version);
    await on.decided(ada, id, 'APPROVE');
    await on.measure(version, { auc: 0.95 });
    expect(await on.show(id)).toMatchObject({ state: 'VOIDED', stateReason: 'EVIDENCE_CHANGED' });
    expect(await on.decided(bob, id, 'APPROVE')).toMatchObject({ __typename: 'Refused', code: 'NOT_OPEN' });
    const again = await on.requested(req, version);
    await on.decided(ada, again.id, 'APPROVE');
    await on.decided(bob, again.id, 'APPROVE');
    await on.measure(version, { demographic_parity_difference: 0.01 }, { kind: 'fairness' });
    expect(await on.show(again.id)).toMatchObject({ state: 'VOIDED' });
  });

  test('evidence that no policy asks for, or that says the same, voids nothing', async () => {
    const version = await on.version();
    const { id } = await on.requested(req, version);
    await on.measure(version, { completeness: 1 }, { kind: 'lineage' });
    await on.measure(version, { auc: 0.9 });
    expect(await on.show(id)).toMatchObject({ state: 'OPEN' });
  });

  test('other content voids what was asked for, and a damaged version all that was ever approved', async () => {
    const version = await on.version();
    const { id } = await on.requested(req, version);
    await on.step((tx, origin) => stateSubject(tx, origin, { ...version, contentDigest: digestFor('replaced') }));
    expect(await on.show(id)).toMatchObject({ state: 'VOIDED', stateReason: 'CONTENT_CHANGED' });
    const damaged = await on.version();
    const request = await on.requested(req, damaged);
    await on.step((tx, origin) => voidRequests(tx, origin, damaged.subjectId, 'DAMAGED'));
    expect(await on.show(request.id)).toMatchObject({ state: 'VOIDED', stateReason: 'DAMAGED' });
  });

  test('the same person says one thing a round, whichever key they use and however fast they click', async () => {
    const { id } = await on.requested(req, await on.version());
    const key = await on.signIn((await on.change(on.admin, 'createAccessKey', { principalId: ada.id, label: 'second' })).token);
    const clicks = await Promise.all(
      [ada, key, ada].map((who) => on.run(who, 'decideApproval', { requestId: id, verdict: 'APPROVE', expectedVersion: 1 })),
    );
    expect(clicks.map(({ __typename }): string => __typename).toSorted()).toEqual(['ApprovalDecided', 'Conflict', 'Conflict']);
    expect(await on.decided(key, id, 'ABSTAIN')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect((await on.show(id)).decisions).toHaveLength(1);
  });

  test.each(['creator', 'requester', 'owner', 'ownerTeam'])(
    'nobody approves who is the %s, nor through a service or another key',
    async (as) => {
      const service = await newcomer(on, 'service', ['bot']);
      await on.db.query('update kernel.principal set owner_id = $2 where id = $1', [service.id, ada.id]);
      for (const id of [ada.id, service.id]) {
        const version = await on.version({
          ...(as === 'creator' && { creatorIds: [id] }),
          ...(as === 'owner' && { ownerIds: [id] }),
          ...(as === 'ownerTeam' && { ownerIds: [risk] }),
        });
        const requester = as !== 'requester' ? req : id === ada.id ? ada : service;
        const request = await on.requested(requester, version);
        expect(await on.decided(ada, request.id, 'APPROVE')).toMatchObject({ __typename: 'Refused', code: 'FOUR_EYES' });
        expect(await on.decided(bob, request.id, 'APPROVE')).toMatchObject({ __typename: 'ApprovalDecided' });
      }
    },
  );

  test('bots ask and measure, and never decide', async () => {
    const bot = await newcomer(on, 'service', ['bot', 'steward']);
    await on.db.query(`insert into kernel.membership (team_id, member_id, origin, recorded_at) values ($1, $2, 'human', now())`, [
      risk,
      bot.id,
    ]);
    const { id } = await on.requested(bot, await on.version());
    expect(
      await on.decided(
        await on.signIn((await on.change(on.admin, 'createAccessKey', { principalId: bot.id, label: 'y' })).token),
        id,
        'APPROVE',
      ),
    ).toMatchObject({ code: 'NOT_HUMAN' });
  });

  test('one rejection ends a request for good', async () => {
    const version = await on.version();
    const { id } = await on.requested(req, version);
    await on.decided(ada, id, 'APPROVE');
    expect((await on.decided(bob, id, 'REJECT')).request).toMatchObject({ state: 'REJECTED' });
    expect(await on.decided(cyd, id, 'APPROVE')).toMatchObject({ code: 'NOT_OPEN' });
    await expect(on.db.query(`update kernel.approval_request set state = 'OPEN' where id = $1`, [id])).rejects.toThrow();
    await expect(on.decided(bob, id, 'REJECT', { comment: ' ' })).rejects.toThrow('BAD_USER_INPUT');
    expect((await on.requested(req, version)).id).not.toBe(id);
  });

  test('a challenge blocks until it is resolved, and its author counts once', async () => {
    const { id } = await on.requested(req, await on.version());
    const challenged = await on.decided(ada, id, 'CHALLENGE');
    const decisionId = challenged.request.decisions[0].id;
    await on.decided(bob, id, 'APPROVE');
    const blocked = await on.decided(cyd, id, 'APPROVE');
    expect(blocked.request.state).toBe('OPEN');
    expect(unmet(blocked.request)).toEqual([[`challenge.${decisionId}`, 'FAIL']]);
    expect(await on.decided(ada, id, 'APPROVE')).toMatchObject({ code: 'ALREADY_DECIDED' });
    const resolve = (who: Principal, version: number) =>
      on.run(who, 'resolveChallenge', { requestId: id, decisionId, resolution: 'It was a typo.', expectedVersion: version });
    expect(await resolve(bob, blocked.request.version)).toMatchObject({ code: 'NOT_A_REVIEWER' });
    expect(await resolve(ada, blocked.request.version - 1)).toMatchObject({
      __typename: 'Conflict',
      currentVersion: blocked.request.version,
    });
    const resolved = await resolve(ada, blocked.request.version);
    expect(resolved.request).toMatchObject({ state: 'APPROVED' });
    expect(await resolve(ada, resolved.request.version)).toMatchObject({ code: 'NOT_OPEN' });
  });

  test('who has challenged may approve after it is resolved, and is one human all the same', async () => {
    const { id } = await on.requested(req, await on.version());
    const { request } = await on.decided(ada, id, 'CHALLENGE');
    await on.run(ada, 'resolveChallenge', {
      requestId: id,
      decisionId: request.decisions[0].id,
      resolution: 'Seen.',
      expectedVersion: request.version,
    });
    expect((await on.decided(ada, id, 'APPROVE')).request.state).toBe('OPEN');
    expect(await on.decided(ada, id, 'APPROVE')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect((await on.decided(bob, id, 'APPROVE')).request.state).toBe('APPROVED');
  });

  test('whoever is no reviewer, or read another version, changes nothing', async () => {
    const { id } = await on.requested(req, await on.version());
    const analyst = await on.person(['analyst'], [law]);
    expect(await on.decided(analyst, id, 'APPROVE')).toMatchObject({ code: 'NOT_A_REVIEWER' });
    expect(await on.decided(ada, id, 'APPROVE', { expectedVersion: 7 })).toMatchObject({
      __typename: 'Conflict',
      currentVersion: 1,
    });
    expect(await on.decided(ada, 'apr_00000000000000000000000000', 'APPROVE')).toMatchObject({ code: 'NOT_FOUND' });
    expect((await on.show(id)).version).toBe(1);
  });

  test('a key answers the same as before, and not for another wish', async () => {
    const { id } = await on.requested(req, await on.version());
    const idempotencyKey = randomUUID();
    const input = { requestId: id, verdict: 'APPROVE', expectedVersion: 1, idempotencyKey };
    const [one, two] = [await on.run(ada, 'decideApproval', input), await on.run(ada, 'decideApproval', input)];
    expect(two.auditId).toBe(one.auditId);
    await expect(on.run(ada, 'decideApproval', { ...input, verdict: 'ABSTAIN' })).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  });

  test('who asked takes it back, others do not', async () => {
    const version = await on.version();
    const { id } = await on.requested(req, version);
    const end = { requestId: id, reason: 'A mistake.' };
    expect(await on.run(ada, 'withdrawApproval', end)).toMatchObject({ code: 'NOT_YOURS' });
    expect((await on.run(req, 'withdrawApproval', end)).request).toMatchObject({ state: 'WITHDRAWN' });
    expect(await on.run(req, 'withdrawApproval', end)).toMatchObject({ code: 'NOT_LIVE' });
    expect(await on.run(on.admin, 'revokeApproval', end)).toMatchObject({ code: 'NOT_APPROVED' });
    expect(await on.run(ada, 'revokeApproval', end)).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('two requests for the same are one', async () => {
    const version = await on.version();
    const ask = () => on.run(req, 'requestApproval', { subjectId: version.subjectId, stage: 'production', reason: 'x' });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ __typename }): string => __typename).toSorted()).toEqual(['ApprovalRequested', 'Refused', 'Refused']);
    expect(answers.find(({ __typename }) => __typename === 'Refused')).toMatchObject({ code: 'ALREADY_REQUESTED' });
  });
});
