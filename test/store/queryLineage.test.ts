import { afterAll, beforeAll, expect, it } from 'vitest';
import { Fault } from '../../kernel/fault.ts';
import { parseInstant } from '../../kernel/time.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { QueryItem } from '../../connectors/connector.ts';
import { analyzeNow } from '../../lineage/analyze.ts';
import type { LineageResult } from '../../lineage/model/model.ts';
import { count, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, ran, scriptedConnector, table, told, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine } from './engines.ts';

const PROBLEM = { code: 'TOO_SLOW', message: 'The statement took more than 1000 ms.', span: null } as const;
const TOO_SLOW: LineageResult = { ...analyzeNow({ dialect: 'postgres', sql: '' }), problems: [PROBLEM] };
const PUBLIC = ['shop', 'public'];
const at = (...path: readonly string[]) => ['shop', ...path];

describeOnOneEngine('the lineage of queries', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  let isSlow = false;
  const script: Script = { scopes: [], queries: () => [] };
  const orders = table(at('public', 'orders'), ['id', 'customer_id', 'amount', 'state']);
  const totals = table(at('public', 'totals'), ['customer_id', 'total']);
  const archive = table(at('archive', 'orders'), ['id', 'customer_id', 'amount', 'state']);
  const tables = (...there: readonly ReturnType<typeof table>[]): void => {
    const inScope = (schema: string) => there.filter(({ path }) => path[1] === schema);
    script.scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public'), container('shop', 'archive')] },
      { scope: PUBLIC, records: inScope('public') },
      { scope: at('archive'), records: inScope('archive') },
    ];
  };
  const says = (...items: readonly QueryItem[]): void => {
    script.queries = () => [...items, told()];
  };
  const SUMS = 'INSERT INTO totals SELECT customer_id, sum(amount) FROM orders WHERE state = $1 GROUP BY customer_id';

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) }, (request) =>
      Promise.resolve(isSlow ? TOO_SLOW : analyzeNow(request)),
    );
    await catalog.addSource('shop', 'script://shop');
  });
  afterAll(() => catalog.subgraph.stop());

  const crawl = async (): Promise<Record<string, unknown>> => {
    const { id, state } = await catalog.crawl('shop');
    expect(state).toBe('SUCCEEDED');
    const { data, errors } = await catalog.ask(
      `query($id: ID!) { crawl(id: $id) { queries { readable listed analyzed moving touching foreignOnly unread withheld beyond notes } } }`,
      { id },
    );
    expect(errors).toEqual([]);
    return data.crawl.queries;
  };
  /** Edges in force that queries say, as `source > target SUBTYPE`. */
  const edges = async (level = 1): Promise<readonly string[]> => {
    const rows = await db.query<{ edge: string }>(
      `with named as (select no, concat_ws('.', scope[2], simple_name) as name from catalog.asset
         union all select c.no, concat_ws('.', a.scope[2], a.simple_name, c.name) from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no)
       select s.name || ' > ' || t.name || ' ' || e.subtype as edge from catalog.lineage_edge e
       join named s on s.no = e.source_no join named t on t.no = e.target_no
       where e.origin = 'QUERY' and e.recorded_to = 'infinity' and e.level = $1`,
      [level],
    );
    return rows.map(({ edge }) => edge).toSorted();
  };
  const usage = async (name: string, days = 30): Promise<Record<string, unknown>> => {
    const { data, errors } = await catalog.ask(
      `query($urn: Urn!, $days: Int!) { dataset(urn: $urn) { usage(days: $days) { countedFrom countedTo reads writes lastReadAt lastWrittenAt } } }`,
      { urn: `urn:cadastre:dataset:postgres://shop:5432,shop.${name}`, days },
    );
    expect(errors).toEqual([]);
    return data.dataset.usage;
  };

  it('follows from what was run: what flows, and what only shapes the rows', async () => {
    tables(orders, totals, archive);
    says(ran(SUMS, { calls: 7 }));
    const counts = { listed: 1, analyzed: 1, moving: 1, touching: 0, foreignOnly: 0, unread: 0, withheld: 0, beyond: 0 };
    expect(await crawl()).toEqual({ readable: true, ...counts, notes: [] });
    expect(await edges()).toEqual([
      'public.orders.amount > public.totals.total AGGREGATION',
      'public.orders.customer_id > public.totals GROUP_BY',
      'public.orders.customer_id > public.totals.customer_id IDENTITY',
      'public.orders.state > public.totals FILTER',
    ]);
    expect(await edges(0)).toEqual(['public.orders > public.totals TRANSFORMATION']);
  });

  it('says in its evidence which statement, how often it ran and when last, and nothing of who ran it', async () => {
    const { data } = await catalog.ask(
      `query($urn: Urn!) { column(urn: $urn) { lineage(direction: UPSTREAM, depth: 1, indirect: false) { edges { origin evidenceKey evidence lastSeenAt confidence } } } }`,
      { urn: 'urn:cadastre:column:postgres://shop:5432,shop.public.totals,total' },
    );
    const [edge] = data.column.lineage.edges;
    expect(edge).toMatchObject({ origin: 'QUERY', confidence: 1, evidence: { text: SUMS, dialect: 'postgres', calls: 7 } });
    expect(edge.evidenceKey).toMatch(/^query\/src_[a-z0-9]+\/[0-9a-f]{32}$/);
    expect(Object.keys(edge.evidence).toSorted()).toEqual([
      'calls',
      'coverage',
      'dialect',
      'lastSeenAt',
      'rows',
      'text',
      'totalMs',
    ]);
  });

  it('costs neither parsing nor writing while nothing new was run', async () => {
    const written = () =>
      db.query(`select xmin::text from catalog.query_statement union all select xmin::text from catalog.lineage_edge
        union all select xmin::text from catalog.dataset_usage`);
    const events = () =>
      count(db, `kernel.audit_event where action in ('catalog.lineage.recorded.v1', 'catalog.dataset.measured.v1')`);
    const before = [await written(), await events()];
    expect(await crawl()).toMatchObject({ listed: 1, analyzed: 0, moving: 1 });
    expect([await written(), await events()]).toEqual(before);
  });

  it('is one statement, whoever runs it and whatever the engine calls it', async () => {
    says(ran(SUMS, { calls: 8 }), ran(`${SUMS} -- by hand`, { id: 'another', calls: 2 }));
    expect(await crawl()).toMatchObject({ listed: 1, analyzed: 0 });
    expect(await count(db, `catalog.lineage_edge where origin = 'QUERY' and evidence->>'calls' = '10'`)).toBe(5);
  });

  it('counts reads and writes by what the counters grew, and begins anew when they fall', async () => {
    expect(await usage('public.orders')).toMatchObject({ countedFrom: null, reads: 10, writes: 0, lastWrittenAt: null });
    says(ran(SUMS, { calls: 12 }), ran('SELECT id FROM orders', { calls: 100 }));
    await crawl();
    expect(await usage('public.orders')).toMatchObject({ reads: 112 });
    expect(await usage('public.totals')).toMatchObject({ reads: 0, writes: 12, lastReadAt: null });
    says(ran(SUMS, { calls: 3 }), ran('SELECT id FROM orders', { calls: 100 }));
    await crawl();
    expect(await usage('public.orders')).toMatchObject({ reads: 115 });
    expect(await usage('archive.orders')).toMatchObject({ reads: 0, writes: 0, lastReadAt: null });
  });

  it('usage knows the present only, and days of the calendar', async () => {
    const ask = (days: number, context: object = {}) =>
      catalog.ask(
        `query($days: Int!) { dataset(urn: "urn:cadastre:dataset:postgres://shop:5432,shop.public.orders") { usage(days: $days) { reads } } }`,
        { days },
        context,
      );
    const code = async (answer: ReturnType<typeof ask>): Promise<unknown> => (await answer).errors[0]?.cause?.code;
    expect(await code(ask(0))).toBe('BAD_USER_INPUT');
    expect(await code(ask(3_651))).toBe('BAD_USER_INPUT');
    expect(await code(ask(30, { asOf: parseInstant(new Date().toISOString()) }))).toBe('AS_OF_UNSUPPORTED');
    expect((await ask(3_650)).data.dataset.usage.reads).toBe(115);
  });

  it('keeps its edges when the engine has forgotten the statement', async () => {
    const before = await edges();
    says();
    expect(await crawl()).toMatchObject({ listed: 0, moving: 0 });
    expect(await edges()).toEqual(before);
    expect(before).not.toEqual([]);
  });

  it('looks bare names up in the schemas of the session, and placeholders are no columns', async () => {
    const copy = 'INSERT INTO orders (id, amount) SELECT o.id, o.amount + $2 FROM public.orders o WHERE o.id > $1';
    says(ran(copy, { schemas: ['nobody', 'archive', 'public'] }));
    await crawl();
    expect((await edges()).filter((edge) => edge.includes('archive'))).toEqual([
      'public.orders.amount > archive.orders.amount TRANSFORMATION',
      'public.orders.id > archive.orders FILTER',
      'public.orders.id > archive.orders.id IDENTITY',
    ]);
  });

  it('of every kind of statement that writes, and of none that only looks up its own rows', async () => {
    const before = new Set(await edges());
    const added = async (sql: string): Promise<readonly string[]> => {
      says(ran(sql));
      await crawl();
      const now = (await edges()).filter((edge) => !before.has(edge));
      for (const edge of now) before.add(edge);
      return now;
    };
    expect(await added('UPDATE orders SET amount = amount + $1 WHERE id = $2')).toEqual([]);
    expect(await added('DELETE FROM orders WHERE id = $1')).toEqual([]);
    expect(await added('INSERT INTO orders (id) VALUES ($1)')).toEqual([]);
    expect(await added('SELECT * FROM orders JOIN totals USING (customer_id)')).toEqual([]);
    expect(await added('UPDATE orders SET state = customer_id')).toEqual([
      'public.orders.customer_id > public.orders.state IDENTITY',
    ]);
    expect(await added('UPDATE totals t SET total = o.id FROM orders o WHERE o.customer_id = t.customer_id')).toEqual([
      'public.orders.customer_id > public.totals FILTER',
      'public.orders.id > public.totals.total IDENTITY',
    ]);
    expect(await added('DELETE FROM totals USING archive.orders o WHERE o.id = totals.customer_id')).toEqual([
      'archive.orders.id > public.totals FILTER',
    ]);
    expect(
      await added(
        'MERGE INTO totals t USING archive.orders o ON o.customer_id = t.customer_id WHEN MATCHED THEN UPDATE SET total = o.amount',
      ),
    ).toEqual(['archive.orders.amount > public.totals.total IDENTITY', 'archive.orders.customer_id > public.totals JOIN']);
    expect(
      await added('WITH moved AS (DELETE FROM totals RETURNING *) INSERT INTO archive.orders (amount) SELECT total FROM moved'),
    ).toEqual(['public.totals.total > archive.orders.amount IDENTITY']);
    expect(await added('CREATE TABLE archive.orders AS SELECT * FROM orders')).toContain(
      'public.orders.state > archive.orders.state IDENTITY',
    );
    expect(await added('SELECT total AS state INTO archive.orders FROM totals')).toEqual([
      'public.totals.total > archive.orders.state IDENTITY',
    ]);
  });

  it('a file that COPY writes is a dataset on the machine of the engine', async () => {
    says(ran(`COPY (SELECT total FROM totals) TO '/srv/export/totals.csv' WITH (FORMAT csv)`));
    await crawl();
    const [file] = await db.query(
      `select a.namespace, a.name, a.source_id from catalog.lineage_edge e join catalog.asset a on a.no = e.target_no
       where e.evidence->>'text' like 'COPY%' and e.level = 0`,
    );
    expect(file).toEqual({ namespace: 'file://shop', name: '/srv/export/totals.csv', source_id: null });
  });

  it('literals are not kept, and statements that differ only in them are one', async () => {
    const made = (day: string, n: number) =>
      ran(`CREATE TABLE public.totals AS SELECT customer_id, amount AS total FROM orders WHERE state = '${day}' AND id > ${n}`);
    says(
      made('secret-1', 741_852_963_741),
      made('secret-2', 963_852_741_963),
      ran(`SELECT id FROM orders WHERE state = 'it\\'s secret'`),
    );
    expect(await crawl()).toMatchObject({ listed: 1, withheld: 1 });
    const [row] = await db.query(`select string_agg(t::text, '') as all from catalog.query_statement t`);
    const [evidence] = await db.query(`select string_agg(evidence::text, '') as all from catalog.lineage_edge`);
    const [audit] = await db.query(`select string_agg(body, '') as all from kernel.audit_event`);
    for (const kept of [row, evidence, audit])
      expect(JSON.stringify(kept).match(/secret|741852963741|963852741963/)?.[0]).toBeUndefined();
    expect(JSON.stringify(evidence)).toContain(`WHERE state = '?' AND id > 0`);
  });

  it('a statement that nobody can parse is counted, and costs nothing else', async () => {
    says(ran('INSERT INTO totals SELECT )('), ran(SUMS), ran('INSERT INTO elsewhere.t SELECT * FROM elsewhere.s'));
    expect(await crawl()).toMatchObject({ listed: 3, moving: 1, unread: 1, foreignOnly: 1 });
    expect(await crawl()).toMatchObject({ analyzed: 0, unread: 1 });
  });

  it('a table that comes later gives edges to a statement that was known before', async () => {
    const late = ran('INSERT INTO later SELECT customer_id FROM orders');
    says(late);
    await crawl();
    expect((await edges()).filter((edge) => edge.includes('later'))).toEqual([]);
    tables(orders, totals, archive, table(at('public', 'later'), ['who']));
    expect(await crawl()).toMatchObject({ analyzed: 1, moving: 1 });
    expect((await edges()).filter((edge) => edge.includes('later'))).toEqual([
      'public.orders.customer_id > public.later.who IDENTITY',
    ]);
  });

  it('edges end with the columns that they hang on, and come back with them', async () => {
    tables(table(at('public', 'orders'), ['id', 'amount', 'state']), totals, archive, table(at('public', 'later'), ['who']));
    await crawl();
    expect((await edges()).filter((edge) => edge.includes('later'))).toEqual([]);
    tables(orders, totals, archive, table(at('public', 'later'), ['who']));
    await crawl();
    expect((await edges()).filter((edge) => edge.includes('later'))).toEqual([
      'public.orders.customer_id > public.later.who IDENTITY',
    ]);
    const [known] = await db.query<{ calls: number; seen: string }>(
      `select (evidence->>'calls')::int as calls, evidence->>'lastSeenAt' as seen from catalog.lineage_edge
       where origin = 'QUERY' and recorded_to = 'infinity' and evidence->>'text' like '%later%' limit 1`,
    );
    expect(known).toEqual({ calls: 1, seen: expect.stringMatching(/^2\d{3}-.*T.*\.\d{6}Z$/) });
  });

  it('a parser without time costs no edges, and is asked again', async () => {
    const before = await edges();
    const newcomer = ran('INSERT INTO later SELECT state FROM orders');
    says(ran('INSERT INTO later SELECT customer_id FROM orders'), newcomer);
    tables(orders, totals, archive, table(at('public', 'later'), ['who', 'more']));
    isSlow = true;
    expect(await crawl()).toMatchObject({ analyzed: 2, moving: 1, unread: 1 });
    expect(await edges()).toEqual(before);
    isSlow = false;
    expect(await crawl()).toMatchObject({ analyzed: 2, moving: 2, unread: 0 });
    expect(await edges()).toContain('public.orders.state > public.later.who IDENTITY');
  });

  it('statistics that cannot be read fail no crawl, and their note is shown', async () => {
    const before = await edges();
    script.queries = () => [told({ readable: false, notes: ['no statistics; install them'] })];
    expect(await crawl()).toMatchObject({ readable: false, listed: 0, notes: ['no statistics; install them'] });
    script.queries = () => {
      throw new Fault('SOURCE_UNAVAILABLE', { public: 'The server cut the connection.' });
    };
    expect(await crawl()).toMatchObject({ readable: false, notes: ['The server cut the connection.'] });
    expect(await edges()).toEqual(before);
  });
});
