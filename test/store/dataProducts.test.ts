import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { columnUrn, datasetUrn, ingestShop } from '../support/churnModel.ts';
import { enforce, faultOf, glossary, type Glossary } from '../support/glossary.ts';
import { findingsOf } from '../support/reconciling.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const [ORDERS, CUSTOMERS] = [datasetUrn('raw.orders'), datasetUrn('raw.customers')];
const MEMBERS = 'members { totalCount { value exact } edges { node { urn } } }';

describeOnOneEngine('data products', (open) => {
  let db: Database;
  let graph: WholeGraph;
  let on: Glossary;
  let id: string;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    graph = await wholeGraph(db);
    on = glossary(graph);
    await ingestShop(graph);
    id = (await on.offer({ name: 'Sales figures', description: 'For reports.' })).dataProduct.id;
  });

  const urns = async (request = {}): Promise<readonly string[]> =>
    (await on.product(id, MEMBERS, request)).members.edges.map(({ node }: { node: { urn: string } }) => node.urn);

  test('has members, owners and versions, and every write is an event that explains its rows', async () => {
    expect(await on.add({ productId: id, urns: [ORDERS, CUSTOMERS, ORDERS], expectedVersion: 1 })).toMatchObject({
      __typename: 'DataProductMembersAdded',
      dataProduct: { version: 2 },
    });
    expect(await urns()).toEqual([CUSTOMERS, ORDERS]);
    expect(await on.add({ productId: id, urns: [ORDERS] })).toMatchObject({ code: 'ALREADY_MEMBERS' });
    expect(await on.take({ productId: id, urns: [ORDERS], expectedVersion: 1 })).toMatchObject({
      __typename: 'Conflict',
      currentVersion: 2,
    });
    await on.take({ productId: id, urns: [ORDERS] });
    expect(await urns()).toEqual([CUSTOMERS]);
    expect(await on.take({ productId: id, urns: [ORDERS] })).toMatchObject({ code: 'NO_MEMBERS' });
    const { dataset } = await graph.ask('query($urn: Urn!) { dataset(urn: $urn) { dataProducts { name } } }', { urn: CUSTOMERS });
    expect(dataset.dataProducts).toEqual([{ name: 'Sales figures' }]);
    expect((await on.updateProduct({ productId: id, description: 'For plans.', owners: [] })).dataProduct).toMatchObject({
      description: 'For plans.',
      owners: [],
    });
    expect(await findingsOf(db)).toEqual([]);
    expect((await on.removeProduct(id)).__typename).toBe('DataProductDeleted');
    expect(await on.product(id)).toBeNull();
    expect(await findingsOf(db)).toEqual([]);
  });

  test('names count once in every spelling, lists go by words, and members are datasets', async () => {
    expect(await on.offer({ name: 'SALES  figures', description: 'x' })).toMatchObject({ code: 'PRODUCT_EXISTS' });
    const other = (await on.offer({ name: 'Stock', description: 'What is on the shelves.' })).dataProduct.id;
    expect(await on.updateProduct({ productId: other, name: 'sales Figures' })).toMatchObject({ code: 'PRODUCT_EXISTS' });
    const list = async (filter: object) => {
      const { dataProducts } = await graph.ask(
        'query($filter: DataProductFilter) { dataProducts(filter: $filter) { edges { node { name } } } }',
        { filter },
      );
      return dataProducts.edges.map(({ node }: { node: { name: string } }) => node.name);
    };
    expect(await list({})).toEqual(['Sales figures', 'Stock']);
    expect(await list({ text: 'shelv' })).toEqual(['Stock']);
    expect(await list({ ownerId: 'usr_nobody' })).toEqual([]);
    const bad = [
      { urns: [columnUrn('raw.orders', 'amount')] },
      { urns: [] },
      { urns: Array.from({ length: 101 }, () => ORDERS) },
    ];
    for (const input of bad)
      expect((await faultOf(graph, 'addDataProductMembers', { productId: id, ...input }))?.code).toBe('BAD_USER_INPUT');
    for (const input of [
      { productId: id, urns: [datasetUrn('raw.nothing')] },
      { productId: 'dpr_x', urns: [ORDERS] },
    ])
      expect((await faultOf(graph, 'addDataProductMembers', input))?.code).toBe('NOT_FOUND');
    expect((await faultOf(graph, 'updateDataProduct', { productId: id }))?.code).toBe('BAD_USER_INPUT');
    expect((await faultOf(graph, 'createDataProduct', { name: 'S\u0430les', description: 'x' }))?.code).toBe('BAD_USER_INPUT');
  });

  test('two people see different members and counts, and only owners and stewards change it', async () => {
    await on.add({ productId: id, urns: [ORDERS, CUSTOMERS] });
    const [ann, eve] = [await graph.person('Ann', ['analyst']), await graph.person('Eve', ['analyst'])];
    await on.updateProduct({ productId: id, owners: [{ principalId: ann.principal.id }] });
    await graph.change('createTag', { name: 'hidden' });
    await graph.change('tagAssets', { urns: [ORDERS], add: ['hidden'] });
    await enforce(
      graph,
      `@id("orders") @reason("x") forbid (principal == Principal::"${eve.principal.id}", action == Action::"catalog.read", resource)
         when { resource.tags.contains("hidden") };`,
    );
    expect(await on.product(id, MEMBERS, ann)).toEqual({
      members: { totalCount: { value: 2, exact: true }, edges: [{ node: { urn: CUSTOMERS } }, { node: { urn: ORDERS } }] },
    });
    expect(await on.product(id, MEMBERS, eve)).toEqual({
      members: { totalCount: { value: 1, exact: true }, edges: [{ node: { urn: CUSTOMERS } }] },
    });
    expect(await on.take({ productId: id, urns: [CUSTOMERS] }, eve)).toMatchObject({ code: 'FORBIDDEN' });
    expect((await faultOf(graph, 'removeDataProductMembers', { productId: id, urns: [ORDERS] }, eve))?.code).toBe('NOT_FOUND');
    expect((await on.take({ productId: id, urns: [ORDERS] }, ann)).__typename).toBe('DataProductMembersRemoved');
    await enforce(
      graph,
      '@id("all") @reason("x") forbid (principal in Role::"analyst", action == Action::"catalog.read", resource is DataProduct);',
    );
    expect(await on.product(id, 'id', eve)).toBeNull();
    expect(await graph.ask('{ dataProducts { edges { node { id } } } }', {}, eve)).toEqual({ dataProducts: { edges: [] } });
    expect(await graph.ask('query($urn: Urn!) { dataset(urn: $urn) { dataProducts { id } } }', { urn: CUSTOMERS }, eve)).toEqual({
      dataset: { dataProducts: [] },
    });
  });

  test('a dataset that was merged into another is a member as that one', async () => {
    const twin = 'urn:cadastre:dataset:postgres://pooler:6432,shop.raw.orders';
    await graph.change('ingestMetadata', {
      producer: 'other 1',
      datasets: [{ namespace: 'postgres://pooler:6432', name: 'shop.raw.orders', columns: [{ name: 'amount' }] }],
      evidence: [],
    });
    await on.add({ productId: id, urns: [twin] });
    const termId = await on.make('Order');
    await on.assign({ termId, urns: [twin] });
    expect((await graph.change('mergeAssets', { from: twin, into: ORDERS })).__typename).toBe('AssetsMerged');
    expect(await urns()).toEqual([ORDERS]);
    const { dataset } = await graph.ask(
      'query($urn: Urn!) { dataset(urn: $urn) { dataProducts { id } glossaryTerms { term { id } } } }',
      { urn: ORDERS },
    );
    expect(dataset).toEqual({ dataProducts: [{ id }], glossaryTerms: [{ term: { id: termId } }] });
    expect(await findingsOf(db)).toEqual([]);
    await on.unassign({ termId, urns: [ORDERS] });
    await on.take({ productId: id, urns: [ORDERS] });
    expect(await urns()).toEqual([]);
    expect(await findingsOf(db)).toEqual([]);
  });
});
