import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { readAttestation } from '../../kernel/attestation/approvalStatement.ts';
import { objections } from '../../kernel/attestation/judge.ts';
import { parseVerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { folderBlobs } from '../../kernel/blobs/folderBlobs.ts';
import { digestText } from '../../kernel/canonical.ts';
import { instantNow } from '../../kernel/time.ts';
import { testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';

const GATE = `query($id: ID!, $stage: String! = "production", $seconds: Int! = 3600, $readBytes: Boolean! = false) {
  gate(id: $id, stage: $stage, attestationSeconds: $seconds, readBytes: $readBytes) {
    isAllowed code reason until policy attestation attestedUntil verifierKey modelVersion { id } binding { kind } approval { id }
    requirements { rule state command } } }`;

describeOnOneEngine('the gate', (open) => {
  let registry: TestRegistry;
  let blobs: string;
  beforeAll(async () => {
    blobs = await mkdtemp(path.join(os.tmpdir(), 'cadastre-gate-'));
    registry = await testRegistry(await open(), { blobs: folderBlobs(blobs) });
    await registry.guard('production');
    return () => rm(blobs, { recursive: true });
  });

  const gate = async (id: string, more: object = {}, caller = registry.steward): Promise<Payload> => {
    const { data, errors } = await registry.ask(caller, GATE, { id, ...more });
    expect(errors).toEqual([]);
    return data.gate;
  };

  test('says what is missing, then that reviewers are waited for, that it is approved, and that it is there', async () => {
    const made = await registry.makeModel('first');
    const before = await gate(made.versionId);
    expect(before).toMatchObject({
      isAllowed: false,
      code: 'NOT_REQUESTED',
      policy: 'production-gate',
      attestation: null,
      until: null,
    });
    expect(before.requirements.map(({ rule, state }: Payload) => [rule, state])).toEqual([
      ['content', 'PASS'],
      ['evidence.metrics', 'MISSING'],
      ['review.1', 'MISSING'],
    ]);
    expect(before.requirements[1].command).toContain('cadastre models evidence');
    await registry.addMetrics(made.versionId);
    await registry.approve(made.versionId, 'production');
    expect(await gate(made.versionId)).toMatchObject({ isAllowed: true, code: 'APPROVED', binding: null });
    await registry.promote(made, 'production');
    const bot = await newcomer(registry.governing, 'service', ['bot']);
    expect(await gate(made.versionId, {}, bot)).toMatchObject({
      isAllowed: true,
      code: 'IN_STAGE',
      binding: { kind: 'PROMOTION' },
    });
    const next = await registry.makeVersion(made.modelId);
    await registry.addMetrics(next.versionId);
    await registry.approve(next.versionId, 'production');
    await registry.promote(next, 'production');
    expect(await gate(made.versionId)).toMatchObject({ isAllowed: false, code: 'SUPERSEDED' });
  });

  test('what is allowed is attested: by the key of the log, for these bytes, and no longer than asked for', async () => {
    const made = await registry.makeModel('churn');
    await registry.addMetrics(made.versionId);
    const approvalId = await registry.approve(made.versionId, 'production');
    await registry.promote(made, 'production');
    const { attestation, verifierKey, attestedUntil } = await gate(made.versionId, { seconds: 600 });
    const said = readAttestation(attestation, [parseVerifierKey(verifierKey)]);
    expect(said).toMatchObject({
      model: 'churn',
      version: 1,
      stage: 'production',
      contentDigest: made.digest,
      notAfter: attestedUntil,
    });
    expect(said.approval).toMatchObject({
      id: approvalId,
      policy: 'production-gate',
      reviewers: [expect.stringMatching(/^usr_/)],
    });
    const [artifact] = said.artifacts;
    const asked = { model: 'churn', version: 1, stage: 'production', at: instantNow() };
    const file = (digest = artifact?.digest ?? digestText('')) => [
      { name: 'model.onnx', isFolder: false, files: [{ name: 'model.onnx', path: 'model.onnx', digest }] },
    ];
    expect(objections(said, { ...asked, inHand: file() })).toEqual([]);
    expect(objections(said, { ...asked, inHand: file(digestText('another')) })).toMatchObject([{ code: 'OTHER_BYTES' }]);
  });

  test('evidence that comes later, other bytes in the store and a revoked approval close it', async () => {
    const made = await registry.makeModel();
    await registry.addMetrics(made.versionId);
    await registry.approve(made.versionId, 'production');
    await registry.addMetrics(made.versionId, { auc: 0.95 });
    expect(await gate(made.versionId)).toMatchObject({ isAllowed: false, code: 'VOIDED', attestation: null });
    await registry.approve(made.versionId, 'production');
    await registry.promote(made, 'production');
    expect(await gate(made.versionId, { readBytes: true })).toMatchObject({ code: 'IN_STAGE' });
    for (const name of await readdir(blobs, { recursive: true })) {
      if (/[0-9a-f]{64}$/.test(name)) await writeFile(path.join(blobs, name), 'one byte more');
    }
    expect(await gate(made.versionId, { readBytes: true })).toMatchObject({
      isAllowed: false,
      code: 'DAMAGED',
      attestation: null,
    });
    expect(await registry.act(registry.steward, 'verifyModelVersion', { id: made.versionId })).toMatchObject({ isIntact: false });
    expect(await gate(made.versionId)).toMatchObject({ isAllowed: false, code: 'DAMAGED' });
  });

  test('stored bytes are read only for what would be allowed', async () => {
    const made = await registry.makeModel();
    const verify = vi.spyOn(registry.kernel.blobs, 'verify');
    onTestFinished(() => verify.mockRestore());
    const read = async (more: object = {}): Promise<[string, number]> => {
      verify.mockClear();
      const { code } = await gate(made.versionId, { readBytes: true, ...more });
      return [code, verify.mock.calls.length];
    };
    expect(await read()).toEqual(['NOT_REQUESTED', 0]);
    expect(await read({ stage: 'staging' })).toEqual(['UNGUARDED', 1]);
    await registry.addMetrics(made.versionId);
    await registry.approve(made.versionId, 'production');
    expect(await read()).toEqual(['APPROVED', 1]);
    await registry.addMetrics(made.versionId, { auc: 0.95 });
    expect(await read()).toEqual(['VOIDED', 0]);
  });

  test('nobody has bytes read for what they may not do, and the refusal is audited', async () => {
    const made = await registry.makeModel();
    const { modelVersion: draft } = await registry.act(registry.steward, 'createModelVersion', {
      modelId: made.modelId,
      artifacts: [{ path: 'model.bin', digest: await registry.upload(registry.steward, 'weights') }],
    });
    await registry.promote(made, 'staging');
    const next = await registry.makeVersion(made.modelId);
    await registry.promote(next, 'staging');
    const analyst = await newcomer(registry.governing, 'user', ['analyst']);
    const { blobs } = registry.kernel;
    const spies = [vi.spyOn(blobs, 'verify'), vi.spyOn(blobs, 'sizeOf'), vi.spyOn(blobs, 'open')];
    onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
    const wishes: readonly (readonly [mutation: string, input: object, action: string])[] = [
      ['verifyModelVersion', { id: made.versionId }, 'registry.version.refused.v1'],
      ['sealModelVersion', { id: draft.id }, 'registry.version.refused.v1'],
      [
        'promoteModelVersion',
        { versionId: made.versionId, stage: 'staging', expectedDigest: made.digest },
        'registry.stage.refused.v1',
      ],
      ['rollbackStage', { modelId: made.modelId, stage: 'staging' }, 'registry.stage.refused.v1'],
    ];
    for (const [mutation, input, action] of wishes) {
      const refused = await registry.act(analyst, mutation, input);
      expect(refused, mutation).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN' });
      const [event] = await registry.governing.db.query<Payload>('select body from kernel.audit_event where id = $1', [
        refused.auditId,
      ]);
      expect(JSON.parse(event.body), mutation).toMatchObject({ action, outcome: 'refused', reason: 'FORBIDDEN' });
    }
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0]);
    for (const [mutation, input] of wishes)
      expect((await registry.act(registry.steward, mutation, input)).code).not.toBe('FORBIDDEN');
    expect(spies.slice(0, 2).every((spy) => spy.mock.calls.length > 0)).toBe(true);
  });

  test('a stage that nothing guards is open to what is sealed, and to nothing else', async () => {
    const made = await registry.makeModel();
    expect(await gate(made.versionId, { stage: 'Staging ' })).toMatchObject({ isAllowed: true, code: 'UNGUARDED', policy: null });
    const { modelVersion } = await registry.act(registry.steward, 'createModelVersion', { modelId: made.modelId });
    expect(await gate(modelVersion.id, { stage: 'staging' })).toMatchObject({ isAllowed: false, code: 'DRAFT' });
  });

  test('an emergency opens it until its end', async () => {
    const made = await registry.makeModel();
    const { admin } = registry.governing;
    const reason = 'Production is down and this is the only version that answers.';
    const input = {
      versionId: made.versionId,
      stage: 'production',
      expectedDigest: made.digest,
      incident: 'INC-1',
      reason,
      hours: 2,
    };
    expect(await registry.act(admin, 'breakGlass', input)).toMatchObject({ __typename: 'GlassBroken' });
    const open = await gate(made.versionId, { seconds: 86_400 });
    expect(open).toMatchObject({ isAllowed: true, code: 'EMERGENCY' });
    // It is not attested for a day, but for what is left of the two hours.
    expect(open.attestedUntil).toBe(open.until);
  });

  test('bad questions are told so, and what one may not see is not found', async () => {
    const made = await registry.makeModel();
    for (const [variables, code] of [
      [{ id: made.versionId, seconds: 1 }, 'BAD_USER_INPUT'],
      [{ id: made.versionId, seconds: 100_000_000 }, 'BAD_USER_INPUT'],
      [{ id: made.versionId, stage: 'prоduction' }, 'BAD_USER_INPUT'],
      [{ id: 'mdv_nothing' }, 'NOT_FOUND'],
    ] as const)
      expect((await registry.ask(registry.steward, GATE, variables)).errors, JSON.stringify(variables)).toMatchObject([{ code }]);
    const nobody = await newcomer(registry.governing, 'user', []);
    expect((await registry.ask(nobody, GATE, { id: made.versionId })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});
