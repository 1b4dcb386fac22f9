import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { type Made, testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import type { Payload } from './governing.ts';

const GATE = `query($id: ID!, $stage: String!) { gate(id: $id, stage: $stage) {
  isAllowed code approval { id } attestation requirements { rule state } } }`;

describeOnOneEngine('an approval beside the one in use', (open) => {
  let db: Database;
  let registry: TestRegistry;
  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
    await registry.guard('production');
  });

  const gate = async ({ versionId: id }: Pick<Made, 'versionId'>, stage = 'production'): Promise<Payload> => {
    const { data, errors } = await registry.ask(registry.steward, GATE, { id, stage });
    expect(errors).toEqual([]);
    return data.gate;
  };
  const governed = async (mutation: string, input: object): Promise<Payload> => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const { admin, ask } = registry.governing;
    const more = mutation === 'requestApproval' ? '... on ApprovalRequested { request { id } }' : '';
    const { data } = await ask(
      admin,
      `mutation($input: ${type}!) { answer: ${mutation}(input: $input) { __typename ${more} } }`,
      { input: { idempotencyKey: randomUUID(), reason: 'It is to stay.', ...input } },
    );
    return data.answer;
  };
  const statesOf = (ids: readonly string[]): Promise<readonly { state: string }[]> =>
    db.query('select state from kernel.approval_request where id = any($1) order by array_position($1, id)', [ids]);
  const bindingsOf = ({ versionId }: Pick<Made, 'versionId'>): Promise<readonly Payload[]> =>
    db.query(
      'select number, approval_id as by, bound_to is null as open from registry.stage_binding where version_id = $1 order by number',
      [versionId],
    );

  it('whoever asks anew in time closes nothing, and the fresher approval takes the place of the one before', async () => {
    const { addMetrics, approve, makeModel, promote } = registry;
    const made = await makeModel();
    await addMetrics(made.versionId);
    const first = await approve(made.versionId, 'production');
    await promote(made, 'production');

    const { request } = await governed('requestApproval', { subjectId: made.versionId, stage: 'production' });
    expect(await gate(made)).toMatchObject({ isAllowed: true, code: 'IN_STAGE', approval: { id: first } });
    expect((await gate(made)).requirements.every(({ state }: Payload) => state === 'PASS')).toBe(true);
    // Nothing fresher is approved yet.
    expect(await promote(made, 'production')).toMatchObject({ code: 'ALREADY_IN_STAGE' });
    await governed('withdrawApproval', { requestId: request.id });

    const second = await approve(made.versionId, 'production');
    expect(await gate(made)).toMatchObject({ code: 'IN_STAGE', approval: { id: first }, attestation: expect.any(String) });
    expect(await promote(made, 'production')).toMatchObject({
      __typename: 'ModelVersionPromoted',
      binding: { number: 2, kind: 'PROMOTION' },
    });
    expect(await statesOf([first, second])).toEqual([{ state: 'SUPERSEDED' }, { state: 'APPLIED' }]);
    expect(await bindingsOf(made)).toEqual([
      { number: 1, by: first, open: false },
      { number: 2, by: second, open: true },
    ]);
    expect(await gate(made)).toMatchObject({ code: 'IN_STAGE', approval: { id: second } });
    expect(await promote(made, 'production')).toMatchObject({ code: 'ALREADY_IN_STAGE' });
    const events = await db.query(
      `select 1 from kernel.audit_event where subject_id = $1 and action = 'registry.stage.bound.v1'`,
      [made.versionId],
    );
    expect(events).toHaveLength(2);
  });

  it('what came while nothing guarded the stage is approved where it is', async () => {
    const { addMetrics, approve, guard, makeModel, promote } = registry;
    const made = await makeModel();
    expect(await promote(made, 'live')).toMatchObject({ __typename: 'ModelVersionPromoted' });
    await guard('live');
    expect(await gate(made, 'live')).toMatchObject({ isAllowed: false, code: 'NOT_REQUESTED' });
    expect(await promote(made, 'live')).toMatchObject({ code: 'EVIDENCE_MISSING', policyIds: ['live-gate'] });
    await addMetrics(made.versionId);
    const approvalId = await approve(made.versionId, 'live');
    expect(await promote(made, 'live')).toMatchObject({ __typename: 'ModelVersionPromoted' });
    expect(await gate(made, 'live')).toMatchObject({ isAllowed: true, code: 'IN_STAGE', approval: { id: approvalId } });
    expect(await promote(made, 'live')).toMatchObject({ code: 'ALREADY_IN_STAGE' });
  });

  it('what is there by an approval that was taken back needs another one, and is told so', async () => {
    const { addMetrics, approve, makeModel, promote } = registry;
    const made = await makeModel();
    await addMetrics(made.versionId);
    const first = await approve(made.versionId, 'production');
    await promote(made, 'production');
    expect(await governed('revokeApproval', { requestId: first })).toMatchObject({ __typename: 'ApprovalRevoked' });
    expect(await gate(made)).toMatchObject({ isAllowed: false, code: 'REVOKED' });
    expect(await promote(made, 'production')).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const second = await approve(made.versionId, 'production');
    expect(await gate(made)).toMatchObject({ isAllowed: true, code: 'APPROVED' });
    await promote(made, 'production');
    expect(await statesOf([first, second])).toEqual([{ state: 'REVOKED' }, { state: 'APPLIED' }]);
    expect(await gate(made)).toMatchObject({ code: 'IN_STAGE', approval: { id: second } });
  });

  it('a stage that nothing guards any more holds what it holds', async () => {
    const { addMetrics, approve, guard, makeModel, promote } = registry;
    await guard('trial');
    const made = await makeModel();
    await addMetrics(made.versionId);
    const approvalId = await approve(made.versionId, 'trial');
    await promote(made, 'trial');
    await governed('revokeApproval', { requestId: approvalId });
    await governed('retireApprovalPolicy', { name: 'trial-gate' });
    expect(await promote(made, 'trial')).toMatchObject({ code: 'ALREADY_IN_STAGE' });
  });

  it.each(['deleteModelVersion', 'deleteModel'] as const)('what was asked for before %s is void', async (mutation) => {
    const { act, addMetrics, approve, makeModel, makeVersion, promote, steward } = registry;
    const made = await makeModel();
    const other = await makeVersion(made.modelId);
    for (const { versionId } of [made, other]) await addMetrics(versionId);
    const { request } = await governed('requestApproval', { subjectId: made.versionId, stage: 'production' });
    const approvedId = await approve(other.versionId, 'production');
    const ids = mutation === 'deleteModel' ? [made.modelId] : [made.versionId, other.versionId];
    for (const id of ids) expect(await act(steward, mutation, { id })).toMatchObject({ auditId: expect.any(String) });
    const rows = await db.query('select state, state_reason as reason from kernel.approval_request where id = any($1)', [
      [request.id, approvedId],
    ]);
    expect(rows).toEqual([
      { state: 'VOIDED', reason: 'DELETED' },
      { state: 'VOIDED', reason: 'DELETED' },
    ]);
    await expect(promote(other, 'production')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a stage that was only asked about leaves no trace', async () => {
    const { act, makeModel, promote, steward } = registry;
    const made = await makeModel();
    const stages = (): Promise<readonly unknown[]> =>
      db.query('select from registry.stage s join registry.model m on m.no = s.model_no where m.id = $1', [made.modelId]);
    expect(await act(steward, 'unbindStage', { modelId: made.modelId, stage: 'nowhere' })).toMatchObject({ code: 'STAGE_EMPTY' });
    expect(await promote(made, 'nowhere', { expectedVersion: 3 })).toMatchObject({ __typename: 'Conflict', currentVersion: 0 });
    expect(await stages()).toHaveLength(0);
    await promote(made, 'somewhere');
    expect(await stages()).toHaveLength(1);
  });
});
