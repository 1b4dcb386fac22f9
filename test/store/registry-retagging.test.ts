import { beforeAll, expect, it } from 'vitest';
import type { Principal } from '../../kernel/identity/principal.ts';
import { testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import type { Payload } from './governing.ts';

const HIGH = { key: 'risk', value: 'high' };
const SEASON = { key: 'season', value: 'autumn' };

describeOnOneEngine('tags that choose what guards a stage', (open) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await testRegistry(await open());
    await registry.guard('production', { evidence: [] });
    await registry.guard('risky', {
      target: { kind: 'MODEL_STAGE', stage: 'production', tags: ['risk:high'] },
      reviewers: [{ role: 'steward', min: 2 }],
      evidence: [],
    });
  });

  const retag = (id: string, tags: readonly object[], who: Principal = registry.steward): Promise<Payload> =>
    registry.act(who, 'updateModel', { id, tags });

  it('are not changed by who may only write: the way to fewer reviewers is closed, and the refusal names the policies', async () => {
    const { approve, makeModel, promote } = registry;
    const made = await makeModel(undefined, [HIGH]);
    const refused = await retag(made.modelId, [SEASON]);
    expect(refused).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN', policyIds: ['risky-gate', 'production-gate'] });
    expect(refused.message).toMatch(
      /"production-gate" would guard the stage "production".*instead of "risky-gate".*approval\.manage/,
    );
    // Nothing else of the wish was done either.
    const both = { id: made.modelId, tags: [], description: 'Harmless.' };
    expect(await registry.act(registry.steward, 'updateModel', both)).toMatchObject({ code: 'FORBIDDEN' });
    const { data } = await registry.ask(
      registry.steward,
      'query($id: ID!) { model(id: $id) { description tags { key value } } }',
      { id: made.modelId },
    );
    expect(data.model).toEqual({ description: '', tags: [HIGH] });
    await expect(approve(made.versionId, 'production')).rejects.toThrow('OPEN');
    expect(await promote(made, 'production')).toMatchObject({ code: 'APPROVAL_PENDING', policyIds: ['risky-gate'] });
  });

  it('may be changed by who writes approval policies, and by everybody where the guard stays the same', async () => {
    const made = await registry.makeModel(undefined, [HIGH]);
    expect(await retag(made.modelId, [HIGH, SEASON])).toMatchObject({ __typename: 'ModelUpdated' });
    // Policies know tags in lower case.
    expect(await retag(made.modelId, [{ key: 'Risk', value: 'HIGH' }])).toMatchObject({ __typename: 'ModelUpdated' });
    expect(await retag(made.modelId, [], registry.governing.admin)).toMatchObject({ __typename: 'ModelUpdated' });
    expect(await retag(made.modelId, [HIGH])).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('say so also where nothing would be guarded any more, or nothing was', async () => {
    await registry.guard('secret', { target: { kind: 'MODEL_STAGE', stage: 'shadow', tags: ['secret'] } });
    const made = await registry.makeModel(undefined, [{ key: 'secret' }]);
    expect((await retag(made.modelId, [])).message).toMatch(
      /nothing would guard the stage "shadow" of the model, which the approval policy "secret-gate" guards now/,
    );
    const other = await registry.makeModel();
    expect((await retag(other.modelId, [{ key: 'secret' }])).message).toMatch(/"shadow" of the model instead of none/);
  });
});
