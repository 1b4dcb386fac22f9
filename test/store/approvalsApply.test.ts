import { beforeAll, expect, test } from 'vitest';
import { markApplied, markSuperseded, requireApproved, reusable, revokeApproval } from '../../kernel/approval/apply.ts';
import { later } from '../../kernel/approval/duration.ts';
import { expireDue } from '../../kernel/approval/expire.ts';
import { stateSubject, type Subject } from '../../kernel/approval/subject.ts';
import type { Digest } from '../../kernel/canonical.ts';
import { Fault } from '../../kernel/fault.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import type { Instant } from '../../kernel/time.ts';
import { approve, type Approving, digestFor, DOCUMENT, PRODUCTION } from './approving.ts';
import { describeOnOneEngine } from './engines.ts';

type Version = Subject & { readonly contentDigest: Digest };

describeOnOneEngine('applying approvals', (open, engine) => {
  let on: Approving;
  let [ada, bob, req]: readonly [Principal, Principal, Principal] = [] as never;
  beforeAll(async () => {
    on = await approve(await open());
    [ada, bob, req] = [
      await on.person(['steward'], [await on.team()]),
      await on.person(['steward'], [await on.team()]),
      await on.person(['analyst']),
    ];
  });

  const stage = async (name: string, changes: object = {}) => {
    await on.policy({ ...changes, target: { kind: 'MODEL_STAGE', stage: name } }, name);
    return { kind: 'MODEL_STAGE', key: name } as const;
  };
  const measured = async (version: Version) => {
    await on.measure(version, { auc: 0.9, loss: Math.random() });
    return version;
  };
  const approved = async (version: Version, key = 'production'): Promise<string> => {
    const { id } = await on.requested(req, version, key);
    await on.decided(ada, id, 'APPROVE');
    const { request } = await on.decided(bob, id, 'APPROVE');
    expect(request.state).toBe('APPROVED');
    return id;
  };
  const wanted = ({ subjectId, contentDigest }: Version, target: { kind: 'MODEL_STAGE'; key: string } = PRODUCTION) => ({
    subjectId,
    target,
    contentDigest,
  });
  const tried = (version: Version, target?: { kind: 'MODEL_STAGE'; key: string }, at?: Instant) =>
    on.step((tx) => requireApproved(tx, wanted(version, target)), at);
  const codeOf = async (answer: ReturnType<typeof tried>): Promise<string> => {
    const found = await answer;
    return 'approvalId' in found ? 'APPROVED' : found.refusal.code;
  };
  const apply = (version: Version, target?: { kind: 'MODEL_STAGE'; key: string }) =>
    on.step(async (tx, origin) => {
      const found = await requireApproved(tx, wanted(version, target));
      if ('approvalId' in found) await markApplied(tx, origin, found.approvalId);
      return 'approvalId' in found ? 'APPLIED' : found.refusal.code;
    });

  test('nothing is applied that nobody approved', async () => {
    const version = await on.version();
    expect(await codeOf(tried(version))).toBe('NOT_APPROVED');
    const { id } = await on.requested(req, version);
    await on.decided(ada, id, 'APPROVE');
    expect(await codeOf(tried(version))).toBe('APPROVAL_PENDING');
    await on.decided(bob, id, 'APPROVE');
    expect(await tried(version)).toEqual({ approvalId: id });
  });

  test('an approval is for these bytes, this stage and this version', async () => {
    const version = await on.version();
    await approved(version);
    expect(await codeOf(tried({ ...version, contentDigest: digestFor('other') }))).toBe('DIGEST_MISMATCH');
    expect(await codeOf(tried(version, { kind: 'MODEL_STAGE', key: 'unguarded' }))).toBe('NO_POLICY');
    expect(await codeOf(tried(await on.version()))).toBe('NOT_APPROVED');
  });

  test('a hundred that apply at once make one event', async () => {
    const version = await on.version();
    const id = await approved(version);
    // A pool has an end, and says so; whoever is told tries again.
    const insist = (): Promise<string> =>
      apply(version).catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'STORE_UNAVAILABLE') return insist();
        throw error;
      });
    const answers = await Promise.all(Array.from({ length: 100 }, insist));
    expect(answers.filter((answer) => answer === 'APPLIED')).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(['APPLIED', 'ALREADY_APPLIED']));
    const events = await on.db.query(
      `select from kernel.audit_event where subject_id = $1 and action = 'governance.approval.applied.v1'`,
      [id],
    );
    expect(events).toHaveLength(1);
  });

  test('whoever lost the role between decision and application counts no more', async () => {
    const version = await on.version();
    const cyd = await on.person(['steward'], [await on.team()]);
    const { id } = await on.requested(req, version);
    await on.decided(ada, id, 'APPROVE');
    await on.decided(cyd, id, 'APPROVE');
    expect(await codeOf(tried(version))).toBe('APPROVED');
    await on.db.query(`update kernel.principal set roles = '{analyst}' where id = $1`, [cyd.id]);
    const refused = await tried(version);
    expect('refusal' in refused ? refused.refusal : null).toMatchObject({ code: 'REQUIREMENTS_NOT_MET' });
    expect('refusal' in refused ? refused.refusal.message : '').toContain(
      `${cyd.id} approved but holds none of the roles any more`,
    );
    await on.db.query(`update kernel.principal set roles = '{steward}', state = 'deactivated' where id = $1`, [cyd.id]);
    expect(await codeOf(tried(version))).toBe('REQUIREMENTS_NOT_MET');
    await on.db.query(`update kernel.principal set state = 'active' where id = $1`, [cyd.id]);
    await on.db.query('delete from kernel.membership where member_id = $1', [cyd.id]);
    expect(await codeOf(tried(version))).toBe('REQUIREMENTS_NOT_MET');
  });

  test('an approval ends to the millisecond, whether or not the worker has come by', async () => {
    const version = await on.version();
    const id = await approved(version);
    const until: Instant = (await on.show(id)).validUntil;
    expect(await codeOf(tried(version, PRODUCTION, later(until, -1)))).toBe('APPROVED');
    expect(await codeOf(tried(version, PRODUCTION, until))).toBe('APPROVAL_EXPIRED');
    expect(await codeOf(tried(version, PRODUCTION, later(until, 1)))).toBe('APPROVAL_EXPIRED');
    expect((await on.show(id)).state).toBe('APPROVED');
  });

  test('reviewers have time to the millisecond too', async () => {
    const target = await stage('hurry', { requestExpiresAfter: 'PT1S' });
    const version = await measured(await on.version());
    const { id } = await on.requested(req, version, target.key);
    await on.db.query(`select pg_sleep(1.05)`);
    expect(await on.decided(ada, id, 'APPROVE')).toMatchObject({ code: 'EXPIRED' });
    expect(await expireDue(on.db, AbortSignal.timeout(60_000))).toBe(1);
    expect(await expireDue(on.db, AbortSignal.timeout(60_000))).toBe(0);
    expect(await on.show(id)).toMatchObject({ state: 'EXPIRED', stateReason: 'TIME_IS_OVER' });
    expect(await on.decided(ada, id, 'APPROVE')).toMatchObject({ code: 'NOT_OPEN' });
    const { data } = await on.read(
      on.admin,
      'query($id: ID!) { approvalRequest(id: $id) { auditTrail(first: 2) { edges { node { actor { id } action } } } } }',
      { id },
    );
    expect(data.approvalRequest.auditTrail.edges[1].node).toEqual({
      actor: { id: 'svc_cadastre' },
      action: 'governance.approval.expired.v1',
    });
  });

  test('evidence that grows old, or falls behind what is there now, stops an approval that was given', async () => {
    const aged = await stage('aged', { evidence: [{ kind: 'metrics', cel: 'auc >= 0.75', maxAge: 'P1D' }] });
    const version = await measured(await on.version());
    await approved(version, 'aged');
    const [row] = await on.db.query<{ now: Instant }>('select clock_timestamp() as now');
    expect(await codeOf(tried(version, aged, later(row?.now as Instant, 86_300_000)))).toBe('APPROVED');
    expect(await codeOf(tried(version, aged, later(row?.now as Instant, 86_500_000)))).toBe('REQUIREMENTS_NOT_MET');

    const contest = await stage('contest', {
      evidence: [{ kind: 'metrics', cel: 'champion == null || auc >= champion.auc - 0.01' }],
    });
    const [good, better] = [await measured(await on.version({ groupId: 'mdl_c' })), await on.version({ groupId: 'mdl_c' })];
    await on.measure(better, { auc: 0.99 });
    await approved(good, 'contest');
    await approved(better, 'contest');
    expect(await apply(better, contest)).toBe('APPLIED');
    const refused = await tried(good, contest);
    expect('refusal' in refused ? refused.refusal.message : '').toContain('auc = 0.9, champion.auc = 0.99');
  });

  test('evidence from before the threshold is stale, unless the threshold stood already', async () => {
    const version = await on.version();
    const target = await stage('before', { evidence: [{ kind: 'metrics', cel: 'auc >= 0.6' }] });
    const ask = () => on.run(req, 'requestApproval', { subjectId: version.subjectId, stage: 'before', reason: 'x' });
    expect((await ask()).message).toContain('before auc >= 0.6 was asked for at');
    await measured(version);
    await stage('before', { evidence: [{ kind: 'metrics', cel: 'auc >= 0.6' }], validFor: 'P10D' });
    const { request } = await ask();
    expect(request.state).toBe('OPEN');
    await on.run(req, 'withdrawApproval', { requestId: request.id, reason: 'x' });
    await stage('before', { evidence: [{ kind: 'metrics', cel: 'auc >= 0.7' }] });
    expect((await ask()).message).toContain('STALE');
    expect(target.key).toBe('before');
  });

  test('a policy that asks for more makes reviewers decide anew', async () => {
    const target = await stage('tight', { reviewers: [{ role: 'steward', min: 1 }] });
    const version = await measured(await on.version());
    const { id } = await on.requested(req, version, 'tight');
    expect((await on.decided(ada, id, 'APPROVE')).request.state).toBe('APPROVED');
    await stage('tight', { reviewers: [{ role: 'steward', min: 2 }] });
    expect(await on.show(id)).toMatchObject({
      state: 'NEEDS_REVALIDATION',
      stateReason: 'POLICY_CHANGED',
      round: 2,
      policyVersion: 2,
      validUntil: null,
    });
    expect(await codeOf(tried(version, target))).toBe('NEEDS_REVALIDATION');
    expect((await on.decided(ada, id, 'APPROVE')).request.state).toBe('NEEDS_REVALIDATION');
    expect((await on.decided(bob, id, 'APPROVE')).request).toMatchObject({ state: 'APPROVED' });
    expect(await codeOf(tried(version, target))).toBe('APPROVED');
    await stage('tight', { reviewers: [{ role: 'steward', min: 1 }] });
    expect(await codeOf(tried(version, target))).toBe('APPROVED');
    await on.run(on.admin, 'retireApprovalPolicy', { name: 'tight', reason: 'x' });
    expect(await on.show(id)).toMatchObject({ state: 'VOIDED', stateReason: 'POLICY_RETIRED' });
  });

  test('a policy that was tightened without anybody noticing stops the application all the same', async () => {
    const target = await stage('quiet');
    const version = await measured(await on.version());
    const id = await approved(version, 'quiet');
    await on.db.query(`update kernel.approval_policy set effective_to = now() where name = 'quiet'`);
    await on.db.query(
      `insert into kernel.approval_policy (name, version, document, digest, reason, author_id, evidence_since, effective_from)
       values ('quiet', 2, $1, 'sha256:x', 'x', $2, array[now(), now()], now())`,
      [
        JSON.stringify({
          ...DOCUMENT,
          target: { kind: 'MODEL_STAGE', stage: 'quiet' },
          evidence: [...DOCUMENT.evidence, { kind: 'lineage' }],
        }),
        on.admin.id,
      ],
    );
    expect((await on.show(id)).state).toBe('APPROVED');
    expect(await codeOf(tried(version, target))).toBe('NEEDS_REVALIDATION');
  });

  test('a tag that brings another policy in force makes reviewers decide anew', async () => {
    await stage('tagged', { evidence: [] });
    await on.policy(
      {
        target: { kind: 'MODEL_STAGE', stage: 'tagged', tags: ['high-risk'] },
        evidence: [],
        reviewers: [{ role: 'steward', min: 3 }],
      },
      'tagged.risk',
    );
    const version = await on.version();
    const id = await approved(version, 'tagged');
    await on.step((tx, origin) => stateSubject(tx, origin, { ...version, tags: ['high-risk'] }));
    expect(await on.show(id)).toMatchObject({ state: 'NEEDS_REVALIDATION', policyVersion: 1 });
    expect(await codeOf(tried(version, { kind: 'MODEL_STAGE', key: 'tagged' }))).toBe('NEEDS_REVALIDATION');
  });

  test('going back to what was applied needs no new approval, until its end and while the evidence says the same', async () => {
    const target = await stage('back');
    const [one, two] = [
      await measured(await on.version({ groupId: 'mdl_b' })),
      await measured(await on.version({ groupId: 'mdl_b' })),
    ];
    const [first] = [await approved(one, 'back'), await approved(two, 'back')];
    const reuse = (at?: Instant) => on.step((tx) => reusable(tx, wanted(one, target)), at);
    expect(await reuse()).toBeNull();
    expect(await apply(one, target)).toBe('APPLIED');
    await on.step((tx, origin) => markSuperseded(tx, origin, first));
    expect(await apply(two, target)).toBe('APPLIED');
    expect(await reuse()).toEqual({ approvalId: first });
    const { validUntil } = await on.show(first);
    expect(await reuse(later(validUntil, -1))).toEqual({ approvalId: first });
    expect(await reuse(validUntil)).toBeNull();
    await on.measure(one, { auc: 0.4 });
    expect(await reuse()).toBeNull();
    await on.measure(one, { auc: 0.8 });
    expect(await reuse()).toEqual({ approvalId: first });
    await on.step((tx, origin) => markApplied(tx, origin, first));
    expect((await on.show(first)).state).toBe('APPLIED');
    await stage('back', { rollback: 'NEW_APPROVAL' });
    expect(await reuse()).toBeNull();
    await stage('back');
    expect(await on.step((tx, origin) => revokeApproval(tx, origin, first))).not.toBeNull();
    expect(await on.step((tx, origin) => revokeApproval(tx, origin, first))).toBeNull();
    expect(await reuse()).toBeNull();
  });

  test.skipIf(engine === 'pglite')(
    'evidence, decisions and applications that race leave nothing applied on other evidence',
    async () => {
      for (let round = 0; round < 6; round++) {
        const version = await on.version();
        const { id } = await on.requested(req, version);
        const acts = [
          () => on.decided(ada, id, 'APPROVE'),
          () => on.decided(bob, id, 'APPROVE'),
          () => on.measure(version, { auc: 0.5, round }),
          () => apply(version),
          () => apply(version),
          () => on.run(on.admin, 'revokeApproval', { requestId: id, reason: 'x' }),
        ];
        await Promise.all(acts.map(async (act, i) => new Promise((done) => setTimeout(done, (i * 37 * round) % 90)).then(act)));
        const [row] = await on.db.query<{ state: string; applied: boolean }>(
          `select r.state, exists (select from kernel.audit_event e where e.subject_id = r.id and e.action = 'governance.approval.applied.v1'
           and e.seq > (select max(seq) from kernel.audit_event v where v.aggregate_id = r.subject_id and v.action = 'registry.evidence.added.v1')) as applied
         from kernel.approval_request r where id = $1`,
          [id],
        );
        expect(row?.applied).toBe(false);
      }
    },
    120_000,
  );
});
