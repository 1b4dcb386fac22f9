import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { PolicySet } from '../../kernel/policy/policySet.ts';
import { type Instant, instantNow } from '../../kernel/time.ts';
import { someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest } from '../support/ingesting.ts';
import { claim, state } from '../support/lineage.ts';
import { describeOnOneEngine } from './engines.ts';

const NAMESPACE = 'postgres://shop:5432';
const named = (name: string) => (name === 'secret' ? name : `shop.public.${name}`);
const dataset = (name: string, facets: object = {}) => ({
  namespace: name === 'secret' ? 'secret://vault' : NAMESPACE,
  name: named(name),
  facets,
});
const run = (name: string, inputs: readonly string[], outputs: readonly (string | readonly [string, object])[], minute = 1) => ({
  producer: 'https://example.com',
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json',
  eventTime: `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`,
  eventType: 'COMPLETE',
  run: { runId: `${name}-${minute}` },
  job: { namespace: 'airflow', name },
  inputs: inputs.map((input) => dataset(input)),
  outputs: outputs.map((output) =>
    typeof output === 'string' ? dataset(output) : dataset(output[0], { columnLineage: { fields: output[1] } }),
  ),
});
const from = (name: string, field: string, masking = false) => ({
  inputFields: [
    { namespace: NAMESPACE, name: named(name), field, transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION', masking }] },
  ],
});
const GRAPH = `complete truncation depthReached nodes { id degree upstreamCount downstreamCount asset { name } job { name } }
  edges { id sourceId targetId type confidence job { name } evidenceKey }`;

// oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
type Json = any;

describeOnOneEngine('lineage through jobs', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  let early: Instant;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, {});
    await ingest(
      db,
      run('extract', [], ['raw']),
      run('clean', ['raw'], [['orders', { id: from('raw', 'id'), email: from('raw', 'email', true) }]]),
    );
    await state(db, 'query/view', [claim('orders.id > revenue.id')]);
    await pause();
    early = instantNow();
    await pause();
    await ingest(db, run('publish', ['revenue', 'secret'], ['mart']), run('report', ['mart'], []), run('watch', ['orders'], []));
  });
  afterAll(() => catalog.subgraph.stop());

  const ask = async (start: string, args: string, context: object = {}): Promise<Json> => {
    const { data, errors } = await catalog.ask(
      `query($urn: Urn!) { asset(urn: $urn) { lineage(level: JOB, ${args}) { ${GRAPH} } } }`,
      { urn: `urn:cadastre:dataset:${NAMESPACE},${named(start)}` },
      context,
    );
    expect(errors).toEqual([]);
    return data.asset.lineage;
  };
  const nodes = (graph: Json): readonly string[] =>
    graph.nodes.map(({ asset, job, degree }: Json) => `${asset?.name ?? `(${job?.name})`} ${degree}`);
  const edges = (graph: Json): readonly string[] => {
    const nameOf = new Map<string, string>(graph.nodes.map(({ id, asset, job }: Json) => [id, asset?.name ?? `(${job.name})`]));
    return graph.edges.map(({ sourceId, targetId }: Json) => `${nameOf.get(sourceId)} > ${nameOf.get(targetId)}`).toSorted();
  };

  it('leads from dataset to job to dataset; views stay between datasets, and hops count datasets', async () => {
    const graph = await ask('raw', 'direction: DOWNSTREAM, depth: 9');
    expect(nodes(graph).toSorted()).toEqual(
      ['raw 0', '(clean) 1', 'orders 1', '(watch) 2', 'revenue 2', '(publish) 3', 'mart 3', '(report) 4'].toSorted(),
    );
    expect(edges(graph)).toEqual(
      [
        'raw > (clean)',
        '(clean) > orders',
        'orders > (watch)',
        'orders > revenue',
        'revenue > (publish)',
        '(publish) > mart',
        'mart > (report)',
      ].toSorted(),
    );
    expect(graph).toMatchObject({ complete: true, truncation: [], depthReached: 4 });
    const up = await ask('mart', 'direction: UPSTREAM, depth: 9');
    expect(new Set(nodes(up))).toEqual(
      new Set(['mart 0', '(publish) 1', 'revenue 1', 'secret 1', 'orders 2', '(clean) 3', 'raw 3', '(extract) 4']),
    );
  });

  it('an edge names its job and its evidence', async () => {
    const graph = await ask('raw', 'direction: DOWNSTREAM, depth: 2');
    const read = graph.edges.find(({ job }: Json) => job?.name === 'clean');
    expect(read).toMatchObject({ type: 'DIRECT', confidence: 1, evidenceKey: 'openlineage/airflow/clean' });
    expect(graph.edges.filter(({ evidenceKey }: Json) => evidenceKey === 'query/view')).toMatchObject([{ job: null }]);
    const { data } = await catalog.ask(
      `query($urn: Urn!) { dataset(urn: $urn) { lineage(direction: UPSTREAM, depth: 1) { edges { job { name } sourceId targetId source { id } target { id } } }
         columns { edges { node { name lineage(direction: UPSTREAM) { edges { job { name } masking subtype evidence } } } } } } }`,
      { urn: `urn:cadastre:dataset:${NAMESPACE},${named('orders')}` },
    );
    const [edge] = data.dataset.lineage.edges;
    expect(edge).toMatchObject({ job: { name: 'clean' }, sourceId: edge.source.id, targetId: edge.target.id });
    const masked = data.dataset.columns.edges.map(({ node }: Json) => [
      node.name,
      node.lineage.edges[0].masking,
      node.lineage.edges[0].job.name,
    ]);
    expect(masked).toEqual([
      ['email', true, 'clean'],
      ['id', false, 'clean'],
    ]);
    expect(Object.keys(data.dataset.columns.edges[0].node.lineage.edges[0].evidence).toSorted()).toEqual([
      'job',
      'jobId',
      'runs',
    ]);
  });

  it('says what it cut', async () => {
    expect(await ask('raw', 'direction: DOWNSTREAM, depth: 1')).toMatchObject({ truncation: ['DEPTH'], depthReached: 1 });
    // Only a job that writes nothing is beyond.
    expect(await ask('mart', 'direction: DOWNSTREAM, depth: 0')).toMatchObject({ truncation: ['DEPTH'], depthReached: 0 });
    expect(await ask('mart', 'direction: DOWNSTREAM, depth: 1')).toMatchObject({ truncation: [], depthReached: 1 });
    const few = await ask('raw', 'direction: DOWNSTREAM, depth: 9, budget: { nodes: 5 }');
    expect(few.nodes).toHaveLength(5);
    expect(few.truncation).toContain('NODES');
    const thin = await ask('raw', 'direction: DOWNSTREAM, depth: 9, budget: { edges: 4 }');
    expect(thin.edges.length).toBeLessThanOrEqual(4);
    expect(thin.truncation).toContain('EDGES');
  });

  it('what a node says lies next to it is what the next step shows', async () => {
    const graph = await ask('raw', 'direction: BOTH, depth: 9');
    const count = (graph: Json, id: string, end: 'sourceId' | 'targetId') =>
      graph.edges.filter((edge: Json) => edge[end] === id).length;
    for (const { id, asset, upstreamCount, downstreamCount } of graph.nodes.filter((node: Json) => node.asset !== null)) {
      const around = await ask(asset.name, 'direction: BOTH, depth: 1');
      expect([count(around, id, 'targetId'), count(around, id, 'sourceId')]).toEqual([upstreamCount, downstreamCount]);
    }
    const clean = graph.nodes.find(({ job }: Json) => job?.name === 'clean');
    expect([clean.upstreamCount, clean.downstreamCount]).toEqual([1, 1]);
  });

  it('reaches what lineage between datasets reaches', async () => {
    for (const start of ['raw', 'orders', 'revenue', 'mart']) {
      for (const direction of ['UPSTREAM', 'DOWNSTREAM', 'BOTH']) {
        const through = await ask(start, `direction: ${direction}, depth: 9`);
        const { data } = await catalog.ask(
          `query($urn: Urn!) { dataset(urn: $urn) { lineage(direction: ${direction}, depth: 9) { nodes { degree asset { name } } } } }`,
          { urn: `urn:cadastre:dataset:${NAMESPACE},${named(start)}` },
        );
        const reached = data.dataset.lineage.nodes.map(({ asset, degree }: Json) => `${asset.name} ${degree}`);
        expect(new Set(nodes(through).filter((node) => !node.startsWith('(')))).toEqual(new Set(reached));
      }
    }
  });

  it('shows nothing of what the caller may not see, and says that there is something', async () => {
    const analyst = {
      principal: someone(['analyst']),
      policies: new PolicySet(
        `@id("vault") forbid (principal, action in [Action::"catalog.read", Action::"catalog.readDefinition"], resource)
         when { resource.namespace == "secret://vault" };`,
      ),
    };
    const graph = await ask('mart', 'direction: UPSTREAM, depth: 1', analyst);
    expect(new Set(nodes(graph))).toEqual(new Set(['mart 0', '(publish) 1', 'revenue 1']));
    expect(graph.truncation).toContain('POLICY');
    const publish = graph.nodes.find(({ job }: Json) => job !== null);
    expect(publish.upstreamCount).toBe(1);
    expect(JSON.stringify(graph)).not.toContain('secret');
  });

  it('answers for an earlier moment as it was then', async () => {
    const then = { asOf: early };
    expect(new Set(nodes(await ask('raw', 'direction: BOTH, depth: 9', then)))).toEqual(
      new Set(['raw 0', '(extract) 1', '(clean) 1', 'orders 1', 'revenue 2']),
    );
    const [raw] = (await ask('raw', 'direction: BOTH, depth: 9', then)).nodes;
    expect([raw.upstreamCount, raw.downstreamCount]).toEqual([1, 1]);
    const orders = (await ask('orders', 'depth: 9', then)).nodes[0];
    expect([orders.upstreamCount, orders.downstreamCount]).toEqual([1, 1]);
    const now = (await ask('orders', 'depth: 9')).nodes[0];
    expect([now.upstreamCount, now.downstreamCount]).toEqual([1, 2]);
  });
});
