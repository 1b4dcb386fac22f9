import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { count, key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { originOf } from '../../kernel/audit/record.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { ensureTags } from '../../subgraphs/catalog/service/ensureTags.ts';
import { ingest } from '../support/ingesting.ts';
import { edgesOf, eventBase as base, HOME, load, merging, type Merging, ORDERS, urnOf, worldOf } from '../support/merging.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { planOf, statementsOf } from '../support/statements.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const POOLER = 'postgres://pgbouncer:6432';

/** So many assets, columns and aliases of one namespace that the choice of an index matters. */
async function fill(db: Database): Promise<void> {
  await db.query(
    `insert into catalog.asset (no, id, kind, subtype, platform, namespace, name, canonical, simple_name, scope, state, version,
       content_digest, native, first_seen_at, recorded_at)
     select 1000000 + i, 'ast_' || i, 'dataset', 'TABLE', 'postgres', $1, 'a.b.t' || i, 'a.b.t' || i, 't' || i, '{}', 'present', 0, '',
       '{}', now(), now() from generate_series(1, 2000) i`,
    [HOME],
  );
  await db.query(
    `insert into catalog.asset_column (no, id, dataset_no, name, canonical, ordinal, native_type, nullable, state, first_seen_at, recorded_at)
     select 2000000 + i, 'col_' || i, 1000001 + i / 100, 'c' || i, 'c' || i, i, '', true, 'present', now(), now()
     from generate_series(1, 5000) i`,
  );
  await db.query(
    `insert into catalog.asset_alias (namespace, name, canonical, asset_no, recorded_at)
     select $1, 'x.t' || i, 'x.t' || i, 1000000 + i, now() from generate_series(1, 2000) i`,
    [HOME],
  );
}

describeOnOneEngine('names that meet', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  let act: Merging;
  const script: Script = { scopes: [] };
  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    act = merging(catalog);
  });
  beforeEach(() => resetData(db));
  afterAll(() => catalog.subgraph.stop());

  const crawl = async (): Promise<void> => {
    script.scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      { scope: ['shop', 'public'], records: [table(['shop', 'public', 'orders'], ['id', 'price'])] },
    ];
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
  };
  const seen = async (urn: string, context = {}) =>
    (await catalog.ask(`query($urn: Urn!) { asset(urn: $urn) { id urn state } }`, { urn }, context)).data.asset;
  const later = async (): Promise<string> => {
    const [row] = await db.query<{ now: string }>('select clock_timestamp() as now');
    return row?.now ?? '';
  };

  it('events under a declared namespace land on what was crawled, whether it was declared before or after them', async () => {
    await crawl();
    await ingest(db, load(HOME, 'm'));
    const asByName = await worldOf(db);
    await resetData(db);

    await crawl();
    expect(await act.declare('shop', [POOLER])).toMatchObject({ mergedDatasets: 0, source: { namespaceAliases: [POOLER] } });
    await ingest(db, load(POOLER, 'm'));
    expect(await worldOf(db)).toEqual(asByName);
    await resetData(db);

    await crawl();
    await ingest(db, load(POOLER, 'm'));
    const before = await worldOf(db);
    const moment = await later();
    expect(await act.declare('shop', [POOLER])).toMatchObject({ mergedDatasets: 1, isMore: false });
    expect(await worldOf(db)).toEqual(asByName);
    expect((await seen(urnOf(POOLER, ORDERS))).urn).toBe(urnOf(HOME, ORDERS));
    expect((await seen(urnOf(POOLER, ORDERS), { asOf: moment })).urn).toBe(urnOf(POOLER, ORDERS));
    expect(await act.declare('shop', [])).toMatchObject({ source: { namespaceAliases: [] } });
    expect(await worldOf(db)).toEqual(before);
  });

  it('what was heard of before the first crawl, under another namespace, is what the crawl finds', async () => {
    await ingest(db, load(POOLER, 'm'));
    const { errors } = await catalog.ask(`mutation($input: AddSourceInput!) { addSource(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), name: 'shop', url: 'script://shop', namespaceAliases: [POOLER] },
    });
    expect(errors).toEqual([]);
    script.scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      { scope: ['shop', 'public'], records: [table(['shop', 'public', 'orders'], ['id', 'price'])] },
    ];
    await catalog.crawl('shop');
    expect(await edgesOf(db)).toEqual([`${HOME},${ORDERS}.price > bigquery,m.total`]);
    expect((await seen(urnOf(POOLER, ORDERS))).urn).toBe(urnOf(HOME, ORDERS));
  });

  it('tools that speak under a declared namespace speak of what was crawled', async () => {
    await crawl();
    await act.declare('shop', ['prod-warehouse']);
    const { errors } = await catalog.ask(
      `mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { __typename } }`,
      {
        input: {
          idempotencyKey: key(),
          producer: 'dbt 1.11',
          datasets: [
            {
              namespace: 'prod-warehouse',
              name: 'SHOP.public.ORDERS',
              description: 'Told.',
              columns: [{ name: 'PRICE', description: 'Cents.' }],
            },
          ],
          evidence: [],
        },
      },
    );
    expect(errors).toEqual([]);
    const { data } = await catalog.ask(
      `{ dataset(urn: "${urnOf(HOME, ORDERS)}") { description columns(first: 5) { edges { node { description } } } } }`,
    );
    expect(data.dataset).toMatchObject({
      description: 'Told.',
      columns: { edges: [{ node: { description: null } }, { node: { description: 'Cents.' } }] },
    });
    expect(await count(db, `catalog.asset where namespace = 'prod-warehouse'`)).toBe(0);
  });

  it("a namespace belongs to one source, and a source's own namespace is nobody's alias", async () => {
    await crawl();
    await catalog.addSource('other', 'script://shop');
    expect(await act.declare('other', [HOME])).toMatchObject({ __typename: 'Refused', code: 'NAMESPACE_TAKEN' });
    await act.declare('shop', [POOLER]);
    expect(await act.declare('other', [POOLER])).toMatchObject({ __typename: 'Refused', code: 'NAMESPACE_TAKEN' });
    await expect(act.declare('shop', ['not a namespace'])).rejects.toThrow(/not an OpenLineage namespace/);
    await expect(
      act.declare(
        'shop',
        Array.from({ length: 21 }, (_, i) => `n${i}`),
      ),
    ).rejects.toThrow(/at most 20/);
    await act.declare('shop', []);
    expect(await act.declare('other', [POOLER])).toMatchObject({ source: { namespaceAliases: [POOLER] } });
  });

  it('a symlink is asked by its URN, and by what tools say', async () => {
    await crawl();
    const symlinks = { identifiers: [{ namespace: 'hive://meta', name: 'shop.orders', type: 'TABLE' }] };
    await ingest(db, {
      ...base,
      eventTime: '2026-01-01T10:00:00Z',
      dataset: { namespace: HOME, name: ORDERS, facets: { symlinks } },
    });
    expect((await seen(urnOf('hive://meta', 'shop.orders'))).urn).toBe(urnOf(HOME, ORDERS));
    expect((await seen('urn:cadastre:column:hive://meta,shop.orders,price')).urn).toBe(
      `urn:cadastre:column:${HOME},${ORDERS},price`,
    );
  });

  it('orphans are proposed with what they may be, and what would settle many at once', async () => {
    await crawl();
    script.scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      {
        scope: ['shop', 'public'],
        records: [
          table(['shop', 'public', 'orders'], ['id', 'price', 'placed_at']),
          table(['shop', 'public', 'customers'], ['customer_id', 'full_name', 'email_address']),
        ],
      },
    ];
    await catalog.crawl('shop');
    const told = (namespace: string, name: string, ...columns: readonly string[]) => ({
      ...base,
      eventTime: '2026-01-01T10:00:00Z',
      dataset: { namespace, name, facets: { schema: { fields: columns.map((one) => ({ name: one, type: 'int' })) } } },
    });
    await ingest(
      db,
      told('postgres://shop.internal:5432', 'SHOP.PUBLIC.Orders', 'id', 'price'),
      told(POOLER, ORDERS, 'id'),
      told(POOLER, 'shop.public.customers'),
      told('bigquery', 'dwh.people', 'customer_id', 'full_name', 'email_address'),
      told('bigquery', 'dwh.nothing', 'a', 'b', 'c'),
    );
    const { data, errors } = await catalog.ask(`{ mergeProposals(first: 10) { edges { node { orphan { urn }
      candidates { asset { urn } score reasons sharedColumns command namespaceAlias { namespace source datasets command } } } } } }`);
    expect(errors).toEqual([]);
    const proposed = new Map<string, { asset: { urn: string }; score: number; command: string; namespaceAlias: object | null }[]>(
      data.mergeProposals.edges.map(({ node }: { node: { orphan: { urn: string }; candidates: [] } }) => [
        node.orphan.urn,
        node.candidates,
      ]),
    );
    const best = (namespace: string, name: string) => proposed.get(urnOf(namespace, name))?.[0];
    expect(best('bigquery', 'dwh.nothing')).toBeUndefined();
    expect(best('bigquery', 'dwh.people')).toMatchObject({
      asset: { urn: urnOf(HOME, 'shop.public.customers') },
      sharedColumns: 3,
    });
    expect(best('postgres://shop.internal:5432', 'SHOP.PUBLIC.Orders')).toMatchObject({
      asset: { urn: urnOf(HOME, ORDERS) },
      score: 1,
      command: `cadastre assets merge ${urnOf('postgres://shop.internal:5432', 'SHOP.PUBLIC.Orders')} ${urnOf(HOME, ORDERS)}`,
      namespaceAlias: null,
    });
    expect(best(POOLER, ORDERS)).toMatchObject({
      namespaceAlias: { namespace: POOLER, source: 'shop', datasets: 2, command: `cadastre sources alias shop ${POOLER}` },
    });
    await act.declare('shop', [POOLER]);
    const after = await catalog.ask('{ mergeProposals(first: 10) { edges { node { orphan { urn } } } } }');
    expect(after.data.mergeProposals.edges).toHaveLength(3);
  });

  it('names of datasets and columns are found by an index each', async () => {
    await crawl();
    const sent = await statementsOf(() => ingest(db, load(HOME, 'm')));
    await fill(db);
    const assets = await planOf(db, 'catalog_find_assets', sent);
    for (const index of ['asset_name', 'asset_natural', 'asset_alias_name', 'asset_alias_canonical'])
      expect(assets).toContain(index);
    expect(assets).not.toMatch(/Seq Scan on asset/);
    expect(await planOf(db, 'catalog_find_columns', sent)).toMatch(
      /asset_column_natural[\s\S]*Index Cond: .*dataset_no = w.dataset_no.*md5\(c?\.?canonical\) = ANY/,
    );
    expect(await planOf(db, 'catalog_homes_of', sent)).toMatch(/asset_natural/);
  });

  it('columns that only lineage knows follow the rule of the platform, not of what the namespace is called', async () => {
    await crawl();
    await db.query(`update catalog.asset set namespace = 'sample://shop', platform = 'duckdb' where namespace = $1`, [HOME]);
    const tell = async (name: string): Promise<void> => {
      await catalog.ask(`mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { __typename } }`, {
        input: {
          idempotencyKey: key(),
          producer: 'dbt 1.11',
          datasets: [{ namespace: 'sample://shop', name: 'mart.new', columns: [{ name }] }],
          evidence: [],
        },
      });
    };
    await tell('Price');
    await tell('PRICE');
    expect(await count(db, `catalog.asset_column where lower(name) = 'price' and canonical = 'price'`)).toBe(2);
  });

  it('spellings that the database takes for one tag are one tag, and both find it', async () => {
    const origin = originOf(internalRequest('test'), decide(internalRequest('test'), 'catalog.curate'));
    const same = ['PII', 'pii', 'Stra\u00dfe', 'STRASSE', '\u212aelvin', 'kelvin', '\u0130d', 'i\u0307d'];
    const ids = await db.transaction((tx) => ensureTags(tx, origin, same));
    for (const name of same) expect(ids.get(name), name).toBeDefined();
    const folded = await db.query<{ names: readonly string[] }>(
      `select array_agg(n order by n) as names from unnest($1::text[]) as w(n) group by lower(n)`,
      [same],
    );
    for (const { names } of folded) expect(new Set(names.map((name) => ids.get(name))).size, names.join()).toBe(1);
    expect(await count(db, 'catalog.tag')).toBe(folded.length);
  });
});
