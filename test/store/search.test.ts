import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table } from '../support/scriptedConnector.ts';
import { planOf, statementsOf } from '../support/statements.ts';
import { describeOnEngines } from './engines.ts';

const PUBLIC = ['shop', 'public'];
const described = (name: string) => ({
  name,
  ordinal: 1,
  nativeType: 'text',
  nullable: true,
  defaultValue: null,
  description: 'Described.',
});
const records = [
  table([...PUBLIC, 'customer'], ['customer_id', 'first_name', 'email', 'create_date'], {
    description: 'People who rent films.',
  }),
  table([...PUBLIC, 'customer_list'], ['id', 'name', 'address']),
  table([...PUBLIC, 'customer_emails_archive'], ['address', 'sent_at']),
  table([...PUBLIC, 'payment'], ['payment_id', 'customer_id', 'amount'], { description: 'What customers paid, in euro.' }),
  table([...PUBLIC, 'StaffMember'], ['id', 'email', 'Ünïcode']),
  // More than are ranked, and before the best of them.
  ...Array.from({ length: 600 }, (_, i) => table([...PUBLIC, `a_${i}`], ['id'], { description: 'Of the ledger.' })),
  ...Array.from({ length: 2 }, (_, i) =>
    table([...PUBLIC, `ledger_${i + 1}`], ['id'], { description: i === 0 ? 'Ours.' : null }),
  ),
  table([...PUBLIC, 'ledger_daily'], ['id'], { description: 'By day.', columns: [described('day')] }),
  table([...PUBLIC, 'june.report'], ['id']),
  table([...PUBLIC, 'gone'], ['vanishing_id']),
  table([...PUBLIC, 'daily_revenue'], ['day', 'revenue'], { description: 'Monthly recurring revenue by day' }),
];

describeOnEngines('search', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  beforeAll(async () => {
    const scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      { scope: PUBLIC, records },
    ];
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: { scopes } }) });
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
  });
  afterAll(() => catalog.subgraph.stop());

  const search = async (query: string, kinds = '[DATASET]') => {
    const { data, errors } = await catalog.ask(
      `query($query: String!) { search(query: $query, kinds: ${kinds}) {
         corrections { written read } totalCount { value exact } edges { score explain { signal value } node { name } columns { name } } } }`,
      { query },
    );
    return { ...data?.search, errors, names: data?.search?.edges.map((edge: { node: { name: string } }) => edge.node.name) };
  };

  it('the exact name comes first', async () => {
    for (const name of ['customer', 'payment', 'daily_revenue', 'customer_list'])
      expect((await search(name)).names[0]).toBe(name);
  });

  it('finds by the beginning of a word', async () => {
    expect((await search('cust')).names).toContain('customer');
    expect((await search('reven')).names[0]).toBe('daily_revenue');
  });

  it('finds in descriptions by the stem of a word', async () => {
    expect((await search('renting')).names).toEqual(['customer']);
    expect((await search('recurring revenues')).names[0]).toBe('daily_revenue');
  });

  it('forgives typing errors and says so', async () => {
    const found = await search('custmer emial');
    expect(found.corrections).toEqual([
      { written: 'custmer', read: 'customer' },
      { written: 'emial', read: 'email' },
    ]);
    expect(found.names).toContain('customer');
    const customer = found.edges.find((edge: { node: { name: string } }) => edge.node.name === 'customer');
    expect(customer.columns[0]).toEqual({ name: 'email' });
  });

  it('finds the column itself, that of the fitting dataset first', async () => {
    const found = await search('customer emial', '[COLUMN]');
    expect(found.names[0]).toBe('email');
    const { data } = await catalog.ask(
      `{ search(query: "customer email", kinds: [COLUMN], first: 1) { edges { node { urn } } } }`,
    );
    expect(data.search.edges[0].node.urn).toBe('urn:cadastre:column:postgres://shop:5432,shop.public.customer,email');
  });

  it('words in camelCase and accents are words', async () => {
    expect((await search('staff')).names).toEqual(['StaffMember']);
    expect((await search('unicode')).names).toEqual(['StaffMember']);
  });

  it('shows what has some of the words after what has all', async () => {
    const found = await search('customer revenue');
    expect(found.names.length).toBeGreaterThan(1);
    expect(found.edges[0].score).toBeGreaterThanOrEqual(found.edges[1].score);
  });

  it('the parts of a score add up to it', async () => {
    for (const { score, explain } of (await search('customer')).edges) {
      expect(explain.reduce((sum: number, { value }: { value: number }) => sum + value, 0)).toBeCloseTo(score, 3);
    }
  });

  it('pages follow each other without gap or repeat', async () => {
    const page = async (args: string) =>
      (await catalog.ask(`{ search(query: "customer", ${args}) { edges { node { name } } pageInfo { endCursor hasNextPage } } }`))
        .data.search;
    const all = await page('first: 100');
    const names: string[] = [];
    for (let after = ''; ;) {
      const { edges, pageInfo } = await page(`first: 1${after}`);
      names.push(...edges.map((edge: { node: { name: string } }) => edge.node.name));
      if (!pageInfo.hasNextPage) break;
      after = `, after: "${pageInfo.endCursor}"`;
    }
    expect(names).toEqual(all.edges.map((edge: { node: { name: string } }) => edge.node.name));
  });

  it('the words of a dotted name are its name', async () => {
    expect((await search('june.report')).names[0]).toBe('june.report');
  });

  it('beyond the bound of candidates, names that begin with the words are still found, the best first', async () => {
    expect((await search('ledger')).names.slice(0, 2)).toEqual(['ledger_daily', 'ledger_1']);
  });

  it('a column of a table that is gone is not found', async () => {
    expect((await search('vanishing', '[COLUMN]')).names).toEqual(['vanishing_id']);
    await db.query(`update catalog.asset set state = 'removed' where simple_name = 'gone'`);
    expect((await search('vanishing', '[COLUMN]')).names).toEqual([]);
  });

  it('beginnings of columns and words are found by an index', async () => {
    const sent = await statementsOf(() => search('unkn', '[COLUMN]'));
    expect(await planOf(db, 'catalog_columns_with_beginning', sent)).toMatch(/asset_column_name[\s\S]*Index Cond: .*~>=~/);
    expect(await planOf(db, 'catalog_terms_occurring', sent)).toMatch(/Index Cond: .*~>=~/);
    expect(await planOf(db, 'catalog_search_candidates', await statementsOf(() => search('unkn')))).toMatch(
      /search_doc_name[\s\S]*Index Cond: .*~>=~/,
    );
  });

  it('corrections tell nothing to those who may not read', async () => {
    const nobody = { principal: someone([]) };
    const asked = `{ search(query: "custmer") { corrections { read } totalCount { value } } }`;
    expect((await catalog.ask(asked, {}, nobody)).data.search).toEqual({ corrections: [], totalCount: { value: 0 } });
  });

  it('takes any text for words, never for a query language', async () => {
    for (const query of [`'; drop table x; --`, 'a & b | !c:*', '%_% 100', '🦆 customer', 'x'.repeat(500), "it's"]) {
      expect((await search(query)).errors).toEqual([]);
    }
    expect((await search('')).errors[0].cause).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await search('***')).errors[0].cause).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await search('y'.repeat(501))).errors[0].cause).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
