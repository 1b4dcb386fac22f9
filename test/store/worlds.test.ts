import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '../../kernel/identity/principal.ts';
import { key, someone } from '../support/catalog.ts';
import { admin, finance, openTwoWorlds, research, type TwoWorlds, urn } from '../support/twoWorlds.ts';
import { describeOnOneEngine } from './engines.ts';

describeOnOneEngine('two worlds in one catalog', (open) => {
  let worlds: TwoWorlds;
  beforeAll(async () => {
    worlds = await openTwoWorlds(await open());
  });
  afterAll(() => worlds.catalog.subgraph.stop());

  const ask: TwoWorlds['ask'] = (...asked) => worlds.ask(...asked);
  const namesOf = async (principal: Principal): Promise<readonly string[]> => {
    const { data } = await ask(principal, '{ assets(filter: { kinds: [DATASET] }) { edges { node { name } } } }');
    return data.assets.edges.map(({ node }: { node: { name: string } }) => node.name).toSorted();
  };

  it('lists and counts differ', async () => {
    expect(await namesOf(finance)).toEqual(['orders', 'report', 'salaries']);
    expect(await namesOf(research)).toEqual(['orders', 'reagents', 'report']);
    const counts = async (principal: Principal): Promise<number> =>
      (await ask(principal, '{ source(name: "shop") { assetCount { value } } }')).data.source.assetCount.value;
    expect([await counts(finance), await counts(research), await counts(admin)]).toEqual([5, 6, 4]);
  });

  it('search finds, counts and corrects only what one sees', async () => {
    const search = async (principal: Principal, query: string) =>
      (
        await ask(
          principal,
          'query($query: String!) { search(query: $query, kinds: [DATASET, COLUMN, CONTAINER]) { totalCount { value } corrections { read } edges { node { name } } } }',
          { query },
        )
      ).data.search;
    expect((await search(finance, 'salaries')).edges[0].node.name).toBe('salaries');
    expect(await search(research, 'salaries')).toEqual({ totalCount: { value: 0 }, corrections: [], edges: [] });
    // A word that occurs only in what is hidden is not offered, and one that is typed right is treated like one that is not there.
    expect((await search(finance, 'wagesecert')).corrections).toEqual([{ read: 'wagesecret' }]);
    expect(await search(research, 'wagesecert')).toEqual({ totalCount: { value: 0 }, corrections: [], edges: [] });
    expect((await search(research, 'formula')).edges).not.toEqual([]);
    expect((await search(finance, 'formula')).edges).toEqual([]);
  });

  it('facets count only what one sees', async () => {
    const facets = async (principal: Principal) =>
      (
        await ask(
          principal,
          `{ search(query: "shop", first: 1) { facets(by: [KIND, TAG]) { by buckets { value count } otherValues missing } } }`,
        )
      ).data.search.facets.map(({ by, buckets, otherValues, missing }: Record<string, unknown>) => [
        by,
        Object.fromEntries((buckets as { value: string; count: number }[]).map(({ value, count }) => [value, count])),
        otherValues,
        missing,
      ]);
    const [financeKinds, financeTags] = await facets(finance);
    const [researchKinds, researchTags] = await facets(research);
    expect(financeTags).toEqual(['TAG', { Payroll: 1 }, 0, expect.any(Number)]);
    expect(researchTags).toEqual(['TAG', {}, 0, expect.any(Number)]);
    expect([financeKinds[1].DATASET, researchKinds[1].DATASET]).toEqual([3, 3]);
    expect([financeKinds[1].CONTAINER, researchKinds[1].CONTAINER]).toEqual([2, 3]);
  });

  it('what is hidden is not found, by name, by id and as an entity', async () => {
    const { data } = await ask(admin, 'query($urn: Urn!) { dataset(urn: $urn) { id } }', { urn: urn('orders') });
    expect(data.dataset.id).toMatch(/^ast_/);
    const salaries = (
      await ask(finance, 'query($urn: Urn!) { dataset(urn: $urn) { id columns { edges { node { id } } } } }', {
        urn: urn('salaries'),
      })
    ).data.dataset;
    expect(
      (await ask(research, 'query($urn: Urn!) { dataset(urn: $urn) { id } }', { urn: urn('salaries') })).data.dataset,
    ).toBeNull();
    const entities = async (principal: Principal) =>
      (
        await ask(
          principal,
          `query($refs: [_Any!]!) { _entities(representations: $refs) { ... on Dataset { name } ... on Column { name } } }`,
          {
            refs: [
              { __typename: 'Dataset', id: salaries.id },
              { __typename: 'Column', id: salaries.columns.edges[0].node.id },
            ],
          },
        )
      ).data._entities;
    expect(await entities(finance)).toEqual([{ name: 'salaries' }, { name: 'person' }]);
    expect(await entities(research)).toEqual([null, null]);
    const change = await ask(
      research,
      `mutation($input: SetDescriptionInput!) { setDescription(input: $input) { __typename } }`,
      {
        input: { idempotencyKey: key(), urn: urn('salaries'), text: 'x' },
      },
    );
    expect(change.errors[0]?.extensions?.code ?? change.errors[0]?.cause?.code).toBe('NOT_FOUND');
  });

  it('lineage is cut where the policy begins, without a count', async () => {
    const graph = async (principal: Principal) => {
      const { data } = await ask(
        principal,
        `query($urn: Urn!) { dataset(urn: $urn) { lineage(direction: UPSTREAM) { complete truncation nodes { upstreamCount asset { name } } edges { source { name } } } } }`,
        { urn: urn('report') },
      );
      const { nodes, edges, ...rest } = data.dataset.lineage;
      return {
        ...rest,
        edges: edges.length,
        nodes: nodes
          .map((node: { asset: { name: string }; upstreamCount: number }) => [node.asset.name, node.upstreamCount])
          .toSorted(),
      };
    };
    expect(await graph(finance)).toEqual({
      complete: true,
      truncation: [],
      edges: 2,
      nodes: [
        ['orders', 0],
        ['report', 2],
        ['salaries', 0],
      ],
    });
    expect(await graph(research)).toEqual({
      complete: false,
      truncation: ['POLICY'],
      edges: 1,
      nodes: [
        ['orders', 0],
        ['report', 1],
      ],
    });
  });

  it('a field of a class is null, with an error that names the policy', async () => {
    const { data, errors } = await ask(finance, 'query($urn: Urn!) { dataset(urn: $urn) { name definition } }', {
      urn: urn('report'),
    });
    expect(data.dataset).toEqual({ name: 'report', definition: null });
    expect(errors[0].message).toContain('sql.stewards');
    expect(JSON.stringify({ data, errors: errors.map(({ message }) => message) })).not.toContain('hunter2');
    const steward = someone(['steward'], 'usr_steward');
    expect(
      (await ask(steward, 'query($urn: Urn!) { dataset(urn: $urn) { definition } }', { urn: urn('report') })).data.dataset
        .definition,
    ).toContain('hunter2');
  });

  it('what a crawl found is for those who crawl', async () => {
    const query =
      '{ source(name: "shop") { crawls { edges { node { state counts { added } scopes { edges { node { path } } } } } } } }';
    const { data, errors } = await ask(research, query);
    expect(data.source.crawls.edges[0].node).toEqual({ state: 'SUCCEEDED', counts: null, scopes: null });
    expect(errors).toHaveLength(2);
    expect((await ask(admin, query)).errors).toEqual([]);
  });

  it('a restriction counts from its transaction on', async () => {
    expect(await namesOf(research)).toContain('orders');
    await ask(admin, `mutation($input: TagAssetsInput!) { tagAssets(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), urns: [urn('orders')], add: ['Payroll'] },
    });
    expect(await namesOf(research)).not.toContain('orders');
    const denied = await ask(research, `mutation($input: TagAssetsInput!) { tagAssets(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), urns: [urn('report')], add: ['Payroll'] },
    });
    expect(denied.data.tagAssets.__typename).toBe('Refused');
  });
});
