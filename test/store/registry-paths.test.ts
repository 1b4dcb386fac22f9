import { beforeAll, expect, test } from 'vitest';
import { testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';

describeOnOneEngine('paths of the files of a version', (open) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await testRegistry(await open());
  });

  test.each([
    '/etc/passwd',
    '../x',
    'a/../b',
    'a//b',
    'a\\b',
    'C:\\x',
    'C:x',
    './a',
    'a/',
    '',
    'a\u0000b',
    'a\nb',
    'a\u202eb',
    ' a',
    'x'.repeat(501),
  ])('the path %j is refused', async (path) => {
    const { act, makeModel, steward, upload } = registry;
    const { modelId } = await makeModel();
    const artifacts = [{ path, digest: await upload(steward, 'x') }];
    await expect(act(steward, 'createModelVersion', { modelId, artifacts })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test.each([
    ['the same path', ['model.bin', 'model.bin']],
    ['the same path in other company', ['a/b', 'c', 'a/b']],
  ])('%s twice is refused, also where the bytes are the same', async (_, paths) => {
    const { act, makeModel, steward, upload } = registry;
    const { modelId } = await makeModel();
    for (const text of ['same', null]) {
      const artifacts = await Promise.all(
        paths.map(async (path, i) => ({ path, digest: await upload(steward, text ?? `other ${i}`) })),
      );
      await expect(act(steward, 'createModelVersion', { modelId, artifacts })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('is given twice'),
      });
    }
  });
});
