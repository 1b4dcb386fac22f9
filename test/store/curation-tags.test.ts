import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { count, key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table } from '../support/scriptedConnector.ts';
import { describeOnOneEngine } from './engines.ts';

const ORDERS = 'urn:cadastre:dataset:postgres://shop:5432,shop.public.orders';
const PUBLIC = ['shop', 'public'];
const SET_DESCRIPTION = `mutation($input: SetDescriptionInput!) { setDescription(input: $input) { __typename } }`;
const TAG_ASSETS = `mutation($input: TagAssetsInput!) { tagAssets(input: $input) {
  __typename ... on AssetsTagged { assets { urn tags { tag { name } } } } ... on Refused { code } } }`;
const CREATE_TAG = `mutation($input: CreateTagInput!) { createTag(input: $input) { __typename ... on Refused { code auditId } } }`;

describeOnOneEngine('tags', (open) => {
  let db: Database;
  let catalog: TestCatalog;

  beforeAll(async () => {
    db = await open();
    const scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      { scope: PUBLIC, records: [table([...PUBLIC, 'orders'], ['id', 'email'])] },
    ];
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: { scopes } }) });
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
  });
  afterAll(() => catalog.subgraph.stop());

  const mutate = async (document: string, input: Record<string, unknown>) =>
    catalog.ask(document, { input: { idempotencyKey: key(), ...input } });

  it('a tag in any letters can be used in any case, and lists go on after it', async () => {
    for (const [name, other] of [
      ['ΑΣ', 'ας'],
      ['İstanbul', 'İSTANBUL'],
      ['Cafe\u0301', 'café'],
    ] as const) {
      expect((await mutate(CREATE_TAG, { name })).data.createTag.__typename).toBe('TagCreated');
      expect((await mutate(TAG_ASSETS, { urns: [ORDERS], add: [name] })).data.tagAssets.__typename).toBe('AssetsTagged');
      const [same] = await db.query<{ same: boolean }>('select lower($1) = lower($2) as same', [name.normalize('NFC'), other]);
      if (same?.same === true)
        expect((await mutate(TAG_ASSETS, { urns: [ORDERS], remove: [other] })).data.tagAssets.__typename).toBe('AssetsTagged');
    }
    const names: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const document = `query($after: String) { tags(first: 1, after: $after) { edges { node { name } } pageInfo { hasNextPage endCursor } } }`;
      const { data } = await catalog.ask(document, { after });
      names.push(...data.tags.edges.map((edge: { node: { name: string } }) => edge.node.name));
      ({ hasNextPage: more, endCursor: after } = data.tags.pageInfo);
    }
    expect(names).toHaveLength(await count(db, 'catalog.tag'));
    expect(new Set(names).size).toBe(names.length);
  });

  it('an asset that is named twice is tagged once, and no tag is put on and taken off at once', async () => {
    const { data } = await mutate(TAG_ASSETS, { urns: [ORDERS, ORDERS.replace('orders', 'ORDERS')], add: ['ΑΣ', 'ΑΣ'] });
    expect(data.tagAssets.assets).toHaveLength(1);
    const both = await mutate(TAG_ASSETS, { urns: [ORDERS], add: ['ΑΣ'], remove: ['ΑΣ'] });
    expect(both.errors[0].cause).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('ΑΣ') });
  });

  it('the name of a refused tag can be forgotten: it stands in the detail of the event alone', async () => {
    const name = 'Fired: Ana Perez';
    await mutate(CREATE_TAG, { name });
    const { data } = await mutate(CREATE_TAG, { name });
    expect(data.createTag.code).toBe('TAG_EXISTS');
    const text = await db.query(
      `select body from kernel.audit_event union all select payload from kernel.outbox union all select id from kernel.aggregate
       union all select subject_id from kernel.audit_event`,
    );
    expect(JSON.stringify(text)).not.toContain('Perez');
    const [detail] = await db.query<{ body: string }>('select body from kernel.audit_detail where event_id = $1', [
      data.createTag.auditId,
    ]);
    expect(detail?.body).toContain(name);
  });

  it('texts have bounds, and a URN that is not found is not repeated at length', async () => {
    const long = await mutate(CREATE_TAG, { name: 'long', description: 'x'.repeat(10_001) });
    expect(long.errors[0].cause).toMatchObject({ code: 'BAD_USER_INPUT' });
    const reasoned = await mutate(SET_DESCRIPTION, { urn: ORDERS, text: 'text', reason: 'x'.repeat(1_001) });
    expect(reasoned.errors[0].cause).toMatchObject({ code: 'BAD_USER_INPUT' });
    const missing = await mutate(SET_DESCRIPTION, { urn: `${ORDERS}${'x'.repeat(5_000)}`, text: 'text' });
    expect(missing.errors[0].cause).toMatchObject({ code: 'NOT_FOUND' });
    expect(missing.errors[0].message.length).toBeLessThan(300);
  });
});
