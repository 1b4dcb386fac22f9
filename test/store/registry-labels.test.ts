import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { registryEvents } from '../../contracts/registry.ts';
import type { Database } from '../../kernel/db/database.ts';
import { type Instant, instantNow } from '../../kernel/time.ts';
import { testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer } from './governing.ts';

describeOnOneEngine('aliases, evidence and time', (open) => {
  let db: Database;
  let registry: TestRegistry;
  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
  });

  describe('aliases', () => {
    it('an alias stands for one version at a time, in any spelling', async () => {
      const { act, ask, makeModel, makeVersion, steward } = registry;
      const one = await makeModel('aliased');
      const two = await makeVersion(one.modelId);
      await act(steward, 'setAlias', { versionId: one.versionId, alias: 'Champion' });
      await act(steward, 'setAlias', { versionId: two.versionId, alias: 'CHAMPION' });
      const { data } = await ask(
        steward,
        '{ modelVersion(model: "aliased", alias: "champion") { number aliases } model(name: "aliased") { aliases { alias modelVersion { number } } } }',
      );
      expect(data).toEqual({
        modelVersion: { number: 2, aliases: ['CHAMPION'] },
        model: { aliases: [{ alias: 'CHAMPION', modelVersion: { number: 2 } }] },
      });
      expect(await act(steward, 'deleteAlias', { modelId: one.modelId, alias: 'champion ' })).toMatchObject({
        __typename: 'AliasDeleted',
      });
      expect(await act(steward, 'deleteAlias', { modelId: one.modelId, alias: 'champion' })).toMatchObject({ code: 'NO_ALIAS' });
      for (const alias of ['latest', 'v3', '7', 'a/b', ''])
        await expect(act(steward, 'setAlias', { versionId: one.versionId, alias })).rejects.toMatchObject({
          code: 'BAD_USER_INPUT',
        });
    });

    it.each(['guarded', 'GUARDED', ' guarded ', 'ｇｕａｒｄｅｄ'])(
      'the alias %j is the guarded stage, for bots too',
      async (alias) => {
        const { act, governing, guard, makeModel, steward } = registry;
        await guard('guarded');
        const { versionId, modelId } = await makeModel();
        const bot = await newcomer(governing, 'service', ['bot']);
        for (const caller of [steward, bot, governing.admin]) {
          const refused = await act(caller, 'setAlias', { versionId, alias });
          expect(refused).toMatchObject({ __typename: 'Refused', code: 'GUARDED_STAGE', policyIds: ['guarded-gate'] });
          expect(refused.message).toContain('"guarded-gate"');
          expect(await act(caller, 'deleteAlias', { modelId, alias })).toMatchObject({ code: 'GUARDED_STAGE' });
        }
        await expect(act(steward, 'setAlias', { versionId, alias: 'guаrded' })).rejects.toThrow(/Cyrillic/);
      },
    );

    it('an alias whose name is guarded later stands for nothing', async () => {
      const { act, ask, guard, makeModel, steward } = registry;
      const { versionId } = await makeModel('late guard');
      await act(steward, 'setAlias', { versionId, alias: 'later' });
      await guard('later');
      const { data } = await ask(
        steward,
        '{ modelVersion(model: "late guard", alias: "later") { id } model(name: "late guard") { aliases { alias } } }',
      );
      expect(data).toEqual({ modelVersion: null, model: { aliases: [] } });
    });
  });

  it('a model has no more aliases and stages than it shows', async () => {
    const { act, ask, makeModel, promote, steward } = registry;
    const made = await makeModel('crowded');
    for (let i = 0; i < 100; i++) {
      expect(await act(steward, 'setAlias', { versionId: made.versionId, alias: `name-${i}` })).toMatchObject({
        __typename: 'AliasSet',
      });
      expect(await promote(made, `stage-${i}`)).toMatchObject({ __typename: 'ModelVersionPromoted' });
    }
    const tooMany = { __typename: 'Refused', code: 'LIMIT_EXCEEDED' };
    expect(await act(steward, 'setAlias', { versionId: made.versionId, alias: 'one-more' })).toMatchObject(tooMany);
    expect(await promote(made, 'one-more')).toMatchObject(tooMany);
    // Those that are there may stand for another version.
    const next = await registry.makeVersion(made.modelId);
    expect(await act(steward, 'setAlias', { versionId: next.versionId, alias: 'name-7' })).toMatchObject({ alias: 'name-7' });
    expect(await promote(next, 'stage-7')).toMatchObject({ __typename: 'ModelVersionPromoted' });
    await act(steward, 'deleteAlias', { modelId: made.modelId, alias: 'name-0' });
    await act(steward, 'unbindStage', { modelId: made.modelId, stage: 'stage-0' });
    expect(await act(steward, 'setAlias', { versionId: made.versionId, alias: 'one-more' })).toMatchObject({ alias: 'one-more' });
    expect(await promote(made, 'one-more')).toMatchObject({ __typename: 'ModelVersionPromoted' });
    expect(await act(steward, 'rollbackStage', { modelId: made.modelId, stage: 'stage-0' })).toMatchObject(tooMany);
    const { data } = await ask(steward, '{ model(name: "crowded") { aliases { alias } stages { stage } } }');
    expect([data.model.aliases.length, data.model.stages.length]).toEqual([100, 100]);
  });

  describe('evidence', () => {
    it('is about sealed bytes, and the latest of a kind and name counts', async () => {
      const { act, ask, addMetrics, makeModel, steward } = registry;
      const { modelId, versionId } = await makeModel();
      await addMetrics(versionId, { auc: 0.8 });
      const later = await addMetrics(versionId, { auc: 0.85 });
      await act(steward, 'addEvidence', {
        versionId,
        kind: 'CUSTOM',
        name: 'limitations',
        tool: 'people',
        value: { text: 'None.' },
      });
      const query = `query($id: ID!, $latest: Boolean) { modelVersion(id: $id) { evidence(filter: { kinds: [METRICS], latestOnly: $latest }) {
        edges { node { id value isLatest producer { id } auditEntry { id } subjectDigest } } } } }`;
      const { data } = await ask(steward, query, { id: versionId });
      expect(
        data.modelVersion.evidence.edges.map(({ node }: { node: { value: object; isLatest: boolean } }) => [
          node.value,
          node.isLatest,
        ]),
      ).toEqual([
        [{ auc: 0.85 }, true],
        [{ auc: 0.8 }, false],
      ]);
      const latest = await ask(steward, query, { id: versionId, latest: true });
      expect(latest.data.modelVersion.evidence.edges).toMatchObject([
        { node: { id: later.evidence.id, producer: { id: steward.id } } },
      ]);
      const { modelVersion } = await act(steward, 'createModelVersion', { modelId });
      expect(await addMetrics(modelVersion.id)).toMatchObject({ __typename: 'Refused', code: 'NOT_SEALED' });
    });

    it.each([[{ auc: '0.9' }], [{ auc: 'NaN' }], [{ auc: null }], [{ auc: [1] }], [{}], [[1]], ['x'], [{ auc: 'Infinity' }]])(
      '%j is refused',
      async (value) => {
        const { act, makeModel, steward } = registry;
        const { versionId } = await makeModel();
        await expect(act(steward, 'addEvidence', { versionId, kind: 'METRICS', tool: 't', value })).rejects.toMatchObject({
          code: 'BAD_USER_INPUT',
        });
      },
    );
  });

  it('what is stored is read again, and what is not what was sealed is damaged until it is', async () => {
    const { act, ask, addMetrics, kernel, promote, steward } = registry;
    const text = randomUUID();
    const { model } = await act(steward, 'createModel', { name: 'damageable' });
    const made = { modelId: model.id, ...(await registry.makeVersion(model.id, text)) };
    expect(await act(steward, 'verifyModelVersion', { id: made.versionId })).toMatchObject({ isIntact: true, findings: [] });
    await promote(made, 'shadow');
    const [artifact] = await db.query<{ digest: string }>('select digest from registry.artifact where version_id = $1', [
      made.versionId,
    ]);
    const verify = kernel.blobs.verify;
    Object.assign(kernel.blobs, { verify: async (digest: string) => (digest === artifact?.digest ? 'CHANGED' : 'INTACT') });
    try {
      expect(await act(steward, 'verifyModelVersion', { id: made.versionId })).toMatchObject({
        isIntact: false,
        findings: [{ path: 'model.onnx', found: 'CHANGED' }],
        stages: ['shadow'],
        modelVersion: { state: 'DAMAGED' },
      });
    } finally {
      Object.assign(kernel.blobs, { verify });
    }
    expect(await promote(made, 'canary')).toMatchObject({ code: 'DAMAGED' });
    expect(await addMetrics(made.versionId)).toMatchObject({ code: 'DAMAGED' });
    const { data } = await ask(steward, 'query($id: ID!) { modelVersion(id: $id) { state stages { stage } } }', {
      id: made.versionId,
    });
    expect(data.modelVersion).toEqual({ state: 'DAMAGED', stages: [{ stage: 'shadow' }] });
    expect(await act(steward, 'verifyModelVersion', { id: made.versionId })).toMatchObject({
      isIntact: true,
      modelVersion: { state: 'SEALED' },
    });
    expect(await promote(made, 'canary')).toMatchObject({ __typename: 'ModelVersionPromoted' });
  });

  it('as of an earlier time sealed content, evidence, aliases and stages are what they were', async () => {
    const { act, ask, addMetrics, makeModel, makeVersion, promote, steward } = registry;
    const before = instantNow();
    const one = await makeModel('timed');
    await act(steward, 'setAlias', { versionId: one.versionId, alias: 'best' });
    await promote(one, 'beta');
    await addMetrics(one.versionId, { auc: 0.5 });
    const asOf = await momentNow(db);
    const two = await makeVersion(one.modelId);
    await act(steward, 'setAlias', { versionId: two.versionId, alias: 'best' });
    await promote(two, 'beta');
    await addMetrics(one.versionId, { auc: 0.7 });
    await act(steward, 'deleteModelVersion', { id: one.versionId });
    const query = `{ model(name: "timed") { latest { number state digest } aliases { alias modelVersion { number } }
      stages { stage boundTo modelVersion { number evidence { edges { node { value isLatest } } } } } stageHistory { edges { node { number boundTo } } } } }`;
    const { data, errors } = await ask(steward, query, {}, { asOf });
    expect(errors).toEqual([]);
    expect(data.model).toEqual({
      latest: { number: 1, state: 'SEALED', digest: one.digest },
      aliases: [{ alias: 'best', modelVersion: { number: 1 } }],
      stages: [
        {
          stage: 'beta',
          boundTo: null,
          modelVersion: { number: 1, evidence: { edges: [{ node: { value: { auc: 0.5 }, isLatest: true } }] } },
        },
      ],
      stageHistory: { edges: [{ node: { number: 1, boundTo: null } }] },
    });
    const { data: now } = await ask(steward, query);
    expect(now.model).toMatchObject({
      latest: { number: 2 },
      aliases: [{ modelVersion: { number: 2 } }],
      stages: [{ modelVersion: { number: 2 } }],
    });
    for (const field of ['description', 'tags { key }', 'version', 'updatedAt']) {
      const refused = await ask(steward, `{ model(name: "timed") { ${field} } }`, {}, { asOf });
      expect(refused.errors).toMatchObject([{ code: 'AS_OF_UNSUPPORTED' }]);
    }
    expect((await ask(steward, query, {}, { asOf: before })).data.model).toBeNull();
  });

  it('everything told to others keeps its contract', async () => {
    const rows = await db.query<{ topic: string; payload: string }>(
      `select distinct on (topic) topic, payload from kernel.outbox where topic like 'registry.%'`,
    );
    const contracts: Readonly<Record<string, { parse(value: unknown): unknown }>> = registryEvents;
    expect(rows.length).toBeGreaterThan(10);
    for (const { topic, payload } of rows) expect(() => contracts[topic]?.parse(JSON.parse(payload)), topic).not.toThrow();
    expect(rows.map(({ topic }) => topic).filter((topic) => contracts[topic] === undefined)).toEqual([]);
  });
});

/** A moment at which all of this has happened. */
async function momentNow(db: Database): Promise<Instant> {
  const [row] = await db.query<{ at: Instant }>('select max(recorded_at) as at from kernel.audit_event');
  return row?.at ?? instantNow();
}
