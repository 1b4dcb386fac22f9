import { beforeAll, expect, test } from 'vitest';
import { seen } from '../../kernel/policy/seen.ts';
import type { Bitmap } from '../../kernel/policy/visible.ts';
import { type Made, testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';

const LOOK = `query($id: ID!, $name: String!, $versionId: ID!, $representations: [_Any!]!) {
  byId: model(id: $id) { id version } byName: model(name: $name) { id versions { edges { node { id } } } }
  version: modelVersion(id: $versionId) { id model { id } } byNumber: modelVersion(model: $name, number: 1) { id }
  entities: _entities(representations: $representations) { __typename } }`;

describeOnOneEngine('a model whose tags change', (open) => {
  let registry: TestRegistry;
  let made: Made;
  beforeAll(async () => {
    registry = await testRegistry(await open());
    made = await registry.makeModel('changing');
  });

  test('is found by whoever may see it before and after', async () => {
    const { act, ask, governing, promote, steward } = registry;
    const analyst = await newcomer(governing, 'user', ['analyst']);
    const { binding } = await promote(made, 'beta');
    const representations = [
      { __typename: 'Model', id: made.modelId },
      { __typename: 'ModelVersion', id: made.versionId },
      { __typename: 'StageBinding', id: binding.id },
    ];
    const variables = { id: made.modelId, name: 'changing', versionId: made.versionId, representations };
    let isOver = false;
    const changing = (async (): Promise<void> => {
      // Each tag is one that no model had: a class that nobody has heard of.
      for (let i = 0; !isOver; i++) await act(steward, 'updateModel', { id: made.modelId, tags: [{ key: `t${i}` }] });
    })();
    const missed: Payload[] = [];
    try {
      for (let i = 0; i < 60; i++) {
        const { data, errors } = await ask(analyst, LOOK, variables);
        expect(errors).toEqual([]);
        const { byId, byName, version, byNumber, entities } = data;
        const found = [byId, byName, version, version?.model, byNumber, ...entities];
        if (found.includes(null)) missed.push(data);
      }
    } finally {
      isOver = true;
      await changing;
    }
    expect(missed).toEqual([]);
  });

  test('what nobody may see is looked for once, as long as rights stay what they are', async () => {
    const bits = (text: string): Bitmap => Buffer.from(text) as Bitmap;
    const look = async (grown: readonly Bitmap[], found: (bitmap: Bitmap) => boolean) => {
      let [at, looks] = [0, 0];
      const rights = {
        now: () => Promise.resolve(grown[0] ?? bits('')),
        renew: () => Promise.resolve(grown[Math.min(++at, grown.length - 1)] ?? bits('')),
      };
      const isThere = await seen(
        rights,
        (bitmap) => Promise.resolve(looks++ >= 0 && found(bitmap)),
        (answer) => answer,
      );
      return [isThere, looks];
    };
    expect(await look([bits('a')], () => false)).toEqual([false, 1]);
    expect(await look([bits('a'), bits('b')], (bitmap) => bitmap.equals(bits('b')))).toEqual([true, 2]);
    expect(await look([bits('a'), bits('b'), bits('c')], () => false)).toEqual([false, 3]);
    const endless = Array.from({ length: 100 }, (_, i) => bits(`${i}`));
    expect(await look(endless, () => false)).toEqual([false, 10]);
  });
});
