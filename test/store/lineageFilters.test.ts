import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { instantNow } from '../../kernel/time.ts';
import { key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { claim, NAMESPACE, state } from '../support/lineage.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine } from './engines.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
type Json = any;

const urn = (name: string): string => {
  const [dataset, column] = name.split('.');
  return `urn:cadastre:${column === undefined ? 'dataset' : 'column'}:${NAMESPACE},shop.public.${dataset}${column === undefined ? '' : `,${column}`}`;
};
const GRAPH = `complete truncation hiddenCount nodes { degree stopped upstreamCount downstreamCount asset { name ... on Column { dataset { name } } } }
  edges { subtype source { urn } target { urn } } shortcuts { hidden source { urn } target { urn } }`;

describeOnOneEngine('what a lineage answer is narrowed to', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const script: Script = {
    scopes: [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      {
        scope: ['shop', 'public'],
        records: ['raw', 'tmp1', 'tmp2', 'mart', 'report', 'wide'].map((name) =>
          table(['shop', 'public', name], ['a', 'b', 'c']),
        ),
      },
    ],
  };

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
    // raw.a > tmp1.a > tmp2.a > mart.a > report.a, and raw.b shapes the rows of wide, of which report takes c.
    await state(db, 'query/pipeline', [
      claim('raw.a > tmp1.a'),
      claim('tmp1.a > tmp2.a', 'AGGREGATION'),
      claim('tmp2.a > mart.a', 'TRANSFORMATION'),
      claim('mart.a > report.a'),
      claim('raw.b > wide', 'FILTER'),
      claim('raw.c > wide.a'),
      claim('wide.c > report.c'),
    ]);
    for (const [tag, name] of [
      ['temporary', 'tmp1'],
      ['temporary', 'tmp2'],
      ['gold', 'mart'],
      ['pii', 'raw.a'],
      ['pii', 'mart.a'],
    ] as const) {
      await catalog.ask('mutation($input: CreateTagInput!) { createTag(input: $input) { __typename } }', {
        input: { idempotencyKey: key(), name: tag },
      });
      const { data } = await catalog.ask('mutation($input: TagAssetsInput!) { tagAssets(input: $input) { __typename } }', {
        input: { idempotencyKey: key(), urns: [urn(name)], add: [tag] },
      });
      expect(data.tagAssets.__typename).toBe('AssetsTagged');
    }
  });
  afterAll(() => catalog.subgraph.stop());

  const ask = async (start: string, args: string, context: object = {}): Promise<Json> => {
    const { data, errors } = await catalog.ask(
      `query($urn: Urn!) { asset(urn: $urn) { lineage(${args}) { ${GRAPH} } } }`,
      { urn: urn(start) },
      context,
    );
    expect(errors).toEqual([]);
    return data.asset.lineage;
  };
  const short = (text: string): string => (text.split('shop.public.')[1] ?? text).replace(',', '.');
  const ways = (list: Json): readonly string[] =>
    list
      .map(
        ({ source, target, hidden }: Json) =>
          `${short(source.urn)} > ${short(target.urn)}${hidden === undefined ? '' : ` over ${hidden}`}`,
      )
      .toSorted();
  const nodes = (graph: Json): readonly string[] =>
    graph.nodes
      .map(
        ({ asset, degree, stopped }: Json) =>
          `${asset.dataset === undefined ? '' : `${asset.dataset.name}.`}${asset.name} ${degree}${stopped ? ' stopped' : ''}`,
      )
      .toSorted();

  it('through: only edges of these kinds are followed', async () => {
    expect(nodes(await ask('raw.a', 'direction: DOWNSTREAM, depth: 9, through: [IDENTITY]'))).toEqual(['raw.a 0', 'tmp1.a 1']);
    expect(nodes(await ask('raw.a', 'direction: DOWNSTREAM, depth: 2, through: [IDENTITY, AGGREGATION]'))).toEqual([
      'raw.a 0',
      'tmp1.a 1',
      'tmp2.a 2',
    ]);
    const { errors } = await catalog.ask(`{ asset(urn: "${urn('raw')}") { lineage(through: []) { complete } } }`);
    expect(errors[0]?.cause).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('through') });
  });

  it('include: others are walked through without counting as hops, and bridged', async () => {
    const graph = await ask('raw', 'direction: DOWNSTREAM, depth: 1, include: { tag: "gold" }');
    expect(nodes(graph)).toEqual(['mart 1', 'raw 0']);
    expect(graph).toMatchObject({ edges: [], truncation: ['DEPTH'] });
    expect(ways(graph.shortcuts)).toEqual(['raw > mart over 2']);
    const all = await ask('raw', 'direction: DOWNSTREAM, depth: 9, include: { namePrefix: "shop.public.r" }');
    expect(nodes(all)).toEqual(['raw 0', 'report 1']);
    expect(all).toMatchObject({ complete: true, hiddenCount: 4 });
    expect(ways(all.shortcuts)).toEqual(['raw > report over 1']);
  });

  it('include: what is shown keeps the edges between it', async () => {
    const graph = await ask('report', 'direction: UPSTREAM, depth: 9, include: { platform: "postgres", kinds: [DATASET] }');
    expect(graph).toMatchObject({ hiddenCount: 0, shortcuts: [], complete: true });
    expect(ways(graph.edges)).toHaveLength(6);
    const nothing = await ask('report', 'direction: UPSTREAM, depth: 9, include: { source: "no such source" }');
    expect(nodes(nothing)).toEqual(['report 0']);
    expect(nothing.hiddenCount).toBe(5);
  });

  it('include: a tag may stand on the column or on its dataset', async () => {
    const pii = await ask('raw.a', 'direction: DOWNSTREAM, depth: 9, include: { tag: "pii" }');
    expect(nodes(pii)).toEqual(['mart.a 1', 'raw.a 0']);
    expect(ways(pii.shortcuts)).toEqual(['raw.a > mart.a over 2']);
    expect(nodes(await ask('raw.a', 'direction: DOWNSTREAM, depth: 9, include: { tag: "temporary", kinds: [COLUMN] }'))).toEqual([
      'raw.a 0',
      'tmp1.a 1',
      'tmp2.a 2',
    ]);
  });

  it('stopAt: the walk does not go beyond, and a start is walked from in any case', async () => {
    const graph = await ask('raw', 'direction: DOWNSTREAM, depth: 9, stopAt: { tag: "temporary" }');
    expect(nodes(graph)).toEqual(['raw 0', 'report 2', 'tmp1 1 stopped', 'wide 1']);
    expect(graph.complete).toBe(true);
    expect(graph.nodes.find(({ asset }: Json) => asset.name === 'tmp1').downstreamCount).toBe(1);
    expect(nodes(await ask('tmp1', 'direction: DOWNSTREAM, depth: 9, stopAt: { tag: "temporary" }'))).toEqual([
      'tmp1 0',
      'tmp2 1 stopped',
    ]);
    const both = await ask('raw', 'direction: DOWNSTREAM, depth: 9, include: { tag: "gold" }, stopAt: { tag: "temporary" }');
    expect(nodes(both)).toEqual(['raw 0', 'tmp1 1 stopped']);
  });

  it('filters look at the moment that is asked for', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const asOf = instantNow();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await catalog.ask('mutation($input: TagAssetsInput!) { tagAssets(input: $input) { __typename } }', {
      input: { idempotencyKey: key(), urns: [urn('mart')], remove: ['gold'] },
    });
    const gold = async (context: object) =>
      nodes(await ask('raw', 'direction: DOWNSTREAM, depth: 9, include: { tag: "gold" }', context));
    expect(await gold({ asOf })).toEqual(['mart 1', 'raw 0']);
    expect(await gold({})).toEqual(['raw 0']);
  });

  it('what shapes all rows leads to the dataset, and goes on from all of its columns', async () => {
    const down = await ask('raw.b', 'direction: DOWNSTREAM, depth: 9');
    expect(nodes(down)).toEqual(['raw.b 0', 'report.c 2', 'wide 1', 'wide.c 1']);
    expect(ways(down.edges)).toEqual(['raw.b > wide', 'wide.c > report.c']);
    const up = await ask('report.c', 'direction: UPSTREAM, depth: 9');
    expect(nodes(up)).toEqual(['raw.b 2', 'report.c 0', 'wide 1', 'wide.c 1']);
    // As far as anybody says, nothing flows into wide.c itself.
    const counts = new Map(
      up.nodes.map(({ asset, upstreamCount, downstreamCount }: Json) => [
        `${asset.dataset?.name ?? ''}.${asset.name}`,
        [upstreamCount, downstreamCount],
      ]),
    );
    expect(counts.get('wide.c')).toEqual([1, 1]);
    expect(counts.get('.wide')).toEqual([1, 1]);
    expect(counts.get('raw.b')).toEqual([0, 1]);
    expect(nodes(await ask('wide', 'level: COLUMN, direction: UPSTREAM, depth: 1'))).toEqual([
      'raw.b 1',
      'raw.c 1',
      'wide 0',
      'wide.a 0',
      'wide.b 0',
      'wide.c 0',
    ]);
    expect(nodes(await ask('raw.b', 'direction: DOWNSTREAM, depth: 9, indirect: false'))).toEqual(['raw.b 0']);
  });

  it('ways lead through a dataset as a whole', async () => {
    const paths = async (from: string, to: string): Promise<Json> => {
      const { data, errors } = await catalog.ask(
        `{ paths(from: "${urn(from)}", to: "${urn(to)}", level: COLUMN) { complete paths { assets { urn } edges { subtype } } } }`,
      );
      expect(errors).toEqual([]);
      return data.paths.paths.map((path: Json) => [
        path.assets.map((asset: Json) => short(asset.urn)),
        path.edges.map((edge: Json) => edge.subtype),
      ]);
    };
    expect(await paths('raw.b', 'report.c')).toEqual([
      [
        ['raw.b', 'wide', 'wide.c', 'report.c'],
        ['FILTER', 'IDENTITY'],
      ],
    ]);
    expect(await paths('raw.b', 'wide.b')).toEqual([[['raw.b', 'wide', 'wide.b'], ['FILTER']]]);
    const { errors } = await catalog.ask(`{ paths(from: "${urn('raw')}", to: "${urn('wide')}", level: JOB) { complete } }`);
    expect(errors[0]?.cause).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('a change of what shapes all rows reaches the dataset and what is made of its columns', async () => {
    const impact = async (change: string): Promise<Json> => {
      const { data, errors } = await catalog.ask(
        `{ impact(from: "${urn('raw.b')}", change: ${change}) { complete affected { edges { node { effect subtype degree asset { urn } } } } } }`,
      );
      expect(errors).toEqual([]);
      return data.impact.affected.edges.map(
        ({ node }: Json) => `${short(node.asset.urn)} ${node.degree} ${node.effect} ${node.subtype}`,
      );
    };
    expect(await impact('DROP')).toEqual(['wide 1 BREAKS FILTER', 'report.c 2 FOLLOWS IDENTITY']);
    expect(await impact('RETYPE')).toEqual(['wide 1 MAY_CHANGE_ROWS FILTER', 'report.c 2 MAY_CHANGE_ROWS IDENTITY']);
  });

  it('a container stands for its datasets', async () => {
    const { data, errors } = await catalog.ask(
      `{ asset(urn: "urn:cadastre:container:${NAMESPACE},shop.public") { lineage(direction: DOWNSTREAM) { complete nodes { degree } edges { id } }
         columns: lineage(level: COLUMN) { complete } } }`,
    );
    expect(data.asset.lineage.nodes).toHaveLength(6);
    expect(data.asset.lineage.edges).toHaveLength(6);
    expect(errors[0]?.cause).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('DATASET') });
  });

  it('hidden assets count for the budget', async () => {
    const graph = await ask(
      'raw',
      'direction: DOWNSTREAM, depth: 9, include: { namePrefix: "shop.public.r" }, budget: { nodes: 3 }',
    );
    expect(graph.truncation).toContain('NODES');
  });
});
