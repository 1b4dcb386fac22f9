import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestText } from '../../kernel/canonical.ts';
import type { Database } from '../../kernel/db/database.ts';
import { createContext } from '../../subgraphs/registry/context.ts';
import { storeBlob } from '../../subgraphs/registry/service/blobs/storeBlob.ts';
import { testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnEngines } from './engines.ts';
import { newcomer, requestOf } from './governing.ts';

describeOnEngines('models and their versions', (open) => {
  let db: Database;
  let registry: TestRegistry;
  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
  });

  describe('models', () => {
    it('no two models have names that count as one', async () => {
      const { act, steward } = registry;
      expect(await act(steward, 'createModel', { name: 'Fraud Score' })).toMatchObject({ __typename: 'ModelCreated' });
      for (const name of ['fraud score', ' FRAUD  SCORE ', 'ｆraud score'])
        expect(await act(steward, 'createModel', { name })).toMatchObject({ __typename: 'Refused', code: 'MODEL_EXISTS' });
      await expect(act(steward, 'createModel', { name: 'frаud score' })).rejects.toThrow(/Latin and Cyrillic/);
      await expect(act(steward, 'createModel', { name: 'a/b' })).rejects.toThrow(/no \//);
    });

    it('a model is found by any spelling of its name', async () => {
      await registry.act(registry.steward, 'createModel', { name: 'Spelled Model' });
      const { data } = await registry.ask(
        registry.steward,
        '{ model(name: " SPELLED model") { name owners { id } tags { key } version } }',
      );
      expect(data.model).toEqual({ name: 'Spelled Model', owners: [{ id: registry.steward.id }], tags: [], version: 1 });
    });

    it('a change of what was read before by somebody else is a conflict', async () => {
      const { act, steward } = registry;
      const { model } = await act(steward, 'createModel', { name: 'versioned' });
      const changed = await act(steward, 'updateModel', { id: model.id, description: 'one', expectedVersion: 1 });
      expect(changed.model).toMatchObject({ description: 'one', version: 2 });
      expect(await act(steward, 'updateModel', { id: model.id, description: 'two', expectedVersion: 1 })).toMatchObject({
        __typename: 'Conflict',
        currentVersion: 2,
      });
      const renamed = await act(steward, 'updateModel', {
        id: model.id,
        name: 'Renamed',
        tags: [{ key: 'risk', value: 'high' }],
      });
      expect(renamed.model).toMatchObject({ name: 'Renamed', tags: [{ key: 'risk', value: 'high' }], description: 'one' });
    });

    it('who may not see a model does not learn that it is there, and facts count from their transaction on', async () => {
      const { act, ask, governing, makeModel } = registry;
      const { modelId } = await makeModel('secret one');
      const stranger = await newcomer(governing, 'user', []);
      for (const field of [
        'model(id: $id) { id }',
        'models { edges { node { id } } }',
        'modelVersion(model: "secret one", number: 1) { id }',
      ]) {
        const { data } = await ask(stranger, field.includes('$id') ? `query($id: ID!) { ${field} }` : `{ ${field} }`, {
          id: modelId,
        });
        expect(JSON.stringify(data)).not.toContain(modelId);
      }
      await expect(act(stranger, 'updateModel', { id: modelId, description: 'mine' })).rejects.toThrow(/not found/);
      const analyst = await newcomer(governing, 'user', ['analyst']);
      expect(await act(analyst, 'updateModel', { id: modelId, description: 'mine' })).toMatchObject({ code: 'FORBIDDEN' });
    });

    it('a list is narrowed, and goes on where a page ended', async () => {
      const { act, ask, steward } = registry;
      const tag = randomUUID();
      for (const name of ['list c', 'List A', 'list b'])
        await act(steward, 'createModel', { name, tags: [{ key: tag, value: 'x' }] });
      const page = `query($after: String, $tag: ModelTagFilter) { models(filter: { tag: $tag }, first: 2, after: $after) {
        edges { node { name } } pageInfo { hasNextPage endCursor } } }`;
      const first = await ask(steward, page, { tag: { key: tag } });
      expect(first.data.models.edges.map((edge: { node: { name: string } }) => edge.node.name)).toEqual(['List A', 'list b']);
      const second = await ask(steward, page, { tag: { key: tag, value: 'x' }, after: first.data.models.pageInfo.endCursor });
      expect(second.errors).toMatchObject([{ code: 'INVALID_CURSOR' }]);
      const rest = await ask(steward, page, { tag: { key: tag }, after: first.data.models.pageInfo.endCursor });
      expect(rest.data.models.edges).toHaveLength(1);
      const none = await ask(steward, `{ models(filter: { tag: { key: "${tag}", value: "y" } }) { edges { cursor } } }`);
      expect(none.data.models.edges).toEqual([]);
      const prefixed = await ask(steward, '{ models(filter: { namePrefix: "LIST" }) { edges { node { name } } } }');
      expect(prefixed.data.models.edges).toHaveLength(3);
    });

    it('a deleted model is found no more, and its name is free', async () => {
      const { act, ask, makeModel, steward } = registry;
      const { modelId, versionId } = await makeModel('to go');
      expect(await act(steward, 'deleteModel', { id: modelId })).toMatchObject({ __typename: 'ModelDeleted', modelId });
      const { data } = await ask(steward, 'query($m: ID!, $v: ID!) { model(id: $m) { id } modelVersion(id: $v) { id } }', {
        m: modelId,
        v: versionId,
      });
      expect(data).toEqual({ model: null, modelVersion: null });
      await expect(act(steward, 'deleteModel', { id: modelId })).rejects.toThrow(/not found/);
      expect(await act(steward, 'createModel', { name: 'To Go' })).toMatchObject({ __typename: 'ModelCreated' });
    });
  });

  describe('versions', () => {
    it('a digest covers files, signature, datasets, commit and parameters, and nothing else', async () => {
      const { act, steward, upload } = registry;
      const { model } = await act(steward, 'createModel', { name: 'digested' });
      const artifacts = [
        { path: 'weights/b.bin', digest: await upload(steward, 'bbb') },
        { path: 'a.json', digest: await upload(steward, '{}') },
      ];
      const content = {
        artifacts,
        codeCommit: 'abc123',
        params: [
          { name: 'depth', value: 3 },
          { name: 'booster', value: 'gbtree' },
        ],
        signature: { inputs: [{ name: 'age', type: 'double' }], outputs: [{ name: 'p', type: 'double', shape: [-1, 2] }] },
      };
      const { modelVersion } = await act(steward, 'createModelVersion', { modelId: model.id, ...content, description: 'first' });
      expect(modelVersion).toMatchObject({ number: 1, state: 'DRAFT', digest: null });
      const sealed = (await act(steward, 'sealModelVersion', { id: modelVersion.id })).modelVersion;
      expect(sealed.state).toBe('SEALED');
      expect(sealed.digest).toBe(digestText(sealed.manifest));
      expect(JSON.parse(sealed.manifest)).toEqual({
        model: model.id,
        version: 1,
        artifacts: [
          { path: 'a.json', sizeBytes: 2, digest: artifacts[1]?.digest },
          { path: 'weights/b.bin', sizeBytes: 3, digest: artifacts[0]?.digest },
        ],
        signature: {
          inputs: [{ name: 'age', type: 'double', shape: null, isRequired: true }],
          outputs: [{ name: 'p', type: 'double', shape: [-1, 2], isRequired: true }],
        },
        datasets: [],
        codeCommit: 'abc123',
        params: { booster: 'gbtree', depth: 3 },
      });
      const described = await act(steward, 'updateModelVersion', {
        id: modelVersion.id,
        description: 'other words',
        tags: [{ key: 'k' }],
      });
      expect(described.modelVersion.digest).toBe(sealed.digest);
    });

    it('what is sealed never changes, not even behind the program', async () => {
      const { act, makeModel, steward, upload } = registry;
      const { versionId } = await makeModel();
      const digest = await upload(steward, 'more');
      for (const [mutation, input] of [
        ['addArtifact', { versionId, path: 'x', digest }],
        ['removeArtifact', { versionId, path: 'model.onnx' }],
        ['updateModelVersion', { id: versionId, params: [{ name: 'a', value: 1 }] }],
        ['updateModelVersion', { id: versionId, description: 'both', codeCommit: 'other' }],
        ['sealModelVersion', { id: versionId }],
      ] as const)
        expect(await act(steward, mutation, input)).toMatchObject({ __typename: 'Refused', code: 'SEALED' });
      for (const statement of [
        `update registry.model_version set params = '{"a": 1}' where id = '${versionId}'`,
        `update registry.artifact set digest = '${digest}' where version_id = '${versionId}'`,
        `delete from registry.artifact where version_id = '${versionId}'`,
        `insert into registry.version_dataset (version_id, role, dataset_urn) values ('${versionId}', 'TEST', 'urn:x')`,
      ])
        await expect(db.query(statement)).rejects.toThrow(/sealed version/);
    });

    it('a draft can be put together file by file', async () => {
      const { act, steward, upload } = registry;
      const { model } = await act(steward, 'createModel', { name: 'piecewise' });
      const { modelVersion } = await act(steward, 'createModelVersion', { modelId: model.id });
      const versionId = modelVersion.id;
      expect(await act(steward, 'sealModelVersion', { id: versionId })).toMatchObject({ code: 'NO_ARTIFACTS' });
      const digest = await upload(steward, '\x80\x04pickled');
      const added = await act(steward, 'addArtifact', { versionId, path: 'notes.txt', digest, expectedVersion: 1 });
      expect(added).toMatchObject({
        artifact: { mediaType: 'text/plain', isExecutable: false, sizeBytes: 10 },
        modelVersion: { version: 2 },
      });
      const pickle = await uploadBytes(registry, Buffer.from([0x80, 0x04, 0x95, 0, 0]));
      expect((await act(steward, 'addArtifact', { versionId, path: 'innocent.txt', digest: pickle })).artifact.isExecutable).toBe(
        true,
      );
      expect(await act(steward, 'addArtifact', { versionId, path: 'notes.txt', digest })).toMatchObject({ code: 'PATH_TAKEN' });
      expect(await act(steward, 'addArtifact', { versionId, path: 'y', digest, expectedVersion: 1 })).toMatchObject({
        __typename: 'Conflict',
      });
      expect(await act(steward, 'removeArtifact', { versionId, path: 'innocent.txt' })).toMatchObject({
        __typename: 'ArtifactRemoved',
      });
      expect(await act(steward, 'removeArtifact', { versionId, path: 'innocent.txt' })).toMatchObject({ code: 'NO_ARTIFACT' });
      expect(await act(steward, 'sealModelVersion', { id: versionId })).toMatchObject({ modelVersion: { state: 'SEALED' } });
    });

    it('numbers are given once, however many ask at once', async () => {
      const { act, makeModel, steward } = registry;
      const { modelId } = await makeModel();
      const made = await Promise.all(Array.from({ length: 20 }, () => act(steward, 'createModelVersion', { modelId })));
      expect(made.map(({ modelVersion }) => modelVersion.number).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, i) => i + 2),
      );
      expect(await act(steward, 'deleteModelVersion', { id: made[0].modelVersion.id })).toMatchObject({
        __typename: 'ModelVersionDeleted',
      });
      expect((await act(steward, 'createModelVersion', { modelId })).modelVersion.number).toBe(22);
    });

    it('knowing a digest is no right to its bytes', async () => {
      const { act, governing, makeModel, steward, upload } = registry;
      const digest = await upload(steward, 'mine alone');
      const bot = await newcomer(governing, 'service', ['bot']);
      const { modelId } = await makeModel();
      const artifacts = [{ path: 'stolen', digest }];
      await expect(act(bot, 'createModelVersion', { modelId, artifacts })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await upload(bot, 'mine alone');
      expect(await act(bot, 'createModelVersion', { modelId, artifacts })).toMatchObject({ __typename: 'ModelVersionCreated' });
      const nothing = `sha256:${'0'.repeat(64)}`;
      await expect(act(bot, 'createModelVersion', { modelId, artifacts: [{ path: 'x', digest: nothing }] })).rejects.toThrow(
        /upload them first/,
      );
    });

    it('parameters and signatures that say nothing sure are refused', async () => {
      const { act, makeModel, steward } = registry;
      const { modelId } = await makeModel();
      for (const wrong of [
        { params: [{ name: 'a', value: {} }] },
        { params: [{ name: '', value: 1 }] },
        {
          params: [
            { name: 'a', value: 1 },
            { name: 'a', value: 2 },
          ],
        },
        {
          signature: {
            inputs: [
              { name: 'a', type: 'x' },
              { name: 'a', type: 'y' },
            ],
            outputs: [],
          },
        },
        { tags: [{ key: ' a' }] },
      ])
        await expect(act(steward, 'createModelVersion', { modelId, ...wrong })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('a repeat answers as before, and does nothing twice', async () => {
      const { act, makeModel, steward } = registry;
      const { modelId } = await makeModel();
      const input = { modelId, idempotencyKey: randomUUID() };
      const first = await act(steward, 'createModelVersion', input);
      expect(await act(steward, 'createModelVersion', input)).toEqual(first);
      await expect(act(steward, 'createModelVersion', { ...input, description: 'x' })).rejects.toMatchObject({
        code: 'IDEMPOTENCY_MISMATCH',
      });
    });
  });
});

/** Bytes that are no text. */
async function uploadBytes({ kernel, steward }: TestRegistry, bytes: Buffer): Promise<string> {
  return (await storeBlob(createContext(kernel, requestOf(steward)), bytes)).digest;
}
