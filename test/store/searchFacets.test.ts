import { afterAll, beforeAll, expect, it } from 'vitest';
import { key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table } from '../support/scriptedConnector.ts';
import { describeOnEngines } from './engines.ts';

const PUBLIC = ['shop', 'public'];
const urn = (name: string, column?: string): string =>
  `urn:cadastre:${column === undefined ? 'dataset' : 'column'}:postgres://shop:5432,shop.public.${name}${column === undefined ? '' : `,${column}`}`;
/** More than are ranked; the one that somebody owns is not among the first. */
const MANY = Array.from({ length: 700 }, (_, i) => table([...PUBLIC, `bulk_${String(i).padStart(3, '0')}`], ['ledger_id']));
/** Enough that have both words, some that have one of them. */
const PAIRS = [
  ...Array.from({ length: 60 }, (_, i) => table([...PUBLIC, `alpha_beta_${i}`], ['id'])),
  ...Array.from({ length: 10 }, (_, i) => table([...PUBLIC, `alpha_${i}`], ['id'])),
];
/** More datasets than those whose columns are looked at. */
const WIDE = Array.from({ length: 150 }, (_, i) => table([...PUBLIC, `w${String(i).padStart(3, '0')}`], ['the_gamma']));
const RECORDS = [
  ...PAIRS,
  ...WIDE,
  table([...PUBLIC, 'customer'], ['customer_id', 'email'], { owner: 'loader' }),
  table([...PUBLIC, 'customer_list'], ['customer_id', 'address']),
  table([...PUBLIC, 'customer_archive'], ['customer_id', 'email']),
  table([...PUBLIC, 'payment'], ['customer_id', 'amount'], { description: 'What customers paid.' }),
  ...MANY,
];

interface Bucket {
  readonly value: string;
  readonly count: number;
  readonly chosen: boolean;
  readonly principal: { readonly id: string } | null;
}
interface Facet {
  readonly by: string;
  readonly buckets: readonly Bucket[];
  readonly otherValues: number;
  readonly missing: number;
  readonly exact: boolean;
}

describeOnEngines('facets of a search', (open) => {
  let catalog: TestCatalog;
  let ada = '';
  const change = async (mutation: string, type: string, input: object): Promise<Record<string, unknown>> => {
    const { data } = await catalog.ask(
      `mutation($input: ${type}!) { answer: ${mutation}(input: $input) { __typename ${mutation === 'setOwners' ? '... on OwnersSet { asset { owners { role principal { id } } } }' : ''} } }`,
      { input: { idempotencyKey: key(), ...input } },
    );
    return data.answer;
  };
  const own = async (name: string): Promise<string> => {
    const answer = await change('setOwners', 'SetOwnersInput', {
      urn: urn(name),
      role: 'ACCOUNTABLE',
      owners: [{ email: 'ada@example.com' }],
    });
    const { owners } = answer['asset'] as { owners: { role: string; principal: { id: string } }[] };
    return owners.find(({ role }) => role === 'ACCOUNTABLE')?.principal.id ?? '';
  };
  const search = async (query: string, kinds: string[] | null, filter: object | null, by: string[] | null = null) => {
    const { data, errors } = await catalog.ask(
      `query($query: String!, $kinds: [AssetKind!], $filter: SearchFilter, $by: [FacetField!]) {
        search(query: $query, kinds: $kinds, filter: $filter, first: 500) {
          totalCount { value exact } edges { node { urn } }
          facets(by: $by) { by buckets { value count chosen principal { id } } otherValues missing exact } } }`,
      { query, kinds, filter, by },
    );
    expect(errors ?? []).toEqual([]);
    const { totalCount, edges, facets } = data.search;
    return {
      totalCount,
      urns: edges.map(({ node }: { node: { urn: string } }) => node.urn) as string[],
      facets: new Map<string, Facet>(facets.map((facet: Facet) => [facet.by, facet])),
    };
  };
  const counts = (facet: Facet | undefined): Record<string, number> =>
    Object.fromEntries((facet?.buckets ?? []).map(({ value, count }) => [value, count]));

  beforeAll(async () => {
    const scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      { scope: PUBLIC, records: RECORDS },
    ];
    catalog = await testCatalog(await open(), { script: scriptedConnector({ shop: { scopes } }) });
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
    for (const name of ['PII', 'gold', 'odd', 'late']) await change('createTag', 'CreateTagInput', { name });
    await change('tagAssets', 'TagAssetsInput', {
      urns: [urn('customer', 'email'), urn('customer_archive', 'email'), urn('customer')],
      add: ['PII'],
    });
    await change('tagAssets', 'TagAssetsInput', { urns: [urn('customer'), urn('bulk_699')], add: ['gold'] });
    await change('tagAssets', 'TagAssetsInput', {
      urns: [urn('alpha_beta_7'), ...Array.from({ length: 10 }, (_, i) => urn(`alpha_${i}`))],
      add: ['odd'],
    });
    await change('tagAssets', 'TagAssetsInput', {
      urns: Array.from({ length: 30 }, (_, i) => urn(`w${120 + i}`, 'the_gamma')),
      add: ['late'],
    });
    ada = await own('customer');
    for (const name of ['payment', 'bulk_698']) await own(name);
  });
  afterAll(() => catalog.subgraph.stop());

  it('say what there is to choose from, with those that have nothing', async () => {
    const { facets, totalCount } = await search('customer', null, null);
    expect(totalCount).toEqual({ value: 4, exact: true });
    expect([...facets.keys()]).toEqual(['KIND', 'PLATFORM', 'SOURCE', 'TAG', 'OWNER']);
    expect(counts(facets.get('KIND'))).toMatchObject({ DATASET: 4, COLUMN: 4 });
    expect(counts(facets.get('SOURCE'))).toEqual({ shop: 4 });
    expect(facets.get('TAG')).toMatchObject({ missing: 3, otherValues: 0, exact: true });
    expect(counts(facets.get('TAG'))).toEqual({ PII: 1, gold: 1 });
    const owners = facets.get('OWNER');
    expect(counts(owners)).toMatchObject({ [ada]: 2 });
    expect(owners?.buckets.find(({ value }) => value === ada)?.principal).toEqual({ id: ada });
  });

  it('choosing what a facet counts finds exactly so many, and the facet still shows the others', async () => {
    for (const kinds of [null, ['COLUMN'], ['DATASET', 'COLUMN']]) {
      const all = await search('customer email', kinds, null);
      const filters = { PLATFORM: 'platforms', SOURCE: 'sources', TAG: 'tags', OWNER: 'ownerIds' } as const;
      for (const [by, part] of Object.entries(filters)) {
        for (const { value, count } of all.facets.get(by)?.buckets ?? []) {
          const chosen = await search('customer email', kinds, { [part]: [value] });
          expect(chosen.urns, `${by} ${value}`).toHaveLength(count);
          expect(chosen.urns.every((each) => all.urns.includes(each))).toBe(true);
          expect(counts(chosen.facets.get(by))).toEqual(counts(all.facets.get(by)));
          expect(
            chosen.facets
              .get(by)
              ?.buckets.filter((each) => each.chosen)
              .map((each) => each.value),
          ).toEqual([value]);
        }
      }
    }
  });

  it('all parts of a filter are met, and of one part any value; names of tags in any case', async () => {
    expect((await search('customer', null, { tags: ['pii'], ownerIds: [ada] })).urns).toEqual([urn('customer')]);
    expect((await search('customer', null, { tags: ['gold', 'PII', 'nobody has this'] })).urns).toEqual([urn('customer')]);
    expect((await search('email', ['COLUMN'], { tags: ['PII'] })).urns.toSorted()).toEqual([
      urn('customer', 'email'),
      urn('customer_archive', 'email'),
    ]);
    expect((await search('customer', null, { tags: ['gold'], sources: ['elsewhere'] })).urns).toEqual([]);
    // What a person means who has taken back the last choice.
    expect((await search('customer', null, { tags: [] })).totalCount.value).toBe(4);
  });

  it('what is chosen is found beyond the candidates that are ranked', async () => {
    const all = await search('bulk', null, null, ['TAG']);
    expect([all.totalCount.exact, all.facets.get('TAG')?.exact]).toEqual([false, false]);
    expect((await search('bulk', null, { tags: ['gold'] })).urns).toEqual([urn('bulk_699')]);
    expect((await search('bulk', null, { ownerIds: [ada] })).urns).toEqual([urn('bulk_698')]);
    expect((await search('ledger', ['COLUMN'], { ownerIds: [ada] })).urns).toEqual([urn('bulk_698', 'ledger_id')]);
  });

  it('a choice never finds what the search without it does not', async () => {
    const all = await search('alpha beta', null, null);
    expect([all.totalCount.value, counts(all.facets.get('TAG'))]).toEqual([60, { odd: 1 }]);
    const chosen = await search('alpha beta', null, { tags: ['odd'] });
    expect(chosen.urns).toEqual([urn('alpha_beta_7')]);
    expect(counts(chosen.facets.get('SOURCE'))).toEqual({ shop: 1 });
    const datasets = await search('alpha beta', ['DATASET'], { tags: ['odd'] });
    expect(datasets.urns).toEqual(chosen.urns);
  });

  it('columns of more datasets than are looked at are a lower bound, and are found by their tag', async () => {
    const all = await search('gamma', ['COLUMN'], null);
    expect(all.totalCount.exact).toBe(false);
    expect((await search('gamma', ['COLUMN'], { tags: ['late'] })).totalCount).toEqual({ value: 30, exact: true });
  });

  it('what was chosen and is nowhere is shown with nothing; kinds that were not given are not chosen', async () => {
    const { facets } = await search('customer', null, { sources: ['nowhere'] });
    expect(facets.get('SOURCE')?.buckets).toMatchObject([
      { value: 'shop', count: 4, chosen: false },
      { value: 'nowhere', count: 0, chosen: true },
    ]);
    expect(facets.get('KIND')?.buckets).toEqual([]);
    const kinds = (await search('customer', [], null)).facets.get('KIND')?.buckets.map(({ chosen }) => chosen);
    expect(kinds).toEqual([false, false]);
    const given = (await search('customer', ['DATASET'], null)).facets.get('KIND');
    expect(given?.buckets.filter(({ chosen }) => chosen).map(({ value }) => value)).toEqual(['DATASET']);
  });

  it('too much of anything is refused with what is allowed', async () => {
    const tooMany = { tags: Array.from({ length: 51 }, (_, i) => `t${i}`) };
    const message = async (filter: object, first: number): Promise<string> => {
      const { errors } = await catalog.ask(
        `query($filter: SearchFilter, $first: Int) { search(query: "customer", filter: $filter) { facets(first: $first) { by } } }`,
        { filter, first },
      );
      return errors?.[0]?.message ?? '';
    };
    expect(await message(tooMany, 1)).toContain('filter.tags: 51 values; at most 50.');
    for (const first of [0, -1, 101]) expect(await message({}, first)).toContain('from 1 to 100');
  });
});
