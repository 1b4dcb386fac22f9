import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { Principal } from '../../kernel/identity/principal.ts';
import { testRegistry, type TestRegistry } from '../support/registry.ts';
import { smallModel } from '../support/onnxFile.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';

describeOnOneEngine('who made a version', (open) => {
  let registry: TestRegistry;
  let [opener, other, third]: readonly [Principal, Principal, Principal] = [] as never;
  beforeAll(async () => {
    registry = await testRegistry(await open());
    await registry.guard('production', { evidence: [] });
    const steward = (): Promise<Principal> => newcomer(registry.governing, 'user', ['steward']);
    [opener, other, third] = [await steward(), await steward(), await steward()];
  });

  const asked = async (versionId: string): Promise<string> => {
    const { admin, ask } = registry.governing;
    const { data } = await ask(
      admin,
      `mutation($input: RequestApprovalInput!) { answer: requestApproval(input: $input) { ... on ApprovalRequested { request { id } } ... on Refused { message } } }`,
      { input: { idempotencyKey: randomUUID(), subjectId: versionId, stage: 'production', reason: 'It is good.' } },
    );
    return data.answer.request.id;
  };
  const approves = async (who: Principal, requestId: string): Promise<Payload> => {
    const { data } = await registry.governing.ask(
      who,
      `mutation($input: DecideApprovalInput!) { answer: decideApproval(input: $input) { __typename ... on Refused { code message } ... on ApprovalDecided { request { state } } } }`,
      { input: { idempotencyKey: randomUUID(), requestId, verdict: 'APPROVE', expectedVersion: 1 } },
    );
    return data.answer;
  };
  const opened = async (more: object = {}): Promise<Payload> => {
    const { act } = registry;
    const { model } = await act(opener, 'createModel', { name: `model ${randomUUID()}`, owners: [] });
    return (await act(opener, 'createModelVersion', { modelId: model.id, ...more })).modelVersion;
  };
  const file = async (who: Principal): Promise<object> => ({
    path: 'model.onnx',
    digest: await registry.upload(who, smallModel()),
  });
  const MADE_IT = { code: 'FOUR_EYES', message: expect.stringContaining('made it') };

  it('whoever filled and sealed a draft that somebody else opened does not approve it', async () => {
    const { act } = registry;
    const { id } = await opened();
    await act(other, 'addArtifact', { versionId: id, ...(await file(other)) });
    await act(other, 'sealModelVersion', { id });
    const requestId = await asked(id);
    expect(await approves(other, requestId)).toMatchObject(MADE_IT);
    expect(await approves(opener, requestId)).toMatchObject(MADE_IT);
    expect(await approves(third, requestId)).toMatchObject({ request: { state: 'APPROVED' } });
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['added a file', async (id) => registry.act(other, 'addArtifact', { versionId: id, ...(await file(other)), path: 'b.onnx' })],
    ['took a file out', (id) => registry.act(other, 'removeArtifact', { versionId: id, path: 'notes.txt' })],
    ['changed a parameter', (id) => registry.act(other, 'updateModelVersion', { id, params: [{ name: 'depth', value: 7 }] })],
    ['only sealed it', async (id) => registry.act(other, 'sealModelVersion', { id })],
  ])('nor does who %s', async (_, change) => {
    const { act, upload } = registry;
    const notes = { path: 'notes.txt', digest: await upload(opener, 'notes') };
    const { id } = await opened({ artifacts: [await file(opener), notes] });
    await change(id);
    await act(opener, 'sealModelVersion', { id });
    expect(await approves(other, await asked(id))).toMatchObject(MADE_IT);
  });

  it('whoever only described it may approve it, and later changes of its model forget nobody who made it', async () => {
    const { act } = registry;
    const { id } = await opened({ artifacts: [await file(opener)] });
    await act(third, 'updateModelVersion', { id, description: 'For the autumn.' });
    await act(other, 'sealModelVersion', { id });
    const { data } = await registry.ask(opener, 'query($id: ID!) { modelVersion(id: $id) { model { id } } }', { id });
    await act(opener, 'updateModel', { id: data.modelVersion.model.id, tags: [{ key: 'season', value: 'autumn' }] });
    const requestId = await asked(id);
    expect(await approves(other, requestId)).toMatchObject(MADE_IT);
    expect(await approves(third, requestId)).toMatchObject({ request: { state: 'APPROVED' } });
  });
});
