import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { Fault } from '../../kernel/fault.ts';
import { type Made, testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';

const STAGES = 'query($id: ID!) { model(id: $id) { stages { stage number kind modelVersion { number } } } }';

describeOnOneEngine('stages', (open, engine) => {
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

  describe('promotion', () => {
    it('nothing comes into a guarded stage that is not approved, and the refusal says what is missing', async () => {
      const { addMetrics, makeModel, promote } = registry;
      const made = await makeModel();
      const first = await promote(made, 'production');
      expect(first).toMatchObject({ __typename: 'Refused', code: 'EVIDENCE_MISSING', policyIds: ['production-gate'] });
      expect(first.message).toMatch(/approval policy "production-gate" \(version 1\)/);
      expect(first.message).toMatch(/evidence\.metrics: MISSING/);
      expect(first.message).toMatch(/What would help: cadastre models evidence/);
      await addMetrics(made.versionId, { auc: 0.5 });
      expect(await promote(made, 'production')).toMatchObject({ code: 'EVIDENCE_FAILS' });
      await addMetrics(made.versionId, { auc: 0.9 });
      expect(await promote(made, 'production')).toMatchObject({ code: 'APPROVAL_REQUIRED' });
      expect(await stagesOf(made.modelId)).toEqual([]);
    });

    it('what is approved comes into the stage, once', async () => {
      const { makeModel, promote } = registry;
      const made = await makeModel();
      const approvalId = await approved(made);
      const promoted = await promote(made, ' PRODUCTION ');
      expect(promoted).toMatchObject({
        __typename: 'ModelVersionPromoted',
        note: null,
        binding: { stage: 'production', kind: 'PROMOTION', number: 1, digest: made.digest },
      });
      expect(await promote(made, 'production')).toMatchObject({ code: 'ALREADY_IN_STAGE' });
      expect(await bindings(made)).toEqual([{ kind: 'PROMOTION', number: 1, approval_id: approvalId, open: true }]);
      const [request] = await db.query('select state from kernel.approval_request where id = $1', [approvalId]);
      expect(request).toEqual({ state: 'APPLIED' });
    });

    it('a draft, another digest and a stage that moved on are refused', async () => {
      const { act, makeModel, makeVersion, promote, steward } = registry;
      const made = await makeModel();
      const { modelVersion } = await act(steward, 'createModelVersion', { modelId: made.modelId });
      expect(await promote({ versionId: modelVersion.id, digest: made.digest }, 'beta')).toMatchObject({ code: 'NOT_SEALED' });
      const other = `sha256:${'0'.repeat(64)}`;
      expect(await promote({ ...made, digest: other }, 'beta')).toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(await promote(made, 'beta', { expectedVersion: 1 })).toMatchObject({ __typename: 'Conflict', currentVersion: 0 });
      expect(await promote(made, 'beta', { expectedVersion: 0 })).toMatchObject({ __typename: 'ModelVersionPromoted' });
      const next = await makeVersion(made.modelId);
      expect(await promote(next, 'beta', { expectedVersion: 0 })).toMatchObject({ __typename: 'Conflict', currentVersion: 1 });
      expect(await stagesOf(made.modelId)).toMatchObject([{ stage: 'beta', number: 1, modelVersion: { number: 1 } }]);
    });

    it.each(['prоduction', 'produc\u200btion', 'ρroduction'])('the stage %j cannot be named', async (stage) => {
      const made = await registry.makeModel();
      await expect(registry.promote(made, stage)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('evidence that comes after the approval voids it', async () => {
      const { addMetrics, makeModel, promote } = registry;
      const made = await makeModel();
      await approved(made);
      await addMetrics(made.versionId, { auc: 0.99 });
      expect(await promote(made, 'production')).toMatchObject({ __typename: 'Refused' });
      expect(await stagesOf(made.modelId)).toEqual([]);
    });

    it('stored bytes that changed since the approval come nowhere', async () => {
      const { kernel, makeModel, promote } = registry;
      const made = await makeModel();
      await approved(made);
      const { verify } = kernel.blobs;
      Object.assign(kernel.blobs, { verify: () => Promise.resolve('CHANGED') });
      try {
        expect(await promote(made, 'production')).toMatchObject({
          code: 'DAMAGED',
          message: expect.stringContaining('model.onnx is changed'),
        });
      } finally {
        Object.assign(kernel.blobs, { verify });
      }
      expect(await promote(made, 'production')).toMatchObject({ code: 'DAMAGED' });
      const [request] = await db.query('select state, state_reason from kernel.approval_request where subject_id = $1', [
        made.versionId,
      ]);
      expect(request).toEqual({ state: 'VOIDED', state_reason: 'DAMAGED' });
    });

    it('who may write may not promote', async () => {
      const { act, governing, makeModel } = registry;
      const made = await makeModel();
      const analyst = await newcomer(governing, 'user', ['analyst']);
      const input = { versionId: made.versionId, stage: 'beta', expectedDigest: made.digest };
      expect(await act(analyst, 'promoteModelVersion', input)).toMatchObject({ code: 'FORBIDDEN' });
    });

    it.skipIf(engine === 'pglite')(
      'a hundred promotions at once make one binding and one event',
      async () => {
        const { makeModel, promote } = registry;
        const made = await makeModel();
        await approved(made);
        // A pool that is used up answers that one should try again; the wish is the same then.
        const wish = async (): Promise<Payload> => {
          const idempotencyKey = randomUUID();
          for (;;) {
            const answer = await promote(made, 'production', { idempotencyKey }).catch((error: unknown) => error);
            if (!(answer instanceof Fault)) return answer;
            expect(answer.code).toBe('STORE_UNAVAILABLE');
          }
        };
        const answers = await Promise.all(Array.from({ length: 100 }, wish));
        expect(answers.filter(({ __typename }) => __typename === 'ModelVersionPromoted')).toHaveLength(1);
        expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([undefined, 'ALREADY_IN_STAGE']));
        expect(await bindings(made)).toHaveLength(1);
        const events = await db.query(
          `select 1 from kernel.audit_event where subject_id = $1 and action = 'registry.stage.bound.v1'`,
          [made.versionId],
        );
        expect(events).toHaveLength(1);
      },
      120_000,
    );

    it('promotions of several versions at once leave one of them, and a history without gaps', async () => {
      const { makeModel, makeVersion, promote } = registry;
      const made = await makeModel();
      const all = [made, ...(await Promise.all(Array.from({ length: 9 }, () => makeVersion(made.modelId))))];
      const answers = await Promise.all(all.map((one) => promote(one, 'beta')));
      expect(answers.every(({ __typename }) => __typename === 'ModelVersionPromoted')).toBe(true);
      const rows = await db.query<{ number: number; from: string; to: string | null }>(
        `select b.number, bound_from as from, bound_to as to from registry.stage_binding b join registry.model m on m.no = b.model_no
         where m.id = $1 order by b.number`,
        [made.modelId],
      );
      expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
      for (const [i, { to }] of rows.entries()) expect(to).toBe(rows[i + 1]?.from ?? null);
    });

    it('promotions that race with evidence never bring in what nobody approved', async () => {
      const { addMetrics, makeModel, promote } = registry;
      for (let round = 0; round < 8; round++) {
        const made = await makeModel();
        const approvalId = await approved(made);
        await Promise.all([promote(made, 'production'), addMetrics(made.versionId, { auc: 0.81 + round / 100 })]);
        const rows = await db.query('select 1 from registry.stage_binding where version_id = $1', [made.versionId]);
        const [request] = await db.query<{ state: string }>('select state from kernel.approval_request where id = $1', [
          approvalId,
        ]);
        expect(request?.state).toBe(rows.length === 1 ? 'APPLIED' : 'VOIDED');
      }
    });
  });

  describe('rollback', () => {
    it('an earlier version comes back with its earlier approval', async () => {
      const { act, makeModel, makeVersion, promote, steward } = registry;
      const one = await makeModel();
      const two = await makeVersion(one.modelId);
      const three = await makeVersion(one.modelId);
      const approvals = [];
      for (const made of [one, two, three]) {
        approvals.push(await approved(made));
        expect(await promote(made, 'production')).toMatchObject({ __typename: 'ModelVersionPromoted' });
      }
      const roll = (more: object = {}): Promise<Payload> =>
        act(steward, 'rollbackStage', { modelId: one.modelId, stage: 'production', ...more });
      expect(await roll({ expectedVersion: 2 })).toMatchObject({ __typename: 'Conflict', currentVersion: 3 });
      expect(await roll()).toMatchObject({
        __typename: 'StageRolledBack',
        binding: { kind: 'ROLLBACK', number: 4, modelVersion: { number: 2 } },
      });
      expect(await roll({ toVersion: 1 })).toMatchObject({ binding: { modelVersion: { number: 1 } } });
      expect(await roll({ toVersion: 1 })).toMatchObject({ code: 'ALREADY_IN_STAGE' });
      expect(await roll({ toVersion: 9 })).toMatchObject({ code: 'NEVER_IN_STAGE' });
      expect(await bindings(one)).toMatchObject([
        { number: 1 },
        { number: 2 },
        { number: 3 },
        { kind: 'ROLLBACK', number: 2, approval_id: approvals[1] },
        { kind: 'ROLLBACK', number: 1, approval_id: approvals[0], open: true },
      ]);
    });

    it('what was taken back, damaged or deleted does not come back', async () => {
      const { act, makeModel, makeVersion, promote, steward } = registry;
      const one = await makeModel();
      const two = await makeVersion(one.modelId);
      const approvalId = await approved(one);
      await promote(one, 'production');
      await approved(two);
      await promote(two, 'production');
      const { governing } = registry;
      const revoked = await governing.ask(
        governing.admin,
        `mutation($input: RevokeApprovalInput!) { answer: revokeApproval(input: $input) { __typename ... on Refused { message } } }`,
        { input: { idempotencyKey: randomUUID(), requestId: approvalId, reason: 'It was wrong.' } },
      );
      expect(revoked.data.answer.__typename).toBe('ApprovalRevoked');
      const refused = await act(steward, 'rollbackStage', { modelId: one.modelId, stage: 'production' });
      expect(refused).toMatchObject({ __typename: 'Refused', code: 'APPROVAL_REQUIRED', policyIds: ['production-gate'] });
      expect(await stagesOf(one.modelId)).toMatchObject([{ modelVersion: { number: 2 } }]);
    });

    it('a policy may ask for a new approval', async () => {
      const { act, guard, makeModel, makeVersion, promote, steward } = registry;
      await guard('strict', { rollback: 'NEW_APPROVAL' });
      const one = await makeModel();
      const two = await makeVersion(one.modelId);
      for (const made of [one, two]) {
        await registry.addMetrics(made.versionId);
        await registry.approve(made.versionId, 'strict');
        await promote(made, 'strict');
      }
      expect(await act(steward, 'rollbackStage', { modelId: one.modelId, stage: 'strict' })).toMatchObject({
        code: 'APPROVAL_REQUIRED',
      });
    });

    it('an empty stage goes back to nothing, and stopping needs no approval', async () => {
      const { act, makeModel, promote, steward } = registry;
      const made = await makeModel();
      const input = { modelId: made.modelId, stage: 'production' };
      expect(await act(steward, 'rollbackStage', input)).toMatchObject({ code: 'NOTHING_EARLIER' });
      expect(await act(steward, 'unbindStage', input)).toMatchObject({ code: 'STAGE_EMPTY' });
      await approved(made);
      await promote(made, 'production');
      expect(await act(steward, 'deleteModelVersion', { id: made.versionId })).toMatchObject({ code: 'IN_STAGE' });
      expect(await act(steward, 'deleteModel', { id: made.modelId })).toMatchObject({
        code: 'IN_GUARDED_STAGE',
        policyIds: ['production-gate'],
      });
      expect(await act(steward, 'unbindStage', input)).toMatchObject({
        __typename: 'StageUnbound',
        binding: { boundTo: expect.any(String) },
      });
      expect(await stagesOf(made.modelId)).toEqual([]);
      // What was there comes back.
      expect(await act(steward, 'rollbackStage', input)).toMatchObject({ binding: { modelVersion: { number: 1 } } });
      await act(steward, 'unbindStage', input);
      expect(await act(steward, 'deleteModel', { id: made.modelId })).toMatchObject({ __typename: 'ModelDeleted' });
    });
  });
});
