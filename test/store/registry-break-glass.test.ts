import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { createLog } from '../../kernel/log.ts';
import { endDueEmergencies } from '../../subgraphs/registry/service/stages/endBreakGlass.ts';
import { type Made, testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';

const STAGES = 'query($id: ID!) { model(id: $id) { stages { stage number kind modelVersion { number } } } }';

describeOnOneEngine('break-glass', (open) => {
  let db: Database;
  let registry: TestRegistry;
  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
    await registry.guard('production');
  });

  const stagesOf = async (modelId: string): Promise<Payload> =>
    (await registry.ask(registry.steward, STAGES, { id: modelId })).data.model.stages;
  const bindings = (
    made: Made,
  ): Promise<readonly { kind: string; number: number; approval_id: string | null; open: boolean }[]> =>
    db.query(
      `select b.kind, v.number, b.approval_id, b.bound_to is null as open from registry.stage_binding b
       join registry.model_version v on v.id = b.version_id join registry.model m on m.no = b.model_no where m.id = $1 order by b.number`,
      [made.modelId],
    );
  const approved = async (made: Pick<Made, 'versionId' | 'digest'>): Promise<string> => {
    await registry.addMetrics(made.versionId);
    return registry.approve(made.versionId, 'production');
  };

  const emergency = ({ versionId, digest }: Pick<Made, 'versionId' | 'digest'>, more: object = {}): object => ({
    versionId,
    stage: 'production',
    expectedDigest: digest,
    incident: 'INC-1042',
    reason: 'The model in production refuses every customer.',
    hours: 2,
    ...more,
  });
  const expire = (): Promise<unknown> =>
    db.query(
      `update registry.stage_binding set expires_at = now() - interval '1 second' where bound_to is null and expires_at is not null`,
    );
  const endDue = (): Promise<void> => endDueEmergencies({ db, log: createLog('silent') }, new AbortController().signal);

  it('brings a sealed version in for hours, then what was approved comes back by itself', async () => {
    const { act, governing, makeModel, makeVersion, promote } = registry;
    const one = await makeModel();
    const two = await makeVersion(one.modelId);
    const approvalId = await approved(one);
    await promote(one, 'production');
    const broken = await act(governing.admin, 'breakGlass', emergency(two));
    expect(broken).toMatchObject({ __typename: 'GlassBroken', binding: { kind: 'BREAK_GLASS', modelVersion: { number: 2 } } });
    const { boundFrom, expiresAt } = broken.binding;
    expect(Date.parse(expiresAt) - Date.parse(boundFrom)).toBe(2 * 3_600_000);
    await endDue();
    expect(await stagesOf(one.modelId)).toMatchObject([{ kind: 'BREAK_GLASS' }]);
    await expire();
    await Promise.all([endDue(), endDue()]);
    await endDue();
    expect(await bindings(one)).toMatchObject([
      { kind: 'PROMOTION', number: 1 },
      { kind: 'BREAK_GLASS', number: 2, approval_id: null },
      { kind: 'RESTORED', number: 1, approval_id: approvalId, open: true },
    ]);
    const events = await db.query<{ action: string; actor_id: string }>(
      `select action, actor_id from kernel.audit_event where aggregate_id = $1 and action like 'registry.%' order by seq desc limit 4`,
      [one.modelId],
    );
    expect(events).toMatchObject([
      { action: 'registry.stage.bound.v1', actor_id: 'svc_cadastre' },
      { action: 'registry.glass.broken.v1', actor_id: governing.admin.id },
      { action: 'registry.stage.bound.v1' },
      { action: 'registry.stage.bound.v1' },
    ]);
  });

  it('leaves the stage empty when nothing was approved before', async () => {
    const { act, governing, makeModel } = registry;
    const made = await makeModel();
    await act(governing.admin, 'breakGlass', emergency(made));
    await expire();
    await endDue();
    expect(await stagesOf(made.modelId)).toEqual([]);
    expect(await bindings(made)).toMatchObject([{ kind: 'BREAK_GLASS', open: false }]);
  });

  it('a promotion meanwhile ends it, and nothing comes back over it', async () => {
    const { act, governing, makeModel, promote } = registry;
    const made = await makeModel();
    await act(governing.admin, 'breakGlass', emergency(made));
    await approved(made);
    expect(await promote(made, 'production')).toMatchObject({ __typename: 'ModelVersionPromoted' });
    await expire();
    await endDue();
    expect(await bindings(made)).toMatchObject([
      { kind: 'BREAK_GLASS', open: false },
      { kind: 'PROMOTION', open: true },
    ]);
  });

  it('needs an incident, a reason, the bytes that are meant, a right, and a policy that lets it', async () => {
    const { act, governing, guard, makeModel, steward } = registry;
    const made = await makeModel();
    const { admin } = governing;
    for (const more of [{ incident: ' ' }, { reason: 'because' }, { hours: 0 }, { hours: 25 }])
      await expect(act(admin, 'breakGlass', emergency(made, more))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await act(admin, 'breakGlass', emergency(made, { hours: 13 }))).toMatchObject({
      code: 'POLICY_FORBIDS',
      policyIds: ['production-gate'],
    });
    expect(await act(admin, 'breakGlass', emergency(made, { stage: 'beta' }))).toMatchObject({ code: 'NOT_GUARDED' });
    expect(await act(steward, 'breakGlass', emergency(made))).toMatchObject({ code: 'FORBIDDEN' });
    const other = `sha256:${'0'.repeat(64)}`;
    expect(await act(admin, 'breakGlass', emergency(made, { expectedDigest: other }))).toMatchObject({ code: 'DIGEST_MISMATCH' });
    await guard('sealed-glass', { breakGlass: null });
    expect(await act(admin, 'breakGlass', emergency(made, { stage: 'sealed-glass' }))).toMatchObject({ code: 'POLICY_FORBIDS' });
  });

  it('somebody else reviews it, and before that the glass is not broken again', async () => {
    const { act, ask, governing, makeModel, makeVersion, steward } = registry;
    const made = await makeModel();
    const next = await makeVersion(made.modelId);
    const { admin } = governing;
    const bindingId = (await act(admin, 'breakGlass', emergency(made))).binding.id;
    expect(await act(admin, 'breakGlass', emergency(next))).toMatchObject({ code: 'REVIEW_PENDING' });
    const list =
      '{ breakGlassReviews(open: true) { edges { node { outcome binding { id incident reason modelVersion { id } } } } } }';
    const opened = await ask(steward, list);
    expect(opened.data.breakGlassReviews.edges[0].node).toMatchObject({
      outcome: null,
      binding: { id: bindingId, incident: 'INC-1042', modelVersion: { id: made.versionId } },
    });
    const review = (caller: typeof admin, more: object = {}): Promise<Payload> =>
      act(caller, 'reviewBreakGlass', { bindingId, outcome: 'JUSTIFIED', comment: 'The incident was real.', ...more });
    expect(await review(admin)).toMatchObject({ code: expect.stringMatching(/OWN_EMERGENCY|NOT_A_PERSON/) });
    await expect(review(steward, { comment: 'ok' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await review(steward)).toMatchObject({ __typename: 'BreakGlassReviewed' });
    expect(await review(steward)).toMatchObject({ code: 'ALREADY_REVIEWED' });
    await expire();
    await endDue();
    expect(await act(admin, 'breakGlass', emergency(next))).toMatchObject({ __typename: 'GlassBroken' });
  });

  it('a person does not review what a service of theirs did', async () => {
    const { act, governing, makeModel } = registry;
    const made = await makeModel();
    const boss = await newcomer(governing, 'user', ['admin']);
    const { serviceAccount } = await governing.change(governing.admin, 'createServiceAccount', {
      name: 'bot',
      roles: ['admin'],
      ownerId: boss.id,
    });
    const { token } = await governing.change(governing.admin, 'createAccessKey', { principalId: serviceAccount.id, label: 'x' });
    const bot = await governing.signIn(token);
    const bindingId = (await act(bot, 'breakGlass', emergency(made))).binding.id;
    const input = { bindingId, outcome: 'JUSTIFIED', comment: 'The incident was real.' };
    expect(await act(boss, 'reviewBreakGlass', input)).toMatchObject({ code: 'OWN_EMERGENCY' });
    expect(await act(bot, 'reviewBreakGlass', input)).toMatchObject({ code: 'NOT_A_PERSON' });
  });
});
