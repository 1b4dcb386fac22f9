import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { churnVersion, columnUrn, datasetUrn, ingestShop, INPUTS } from '../support/churnModel.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const BOUND = '... on FeaturesBound { inputs bound }';
const DECIDED = '... on FeatureBindingsDecided { inputs bound }';
const PROPOSED = '... on FeatureBindingsProposed { proposed }';

interface Line {
  readonly feature: string;
  readonly column: { readonly name: string };
  readonly state: string;
  readonly encoding: string | null;
}

describeOnOneEngine('features and their columns', (open) => {
  let db: Database;
  let graph: WholeGraph;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    graph = await wholeGraph(db);
    await ingestShop(graph);
  });

  const read = async (versionId: string, more: object = {}): Promise<ReturnType<typeof JSON.parse>> => {
    const { modelVersion } = await graph.ask(
      `query($id: ID!) { modelVersion(id: $id) {
         featureBindings { totalCount { value } edges { node { id feature state origin confidence reasons encoding endedAt
           column { name dataset { name } } recordedBy { id } auditEntry { id } } } }
         featureCoverage { inputs bound coverage unbound columns { edges { features node { name } } } }
         evidence(filter: { latestOnly: true }) { edges { node { kind name value tool subjectDigest } } } } }`,
      { id: versionId },
      more,
    );
    return modelVersion;
  };
  const lines = (version: Awaited<ReturnType<typeof read>>): readonly string[] =>
    version.featureBindings.edges.map(({ node }: { node: Line }) =>
      `${node.feature} < ${node.column.name} ${node.state} ${node.encoding ?? ''}`.trim(),
    );
  const bind = (versionId: string, bindings: readonly object[]): Promise<ReturnType<typeof JSON.parse>> =>
    graph.change('bindFeatures', { versionId, bindings }, BOUND);
  const to = (feature: string, column: string, encoding?: string): object => ({
    feature,
    column: { urn: columnUrn('ml.churn_features', column) },
    encoding,
  });

  test('what is declared holds at once, its coverage is evidence, and encoded inputs add up to their column', async () => {
    const { versionId, digest } = await churnVersion(graph);
    const bound = await bind(versionId, [
      to('orders_total', 'orders_total'),
      to('country_DE', 'country', 'one-hot:DE'),
      to('country_FR', 'country', 'one-hot:FR'),
    ]);
    expect(bound).toMatchObject({ __typename: 'FeaturesBound', inputs: 5, bound: 3 });
    const version = await read(versionId);
    expect(lines(version)).toEqual([
      'country_DE < country CONFIRMED one-hot:DE',
      'country_FR < country CONFIRMED one-hot:FR',
      'orders_total < orders_total CONFIRMED',
    ]);
    expect(version.featureBindings.edges[0].node).toMatchObject({
      origin: 'DECLARED',
      confidence: 1,
      reasons: [],
      endedAt: null,
      column: { dataset: { name: 'churn_features' } },
      auditEntry: { id: bound.auditId },
    });
    expect(version.featureCoverage).toEqual({
      inputs: 5,
      bound: 3,
      coverage: 0.6,
      unbound: ['tenure_days_log', 'mystery'],
      columns: {
        edges: [
          { features: ['country_DE', 'country_FR'], node: { name: 'country' } },
          { features: ['orders_total'], node: { name: 'orders_total' } },
        ],
      },
    });
    expect(version.evidence.edges).toEqual([
      {
        node: {
          kind: 'LINEAGE',
          name: 'feature-coverage',
          value: { bound: 3, inputs: 5, coverage: 0.6 },
          tool: 'cadastre',
          subjectDigest: digest,
        },
      },
    ]);
  });

  test('who declares at once is answered, and what each said ends when the next one speaks', async () => {
    const { versionId } = await churnVersion(graph);
    const wishes = Array.from({ length: 8 }, (_, i) => bind(versionId, [to('country_DE', 'country', `one-hot:${i}`)]));
    for (const answer of await Promise.all(wishes)) expect(answer).toMatchObject({ __typename: 'FeaturesBound', bound: 1 });
    const said = await db.query<{ from: string; to: string | null }>(
      `select recorded_at as from, ended_at as to from registry.feature_binding where version_id = $1 order by recorded_at`,
      [versionId],
    );
    expect(said).toHaveLength(8);
    for (const [i, one] of said.entries()) expect(one.to).toBe(said[i + 1]?.from ?? null);
  });

  test('names suggest, a person decides, and what was rejected is not suggested again', async () => {
    const ana = await graph.person('Ana', ['steward']);
    const { versionId } = await churnVersion(graph);
    expect(await graph.change('proposeFeatureBindings', { versionId }, PROPOSED)).toMatchObject({ proposed: 4 });
    const proposed = await read(versionId);
    expect(lines(proposed)).toEqual([
      'country_DE < country PROPOSED one-hot:DE',
      'country_FR < country PROPOSED one-hot:FR',
      'orders_total < orders_total PROPOSED',
      'tenure_days_log < tenure_days PROPOSED log',
    ]);
    // What nobody has confirmed is no evidence of anything.
    expect(proposed.featureCoverage).toMatchObject({ bound: 0, coverage: 0 });
    expect(proposed.evidence.edges).toEqual([]);
    const ids: readonly string[] = proposed.featureBindings.edges.map(({ node }: { node: { id: string } }) => node.id);
    const verdict = { versionId, confirm: ids.slice(0, 3), reject: ids.slice(3) };
    const service = { principal: { ...graph.admin, kind: 'service' as const } };
    expect(await graph.change('decideFeatureBindings', verdict, DECIDED, service)).toMatchObject({ code: 'PERSON_NEEDED' });
    expect(await graph.change('decideFeatureBindings', verdict, DECIDED, ana)).toMatchObject({ inputs: 5, bound: 3 });
    const decided = await read(versionId);
    expect(decided.featureCoverage).toMatchObject({ bound: 3, unbound: ['tenure_days_log', 'mystery'] });
    expect(decided.evidence.edges[0].node.value).toEqual({ bound: 3, inputs: 5, coverage: 0.6 });
    expect(decided.featureBindings.edges.map(({ node }: { node: { recordedBy: object } }) => node.recordedBy)).toEqual(
      Array.from({ length: 4 }, () => ({ id: ana.principal.id })),
    );
    expect(await graph.change('proposeFeatureBindings', { versionId }, PROPOSED)).toMatchObject({ proposed: 0 });
    // Ids of bindings that have ended since mean nothing any more.
    expect(await graph.change('decideFeatureBindings', verdict, DECIDED, ana)).toMatchObject({ code: 'NO_SUCH_BINDING' });
  });

  test('nothing is written over: what held before is in the history, and as of then', async () => {
    const ana = await graph.person('Ana', ['steward']);
    const { versionId } = await churnVersion(graph);
    await bind(versionId, [to('orders_total', 'tenure_days')]);
    const [{ node: wrong }] = (await read(versionId)).featureBindings.edges;
    await graph.change('decideFeatureBindings', { versionId, reject: [wrong.id] }, DECIDED, ana);
    await bind(versionId, [to('orders_total', 'orders_total')]);
    expect(lines(await read(versionId))).toEqual([
      'orders_total < orders_total CONFIRMED',
      'orders_total < tenure_days REJECTED',
    ]);
    const { modelVersion } = await graph.ask(
      `query($id: ID!) { modelVersion(id: $id) { featureHistory { edges { node { state recordedAt endedAt column { name } } } } } }`,
      { id: versionId },
    );
    const history: readonly { state: string; recordedAt: string; endedAt: string | null; column: { name: string } }[] =
      modelVersion.featureHistory.edges.map(({ node }: { node: object }) => node);
    expect(history.map(({ state, column }) => `${state} ${column.name}`)).toEqual([
      'CONFIRMED orders_total',
      'REJECTED tenure_days',
      'CONFIRMED tenure_days',
    ]);
    expect(history[2]?.endedAt).toBe(history[1]?.recordedAt);
    const asOf = history[2]?.recordedAt as never;
    expect(lines(await read(versionId, { asOf }))).toEqual(['orders_total < tenure_days CONFIRMED']);
    for (const statement of [
      `update registry.feature_binding set state = 'CONFIRMED'`,
      `update registry.feature_binding set ended_at = null, end_event_id = null where ended_at is not null`,
      'delete from registry.feature_binding',
    ])
      await expect(db.query(statement)).rejects.toThrow();
  });

  test('saying the same again adds neither a binding nor evidence', async () => {
    const { versionId } = await churnVersion(graph);
    const bindings = [to('orders_total', 'orders_total')];
    const first = await bind(versionId, bindings);
    const before = await read(versionId);
    expect(await bind(versionId, bindings)).toMatchObject({ bound: 1 });
    expect(await read(versionId)).toEqual(before);
    const [{ count }] = (await db.query<{ count: number }>('select count(*)::int as count from kernel.evidence')) as [
      { count: number },
    ];
    expect(count).toBe(1);
    const repeat = { versionId, bindings, idempotencyKey: randomUUID() };
    const once = await graph.change('bindFeatures', repeat, BOUND);
    expect(await graph.change('bindFeatures', repeat, BOUND)).toEqual(once);
    expect(once.auditId).not.toBe(first.auditId);
  });

  test('what cannot be bound is refused, and says why', async () => {
    const draft = await churnVersion(graph, { name: 'draft', isSealed: false });
    expect(await bind(draft.versionId, [to('orders_total', 'orders_total')])).toMatchObject({ code: 'NOT_SEALED' });
    const mute = await churnVersion(graph, { name: 'mute', inputs: [] });
    expect(await bind(mute.versionId, [to('orders_total', 'orders_total')])).toMatchObject({ code: 'NO_SIGNATURE' });
    const { versionId } = await churnVersion(graph, { datasets: [{ role: 'TEST', urn: datasetUrn('ml.churn_features') }] });
    expect(await bind(versionId, [to('order_total', 'orders_total')])).toMatchObject({
      code: 'NO_SUCH_INPUT',
      message: `The signature has no input "order_total". Its inputs begin with ${INPUTS.join(', ')}.`,
    });
    expect(await graph.change('proposeFeatureBindings', { versionId }, PROPOSED)).toMatchObject({ code: 'NO_TRAINING_DATA' });
    expect(lines(await read(versionId))).toEqual([]);
  });

  test('bad input is said to be bad', async () => {
    const { versionId } = await churnVersion(graph);
    const cases: readonly (readonly [readonly object[], string])[] = [
      [[to('orders_total', 'nowhere')], 'NOT_FOUND'],
      [[{ feature: 'orders_total', column: { urn: datasetUrn('ml.churn_features') } }], 'BAD_USER_INPUT'],
      [[{ feature: 'orders_total', column: { id: 'col_nothing' } }], 'NOT_FOUND'],
      [[], 'BAD_USER_INPUT'],
      [[to('orders_total', 'orders_total'), to('orders_total', 'orders_total', 'log')], 'BAD_USER_INPUT'],
      [[to('orders_total', 'orders_total', 'x'.repeat(201))], 'BAD_USER_INPUT'],
      [Array.from({ length: 1_001 }, () => to('orders_total', 'orders_total')), 'BAD_USER_INPUT'],
    ];
    for (const [bindings, code] of cases) {
      const input = { versionId, bindings, idempotencyKey: randomUUID() };
      const { errors } = await graph.tryAsk(
        `mutation($input: BindFeaturesInput!) { bindFeatures(input: $input) { __typename } }`,
        { input },
      );
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
    }
  });

  test('whoever may only read binds nothing, and a column that they may not see is none', async () => {
    const { versionId } = await churnVersion(graph);
    const ben = await graph.person('Ben', ['analyst']);
    const input = { versionId, bindings: [to('orders_total', 'orders_total')] };
    expect(await graph.change('bindFeatures', input, BOUND, ben)).toMatchObject({ code: 'FORBIDDEN' });
    expect(lines(await read(versionId))).toEqual([]);
  });

  test('events explain every binding, and one that was forged is found', async () => {
    const ana = await graph.person('Ana', ['steward']);
    const { versionId } = await churnVersion(graph);
    await bind(versionId, [to('orders_total', 'orders_total'), to('country_DE', 'country')]);
    await graph.change('proposeFeatureBindings', { versionId }, PROPOSED);
    const { featureBindings } = await read(versionId);
    const waiting = featureBindings.edges.find(({ node }: { node: { state: string } }) => node.state === 'PROPOSED');
    await graph.change('decideFeatureBindings', { versionId, confirm: [waiting.node.id] }, DECIDED, ana);
    const findings = async (): Promise<readonly { kind: string; message: string }[]> => {
      const { reconcileRegistry } = await graph.ask('{ reconcileRegistry { checked findings { kind subjectId message } } }');
      return reconcileRegistry.findings;
    };
    expect(await findings()).toEqual([]);
    await db.transaction(async (tx) => {
      await tx.query(`set local session_replication_role = replica`);
      await tx.query(`update registry.feature_binding set column_id = 'col_forged' where feature = 'country_DE'`);
    });
    expect(await findings()).toMatchObject([{ kind: 'OTHER_STATE', subjectId: versionId }]);
  });
});
