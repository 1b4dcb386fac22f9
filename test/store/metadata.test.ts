import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { count, key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnEngines } from './engines.ts';

const NAMESPACE = 'postgres://shop:5432';
const MODEL = `urn:cadastre:dataset:${NAMESPACE},shop.public.customers`;
const INGEST = `mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) {
  __typename ... on MetadataIngested { datasets edgesOpened edgesClosed unresolved } ... on Refused { code } } }`;

const told = (change: object = {}) => ({
  producer: 'dbt 1.11',
  datasets: [
    {
      namespace: NAMESPACE,
      name: 'shop.public.customers',
      description: 'One row a customer.',
      owners: [{ email: 'ana@example.com' }, { name: 'growth' }],
      tags: ['certified'],
      columns: [{ name: 'email', description: 'Where receipts go.', tags: ['pii'] }, { name: 'not_there' }],
      statistics: { rowCount: 100 },
      ...change,
    },
    { namespace: NAMESPACE, name: 'shop.analytics.uncrawled', description: 'Not crawled yet.', columns: [{ name: 'x' }] },
  ],
  evidence: [
    {
      key: 'dbt/shop/model.customers',
      origin: 'DBT',
      detail: { sql: 'select 1' },
      claims: [
        {
          source: { namespace: NAMESPACE, name: 'shop.analytics.uncrawled', column: 'x' },
          target: { namespace: NAMESPACE, name: 'shop.public.customers', column: 'email' },
          type: 'DIRECT',
          subtype: 'IDENTITY',
          confidence: 1,
        },
      ],
    },
  ],
});

describeOnEngines('metadata of tools', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const script: Script = {
    scopes: [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      {
        scope: ['shop', 'public'],
        records: [table(['shop', 'public', 'customers'], ['id', 'email'], { description: 'A comment.' })],
      },
    ],
  };
  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
  });
  afterAll(() => catalog.subgraph.stop());

  const ingest = async (input: object) => catalog.ask(INGEST, { input: { idempotencyKey: key(), ...input } });
  const read = async () =>
    (
      await catalog.ask(
        `query($urn: Urn!) { dataset(urn: $urn) { description descriptions { origin } version owners { role origin external } tags { origin tag { name } }
           columns { edges { node { name description tags { tag { name } } } } } statistics { rowCountEstimate } lineage(direction: UPSTREAM) { nodes { asset { name } } } } }`,
        { urn: MODEL },
      )
    ).data.dataset;

  it('show over what the source says, and lead to where data comes from', async () => {
    const { data, errors } = await ingest(told());
    expect(errors).toEqual([]);
    expect(data.ingestMetadata).toEqual({
      __typename: 'MetadataIngested',
      datasets: 2,
      edgesOpened: 2,
      edgesClosed: 0,
      unresolved: 0,
    });
    const { owners, ...rest } = await read();
    expect(new Set(owners.map((owner: { external: string }) => owner.external))).toEqual(new Set(['ana@example.com', 'growth']));
    expect(owners[0]).toMatchObject({ role: 'ACCOUNTABLE', origin: 'RULE' });
    expect(rest).toEqual({
      description: 'One row a customer.',
      descriptions: [{ origin: 'RULE' }, { origin: 'SOURCE' }],
      version: 2,
      tags: [{ origin: 'RULE', tag: { name: 'certified' } }],
      columns: {
        edges: [
          { node: { name: 'id', description: null, tags: [] } },
          { node: { name: 'email', description: 'Where receipts go.', tags: [{ tag: { name: 'pii' } }] } },
        ],
      },
      statistics: { rowCountEstimate: 100 },
      lineage: { nodes: [{ asset: { name: 'customers' } }, { asset: { name: 'uncrawled' } }] },
    });
  });

  it('say of a request that was taken before that it is a repeat', async () => {
    const input = { idempotencyKey: key(), producer: 'dbt 1.11', datasets: [], evidence: [] };
    const isRepeat = async (): Promise<unknown> =>
      (
        await catalog.ask(
          `mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { ... on MetadataIngested { isRepeat } } }`,
          { input },
        )
      ).data.ingestMetadata.isRepeat;
    expect([await isRepeat(), await isRepeat()]).toEqual([false, true]);
  });

  it('write nothing when they say the same again', async () => {
    const state = () =>
      Promise.all(
        ['catalog.asset_version', 'catalog.lineage_edge', 'catalog.ownership', 'catalog.tag_assignment'].map((name) =>
          count(db, name),
        ),
      );
    const before = await state();
    expect((await ingest(told())).data.ingestMetadata).toMatchObject({ datasets: 0, edgesOpened: 0, edgesClosed: 0 });
    expect(await state()).toEqual(before);
  });

  it('never hide what a person wrote', async () => {
    await catalog.ask(`mutation($input: SetDescriptionInput!) { setDescription(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), urn: MODEL, text: 'A person knows better.' },
    });
    await ingest(told({ description: 'Something else.' }));
    expect((await read()).description).toBe('A person knows better.');
  });

  it('are taken back when the tool does not say them any more', async () => {
    await ingest({
      ...told({ description: null, owners: [], tags: [], columns: [] }),
      evidence: [{ key: 'dbt/shop/model.customers', origin: 'DBT', claims: [] }],
    });
    expect(await read()).toMatchObject({ owners: [], tags: [], lineage: { nodes: [{ asset: { name: 'customers' } }] } });
  });

  it('speak for their own tool only', async () => {
    for (const change of [
      { key: 'view/ast_x', origin: 'VIEW' },
      { key: 'view/ast_x', origin: 'DBT' },
    ]) {
      const { errors } = await ingest({ ...told(), evidence: [{ ...change, claims: [] }] });
      expect(errors[0].cause).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  it('are refused when they are nested without end', async () => {
    let detail: object = {};
    for (let i = 0; i < 5_000; i++) detail = { detail };
    const { errors } = await ingest({ ...told(), evidence: [{ key: 'dbt/shop/deep', origin: 'DBT', detail, claims: [] }] });
    expect(errors[0].cause).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
