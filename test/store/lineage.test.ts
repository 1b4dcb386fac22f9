import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { instantNow } from '../../kernel/time.ts';
import { count, key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { claim, NAMESPACE, state } from '../support/lineage.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnEngines } from './engines.ts';

const PUBLIC = ['shop', 'public'];
const urn = (table: string, column?: string): string =>
  `urn:cadastre:${column === undefined ? 'dataset' : 'column'}:${NAMESPACE},shop.public.${table}${column === undefined ? '' : `,${column}`}`;

describeOnEngines('the lineage graph', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const script: Script = { scopes: [] };
  const scopes = (tables: Record<string, readonly string[]>): Script['scopes'] => [
    { scope: [], records: [container('shop'), container('shop', 'public')] },
    { scope: PUBLIC, records: Object.entries(tables).map(([name, columns]) => table([...PUBLIC, name], columns)) },
  ];
  const TABLES = {
    raw: ['id', 'email', 'amount'],
    staging: ['id', 'email', 'amount'],
    mart: ['customer', 'total'],
    report: ['total'],
  };

  const told = (evidence: string, claims: Parameters<typeof state>[2]) => state(db, evidence, claims);

  const PIPELINE = [
    claim('raw.id > staging.id'),
    claim('raw.email > staging.email', 'TRANSFORMATION'),
    claim('raw.amount > staging.amount'),
    claim('staging.id > mart.customer'),
    claim('staging.amount > mart.total', 'AGGREGATION', 0.9),
    claim('staging.email > mart.total', 'FILTER'),
    claim('mart.total > report.total'),
  ];

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    script.scopes = scopes(TABLES);
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
    await told('query/pipeline', PIPELINE);
  });
  afterAll(() => catalog.subgraph.stop());

  const GRAPH = `complete truncation depthReached nodes { degree upstreamCount downstreamCount asset { name } } edges { type subtype confidence source { urn } target { urn } evidenceKey }`;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
  const names = (graph: any): readonly string[] =>
    graph.nodes.map((node: { asset: { name: string } }) => node.asset.name).toSorted();

  it('leads from a column to everything it is made of, and says how', async () => {
    const { data, errors } = await catalog.ask(
      `query($urn: Urn!) { column(urn: $urn) { lineage(direction: UPSTREAM, depth: 5) { ${GRAPH} } } }`,
      {
        urn: urn('report', 'total'),
      },
    );
    expect(errors).toEqual([]);
    expect(data.column.lineage).toMatchObject({ complete: true, truncation: [], depthReached: 3 });
    expect(names(data.column.lineage)).toEqual(['amount', 'amount', 'email', 'email', 'total', 'total']);
    expect(data.column.lineage.edges).toContainEqual({
      type: 'INDIRECT',
      subtype: 'FILTER',
      confidence: 1,
      source: { urn: urn('staging', 'email') },
      target: { urn: urn('mart', 'total') },
      evidenceKey: 'query/pipeline',
    });
  });

  it('leaves out influence and doubt when asked to', async () => {
    const ask = async (args: string) =>
      names(
        (
          await catalog.ask(`query($urn: Urn!) { column(urn: $urn) { lineage(direction: UPSTREAM, ${args}) { ${GRAPH} } } }`, {
            urn: urn('mart', 'total'),
          })
        ).data.column.lineage,
      );
    expect(await ask('indirect: false')).toEqual(['amount', 'amount', 'total']);
    expect(await ask('minConfidence: 0.95')).toEqual(['email', 'email', 'total']);
    expect(await ask('minConfidence: 0.9')).toEqual(['amount', 'amount', 'email', 'email', 'total']);
  });

  it('edges between datasets follow from those between columns', async () => {
    const { data } = await catalog.ask(`query($urn: Urn!) { dataset(urn: $urn) { lineage(depth: 5) { ${GRAPH} } } }`, {
      urn: urn('staging'),
    });
    expect(names(data.dataset.lineage)).toEqual(['mart', 'raw', 'report', 'staging']);
    const mart = data.dataset.lineage.nodes.find((node: { asset: { name: string } }) => node.asset.name === 'mart');
    expect(mart).toMatchObject({ degree: 1, upstreamCount: 1, downstreamCount: 1 });
  });

  it('says what it cut', async () => {
    const cut = async (args: string) =>
      (
        await catalog.ask(`query($urn: [Urn!]!) { lineage(from: $urn, direction: DOWNSTREAM, ${args}) { ${GRAPH} } }`, {
          urn: [urn('raw')],
        })
      ).data.lineage;
    expect(await cut('depth: 1')).toMatchObject({ complete: false, truncation: ['DEPTH'] });
    expect(await cut('depth: 9, budget: { nodes: 2 }')).toMatchObject({ complete: false, truncation: ['NODES'] });
    expect(await cut('depth: 9, budget: { edges: 1 }')).toMatchObject({ complete: false, truncation: ['EDGES'] });
    expect(await cut('depth: 9')).toMatchObject({ complete: true });
  });

  it('shows the ways between two columns, the shortest first', async () => {
    const { data, errors } = await catalog.ask(
      `query($from: Urn!, $to: Urn!) { paths(from: $from, to: $to, level: COLUMN) { complete paths { assets { urn } edges { subtype } } } }`,
      { from: urn('raw', 'amount'), to: urn('report', 'total') },
    );
    expect(errors).toEqual([]);
    expect(data.paths).toEqual({
      complete: true,
      paths: [
        {
          assets: [urn('raw', 'amount'), urn('staging', 'amount'), urn('mart', 'total'), urn('report', 'total')].map((each) => ({
            urn: each,
          })),
          edges: [{ subtype: 'IDENTITY' }, { subtype: 'AGGREGATION' }, { subtype: 'IDENTITY' }],
        },
      ],
    });
  });

  it('says what a planned change breaks, and whom to ask', async () => {
    await catalog.ask(`mutation($input: SetOwnersInput!) { setOwners(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), urn: urn('mart'), role: 'ACCOUNTABLE', owners: [{ email: 'mart@example.com' }] },
    });
    const impact = async (change: string) => {
      const { data } = await catalog.ask(
        `query($urn: Urn!) { impact(from: $urn, change: ${change}) { complete affected { totalCount { value } edges { node { effect subtype asset { urn } } } } owners { count } } }`,
        { urn: urn('staging', 'email') },
      );
      return data.impact;
    };
    expect(await impact('DROP')).toMatchObject({
      complete: true,
      affected: {
        totalCount: { value: 2 },
        edges: [
          { node: { effect: 'BREAKS', subtype: 'FILTER', asset: { urn: urn('mart', 'total') } } },
          { node: { effect: 'FOLLOWS', asset: { urn: urn('report', 'total') } } },
        ],
      },
      owners: [{ count: 1 }],
    });
    expect((await impact('RETYPE')).affected.edges[0].node.effect).toBe('MAY_CHANGE_ROWS');
  });

  it('the same evidence replaces what it said; other evidence stays; a repeat writes nothing', async () => {
    await told('query/other', [claim('raw.id > report.total', 'TRANSFORMATION')]);
    const edges = (): Promise<number> => count(db, `catalog.lineage_edge where recorded_to = 'infinity' and level = 1`);
    const before = await edges();
    const events = await count(db, 'kernel.audit_event');
    await told('query/other', [claim('raw.id > report.total', 'TRANSFORMATION')]);
    expect([await edges(), await count(db, 'kernel.audit_event')]).toEqual([before, events]);
    await told('query/other', []);
    expect(await edges()).toBe(before - 1);
  });

  it('an edge ends with its column: no ghost edges', async () => {
    await told('query/ghost', [claim('raw.email > report.total')]);
    script.scopes = scopes({ ...TABLES, raw: ['id', 'amount'] });
    await catalog.crawl('shop');
    const ghosts = await count(
      db,
      `catalog.lineage_edge e join catalog.asset_column c on c.no in (e.source_no, e.target_no) where e.recorded_to = 'infinity' and c.state = 'removed'`,
    );
    expect(ghosts).toBe(0);
    const { data } = await catalog.ask(
      `query($urn: Urn!) { column(urn: $urn) { lineage(direction: UPSTREAM, depth: 9) { ${GRAPH} } } }`,
      { urn: urn('report', 'total') },
    );
    expect(
      data.column.lineage.nodes
        .map((node: { asset: { name: string } }) => node.asset.name)
        .filter((name: string) => name === 'email'),
    ).toHaveLength(1);
  });

  it('an event may come before its dataset, and a crawl takes the dataset over with its id', async () => {
    await told('query/early', [claim('later.x > report.total')]);
    const read = async () =>
      (
        await catalog.ask(
          `query($urn: Urn!) { dataset(urn: $urn) { id source { name } columns { edges { node { id name } } } } }`,
          { urn: urn('later') },
        )
      ).data.dataset;
    const early = await read();
    expect(early).toMatchObject({ source: null, columns: { edges: [{ node: { name: 'x' } }] } });
    script.scopes = scopes({ ...TABLES, raw: ['id', 'amount'], later: ['x', 'y'] });
    await catalog.crawl('shop');
    const late = await read();
    expect(late).toMatchObject({ id: early.id, source: { name: 'shop' } });
    expect(late.columns.edges[0].node.id).toBe(early.columns.edges[0].node.id);
    const { data } = await catalog.ask(
      `query($urn: Urn!) { column(urn: $urn) { lineage(direction: DOWNSTREAM) { ${GRAPH} } } }`,
      { urn: urn('later', 'x') },
    );
    expect(names(data.column.lineage)).toEqual(['total', 'x']);
  });

  it('answers for an earlier moment as it was then', async () => {
    await told('query/then', [claim('raw.id > later.y')]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const asOf = instantNow();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await told('query/then', []);
    const ask = async (context = {}) =>
      names(
        (
          await catalog.ask(
            `query($urn: Urn!) { column(urn: $urn) { lineage(direction: UPSTREAM) { ${GRAPH} } } }`,
            { urn: urn('later', 'y') },
            context,
          )
        ).data.column.lineage,
      );
    expect(await ask()).toEqual(['y']);
    expect(await ask({ asOf })).toEqual(['id', 'y']);
  });

  it('an edge that a person states can be taken back, and only that', async () => {
    const { data, errors } = await catalog.ask(
      `mutation($input: AddLineageInput!) { addLineage(input: $input) { __typename ... on LineageAdded { evidenceKey } } }`,
      { input: { idempotencyKey: key(), source: urn('raw', 'id'), target: urn('report', 'total'), reason: 'by hand' } },
    );
    expect(errors).toEqual([]);
    const remove = async (evidenceKey: string) =>
      (
        await catalog.ask(
          `mutation($input: RemoveLineageInput!) { removeLineage(input: $input) { __typename ... on LineageRemoved { closed } } }`,
          {
            input: { idempotencyKey: key(), evidenceKey },
          },
        )
      ).data.removeLineage;
    expect(await remove('query/pipeline')).toMatchObject({ __typename: 'Refused' });
    expect(await remove(data.addLineage.evidenceKey)).toEqual({ __typename: 'LineageRemoved', closed: 2 });
    expect(await remove(data.addLineage.evidenceKey)).toMatchObject({ __typename: 'Refused' });
  });
});
