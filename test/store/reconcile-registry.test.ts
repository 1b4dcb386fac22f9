import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { createLog } from '../../kernel/log.ts';
import { endDueEmergencies } from '../../subgraphs/registry/service/stages/endBreakGlass.ts';
import { askPage, type Found, tamperedWith } from '../support/reconciling.ts';
import { testRegistry, type TestRegistry } from '../support/registry.ts';
import { REGISTRY_TAMPERING } from '../support/registryTampering.ts';
import { describeOnOneEngine } from './engines.ts';

describeOnOneEngine('reconciling the registry', (open) => {
  let db: Database;
  let registry: TestRegistry;
  const findings = async (first = 500): Promise<readonly Found[]> => {
    const found: Found[] = [];
    let after: string | null = null;
    do {
      const page = await askPage(registry.subgraph, 'reconcileRegistry', first, after);
      found.push(...page.findings);
      after = page.next;
    } while (after !== null);
    return found;
  };

  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
    const { act, addMetrics, approve, governing, guard, kernel, makeModel, makeVersion, promote, steward, upload } = registry;
    await guard('production');
    const one = await makeModel('reconciled', [{ key: 'risk', value: 'high' }]);
    const two = await makeVersion(one.modelId);
    await addMetrics(one.versionId);
    await approve(one.versionId, 'production');
    await promote(one, 'production');
    const emergency = {
      versionId: two.versionId,
      stage: 'production',
      expectedDigest: two.digest,
      incident: 'INC-1',
      reason: 'Production refuses everybody.',
      hours: 1,
    };
    const { binding } = await act(governing.admin, 'breakGlass', emergency);
    await db.query(`update registry.stage_binding set expires_at = now() - interval '1 second' where expires_at is not null`);
    await endDueEmergencies({ db, log: createLog('silent') }, new AbortController().signal);
    await act(steward, 'reviewBreakGlass', { bindingId: binding.id, outcome: 'JUSTIFIED', comment: 'It was needed.' });
    await promote(two, 'beta');
    await act(steward, 'unbindStage', { modelId: one.modelId, stage: 'beta' });
    await act(steward, 'setAlias', { versionId: two.versionId, alias: 'Best' });
    await act(steward, 'setAlias', { versionId: one.versionId, alias: 'gone' });
    await act(steward, 'deleteAlias', { modelId: one.modelId, alias: 'gone' });
    await act(steward, 'updateModelVersion', {
      id: two.versionId,
      description: 'second',
      tags: [{ key: 'reviewed', value: 'no' }],
    });
    const { modelVersion } = await act(steward, 'createModelVersion', {
      modelId: one.modelId,
      params: [{ name: 'depth', value: 3 }],
    });
    await act(steward, 'addArtifact', { versionId: modelVersion.id, path: 'x', digest: await upload(steward, 'x') });
    const three = await makeVersion(one.modelId);
    const { verify } = kernel.blobs;
    Object.assign(kernel.blobs, { verify: () => Promise.resolve('MISSING') });
    await act(steward, 'verifyModelVersion', { id: three.versionId });
    Object.assign(kernel.blobs, { verify });
    await act(steward, 'updateModel', { id: one.modelId, description: 'A model that is reconciled.' });
    const { modelId } = await makeModel('to be deleted');
    await act(steward, 'deleteModel', { id: modelId });
  });

  it('finds nothing after all that people do', async () => {
    expect(await findings()).toEqual([]);
    expect(await findings(2)).toEqual([]);
  });

  it.each(REGISTRY_TAMPERING)('finds %s that was changed behind its back', async (_, name, statement, kind, message) => {
    const found = await tamperedWith(db, name, statement, () => findings());
    expect(found).toContainEqual(expect.objectContaining({ kind, message: expect.stringMatching(message) }));
    expect(await findings()).toEqual([]);
  });

  it('whatever is done through the program, nothing is found', async () => {
    const { act, makeModel, makeVersion, steward } = registry;
    const one = await makeModel(`random ${randomUUID()}`);
    const versions = [one, await makeVersion(one.modelId), await makeVersion(one.modelId)];
    const version = fc.constantFrom(...versions);
    const stage = fc.constantFrom('alpha', 'beta');
    const step = fc.oneof(
      fc.record({ version, stage }).map(({ version: { versionId, digest }, stage: to }) => ({
        mutation: 'promoteModelVersion',
        input: { versionId, expectedDigest: digest, stage: to },
      })),
      stage.map((to) => ({ mutation: 'rollbackStage', input: { modelId: one.modelId, stage: to } })),
      stage.map((to) => ({ mutation: 'unbindStage', input: { modelId: one.modelId, stage: to } })),
      version.map(({ versionId }) => ({ mutation: 'setAlias', input: { versionId, alias: 'one' } })),
      fc.constant({ mutation: 'deleteAlias', input: { modelId: one.modelId, alias: 'ONE' } }),
      version.map(({ versionId }) => ({ mutation: 'verifyModelVersion', input: { id: versionId } })),
      fc.string({ maxLength: 5 }).map((description) => ({ mutation: 'updateModel', input: { id: one.modelId, description } })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        for (const { mutation, input } of steps) await act(steward, mutation, input).catch(() => undefined);
        expect(await findings()).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});
