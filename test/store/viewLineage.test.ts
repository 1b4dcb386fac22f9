import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { instantNow, parseInstant } from '../../kernel/time.ts';
import { count, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine } from './engines.ts';

const PUBLIC = ['shop', 'public'];
const view = (name: string, columns: readonly string[], definition: string) =>
  table([...PUBLIC, name], columns, { subtype: 'VIEW', definition });

describeOnOneEngine('the lineage of views', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const script: Script = { scopes: [] };
  const scopes = (...tables: readonly ReturnType<typeof table>[]): Script['scopes'] => [
    { scope: [], records: [container('shop'), container('shop', 'public')] },
    { scope: PUBLIC, records: tables },
  ];
  const orders = table([...PUBLIC, 'orders'], ['id', 'customer_id', 'amount', 'state']);
  const customers = table([...PUBLIC, 'customers'], ['id', 'email']);
  const revenue = view(
    'revenue',
    ['email', 'total'],
    `SELECT c.email, sum(o.amount) AS total FROM public.customers c JOIN public.orders o ON o.customer_id = c.id WHERE o.state = 'paid' GROUP BY c.email`,
  );

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    await catalog.addSource('shop', 'script://shop');
  });
  afterAll(() => catalog.subgraph.stop());

  const upstream = async (column: string, args = ''): Promise<readonly string[]> => {
    const { data, errors } = await catalog.ask(
      `query($urn: Urn!) { column(urn: $urn) { lineage(direction: UPSTREAM, depth: 9${args}) { edges { subtype source { name ... on Column { dataset { name } } } } } } }`,
      { urn: `urn:cadastre:column:postgres://shop:5432,shop.public.${column.replace('.', ',')}` },
    );
    if (data.column === null) throw new Error(JSON.stringify(errors));
    return data.column.lineage.edges
      .map(
        (edge: { subtype: string; source: { name: string; dataset: { name: string } } }) =>
          `${edge.source.dataset.name}.${edge.source.name} ${edge.subtype}`,
      )
      .toSorted();
  };

  it('follows from their definitions: what flows, and what only shapes the rows', async () => {
    script.scopes = scopes(customers, orders, revenue);
    expect(await catalog.crawl('shop')).toMatchObject({ state: 'SUCCEEDED' });
    expect(await upstream('revenue.total', ', indirect: false')).toEqual(['orders.amount AGGREGATION']);
    expect(await upstream('revenue.total')).toEqual([
      'customers.email GROUP_BY',
      'customers.id JOIN',
      'orders.amount AGGREGATION',
      'orders.customer_id JOIN',
      'orders.state FILTER',
    ]);
  });

  it('is seen again with every crawl, and as of an earlier moment not later than that', async () => {
    const seen = async (asOf: string | null = null): Promise<readonly string[]> => {
      const { data } = await catalog.ask(
        `query($urn: Urn!) { dataset(urn: $urn) { lineage(direction: UPSTREAM) { statistics { nodes edges walkMs fromMemory } edges { lastSeenAt } } } }`,
        { urn: 'urn:cadastre:dataset:postgres://shop:5432,shop.public.revenue' },
        { asOf: asOf === null ? null : parseInstant(asOf) },
      );
      const { edges, statistics } = data.dataset.lineage;
      expect(statistics).toEqual({ nodes: 3, edges: edges.length, walkMs: expect.any(Number), fromMemory: asOf === null });
      return edges.map(({ lastSeenAt }: { lastSeenAt: string }) => lastSeenAt);
    };
    const asOf = instantNow();
    await db.query(`update catalog.evidence_seen set seen_at = seen_at - interval '2 days'`);
    const before = await seen();
    expect(before.length).toBeGreaterThan(0);
    await catalog.crawl('shop');
    for (const [i, at] of (await seen()).entries()) expect(at > (before[i] ?? '') && at > asOf).toBe(true);
    for (const at of await seen(asOf)) expect(at <= asOf).toBe(true);
  });

  it('is not derived again while neither the view nor what it reads changes', async () => {
    const before = await db.query(
      'select xmin::text from catalog.view_derivation union all select xmin::text from catalog.lineage_edge',
    );
    await catalog.crawl('shop');
    expect(
      await db.query('select xmin::text from catalog.view_derivation union all select xmin::text from catalog.lineage_edge'),
    ).toEqual(before);
  });

  it('goes through views of views', async () => {
    const top = view('top', ['who'], 'SELECT r.email AS who FROM public.revenue r ORDER BY r.total DESC');
    script.scopes = scopes(customers, orders, revenue, top);
    await catalog.crawl('shop');
    expect(await upstream('top.who', ', indirect: false')).toEqual(['customers.email IDENTITY', 'revenue.email IDENTITY']);
  });

  it('changes with the definition, and ends with it', async () => {
    script.scopes = scopes(
      customers,
      orders,
      view('revenue', ['email', 'total'], `SELECT c.email, 0 AS total FROM public.customers c`),
    );
    await catalog.crawl('shop');
    expect(await upstream('revenue.total', ', indirect: false')).toEqual([]);
    expect(await upstream('revenue.email', ', indirect: false')).toEqual(['customers.email IDENTITY']);
  });

  it('a definition that nobody understands costs its edges, not the crawl', async () => {
    script.scopes = scopes(customers, orders, view('revenue', ['email', 'total'], 'this is )( not SQL'));
    expect(await catalog.crawl('shop')).toMatchObject({ state: 'SUCCEEDED' });
    expect(
      await count(
        db,
        `catalog.lineage_edge e join catalog.asset a on e.evidence_key = 'view/' || a.id where a.simple_name = 'revenue' and e.recorded_to = 'infinity'`,
      ),
    ).toBe(0);
    expect(await count(db, `catalog.view_derivation where problem is not null`)).toBe(1);
  });
});
