import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { Fault } from '../../kernel/fault.ts';
import { count, key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnEngines } from './engines.ts';

const PUBLIC = ['shop', 'public'];

/** A source with one schema of these tables. */
const shop = (tables: Script['scopes'][number]['records'], complete = true): Script['scopes'] => [
  { scope: [], records: [container('shop'), container('shop', 'public')] },
  {
    scope: PUBLIC,
    records: tables,
    complete,
    ...(complete ? {} : { reason: 'permission denied; GRANT USAGE ON SCHEMA public TO crawler' }),
  },
];

const ten = (): ReturnType<typeof table>[] => Array.from({ length: 10 }, (_, i) => table([...PUBLIC, `t${i}`], ['id', 'name']));

describeOnEngines('a crawl', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const scripts: Record<string, Script> = {};

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector(scripts) });
  });
  afterAll(() => catalog.subgraph.stop());

  const source = async (name: string, scopes: Script['scopes']): Promise<Script> => {
    const script: Script = { scopes };
    scripts[name] = script;
    await catalog.addSource(name, `script://${name}`);
    return script;
  };

  const written = async (): Promise<readonly number[]> =>
    Promise.all(
      [
        'catalog.asset_version',
        `kernel.audit_event where action like 'catalog.asset.%'`,
        'kernel.outbox',
        'catalog.measurement',
      ].map((from) => count(db, from)),
    );

  it('stores what it finds, and an unchanged source is not written a second time', async () => {
    await source('unchanged', shop(ten()));
    const first = await catalog.crawl('unchanged');
    expect(first).toMatchObject({ state: 'SUCCEEDED', counts: { added: 12, changed: 0, unchanged: 0 } });
    const [versions, events, , measurements] = await written();
    const before = await db.query('select xmin::text, no from catalog.search_doc order by no');
    const second = await catalog.crawl('unchanged');
    expect(second).toMatchObject({ state: 'SUCCEEDED', counts: { added: 0, changed: 0, unchanged: 12 } });
    const after = await written();
    expect([after[0], after[1], after[3]]).toEqual([versions, events, measurements]);
    expect(await db.query('select xmin::text, no from catalog.search_doc order by no')).toEqual(before);
  });

  it('writes one version and one event for a dataset whose columns changed', async () => {
    const script = await source('columns', shop(ten()));
    await catalog.crawl('columns');
    const versions = await count(db, 'catalog.asset_version');
    script.scopes = shop([table([...PUBLIC, 't0'], ['id', 'email']), ...ten().slice(1)]);
    const crawl = await catalog.crawl('columns');
    expect(crawl.counts).toMatchObject({ added: 0, changed: 1, unchanged: 11, missing: 0 });
    expect(await count(db, 'catalog.asset_version')).toBe(versions + 1);
    const { data } = await catalog.ask(
      `{ dataset(urn: "urn:cadastre:dataset:postgres://columns:5432,shop.public.t0") { version columns { edges { node { name } } } history { edges { node { version columnCount } } } } }`,
    );
    expect(data.dataset).toMatchObject({
      version: 2,
      columns: { edges: [{ node: { name: 'id' } }, { node: { name: 'email' } }] },
    });
  });

  it('a column that comes back has its old id', async () => {
    const script = await source('comeback', shop([table([...PUBLIC, 't'], ['id', 'email'])]));
    const idOf = async (): Promise<string | undefined> =>
      (await catalog.ask(`{ column(urn: "urn:cadastre:column:postgres://comeback:5432,shop.public.t,email") { id state } }`)).data
        .column;
    await catalog.crawl('comeback');
    const before = await idOf();
    script.scopes = shop([table([...PUBLIC, 't'], ['id'])]);
    await catalog.crawl('comeback');
    expect(await idOf()).toMatchObject({ state: 'REMOVED' });
    script.scopes = shop([table([...PUBLIC, 't'], ['id', 'email'])]);
    await catalog.crawl('comeback');
    expect(await idOf()).toEqual(before);
  });

  it('marks missing only what a complete listing did not have', async () => {
    const script = await source('partial', shop(ten()));
    await catalog.crawl('partial');
    script.scopes = shop(ten().slice(0, 9), false);
    const partial = await catalog.crawl('partial');
    expect(partial).toMatchObject({ state: 'PARTIAL', counts: { missing: 0 } });
    expect(partial.reason).toContain('GRANT USAGE');
    script.scopes = shop(ten().slice(0, 9));
    expect(await catalog.crawl('partial')).toMatchObject({ state: 'SUCCEEDED', counts: { missing: 1, unchanged: 11 } });
  });

  it('holds a crawl when more than 30 % of a scope vanished, until a person says it is right', async () => {
    const script = await source('held', shop(ten()));
    await catalog.crawl('held');
    script.scopes = shop(ten().slice(0, 6));
    const held = await catalog.crawl('held');
    expect(held).toMatchObject({ state: 'HELD', counts: { missing: 0 } });
    expect(held.reason).toContain('4 of 10');
    const release = `mutation($input: ReleaseCrawlInput!) { releaseCrawl(input: $input) { __typename } }`;
    await catalog.ask(release, { input: { idempotencyKey: key(), id: held.id, accept: true } });
    expect(await catalog.untilEnded(held.id)).toMatchObject({ state: 'SUCCEEDED', counts: { missing: 4 } });
    expect(await catalog.ask(release, { input: { idempotencyKey: key(), id: held.id, accept: true } })).toMatchObject({
      data: { releaseCrawl: { __typename: 'Refused' } },
    });
  });

  it('a held crawl that a person rejects leaves everything as it was', async () => {
    const script = await source('rejected', shop(ten()));
    await catalog.crawl('rejected');
    script.scopes = shop([]);
    const held = await catalog.crawl('rejected');
    await catalog.ask(`mutation($input: ReleaseCrawlInput!) { releaseCrawl(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), id: held.id, accept: false },
    });
    expect(await catalog.untilEnded(held.id)).toMatchObject({ state: 'PARTIAL', counts: { missing: 0 } });
    expect(
      await count(
        db,
        `catalog.asset where source_id = (select id from catalog.source where name = 'rejected') and state = 'present'`,
      ),
    ).toBe(12);
  });

  it('a vanished schema takes what lies in it along', async () => {
    const wide = Array.from({ length: 6 }, (_, s) => container('shop', `s${s}`));
    const scopes = (schemas: typeof wide): Script['scopes'] => [
      { scope: [], records: [container('shop'), ...schemas] },
      ...schemas.map(({ path }) => ({ scope: path, records: [table([...path, 'a'], ['id']), table([...path, 'b'], ['id'])] })),
    ];
    const script = await source('schemas', scopes(wide));
    await catalog.crawl('schemas');
    script.scopes = scopes(wide.slice(0, 5));
    expect(await catalog.crawl('schemas')).toMatchObject({ state: 'SUCCEEDED', counts: { missing: 3, unchanged: 16 } });
  });

  it('calls an asset removed when it was missing for longer than the grace period, and takes it back when it returns', async () => {
    const script = await source('grace', shop(ten()));
    await catalog.crawl('grace');
    script.scopes = shop(ten().slice(0, 9));
    await catalog.crawl('grace');
    expect((await catalog.crawl('grace')).counts).toMatchObject({ missing: 0, removed: 0 });
    await db.query(`update catalog.asset set missing_since = missing_since - interval '8 days' where state = 'missing'`);
    expect((await catalog.crawl('grace')).counts).toMatchObject({ missing: 0, removed: 1 });
    script.scopes = shop(ten());
    expect((await catalog.crawl('grace')).counts).toMatchObject({ changed: 1, unchanged: 11 });
    const { data } = await catalog.ask(`{ dataset(urn: "urn:cadastre:dataset:postgres://grace:5432,shop.public.t9") { state } }`);
    expect(data.dataset.state).toBe('PRESENT');
  });

  it('goes on after the last stored batch when it was cut off, and counts nothing twice', async () => {
    const many = Array.from({ length: 200 }, (_, i) => table([...PUBLIC, `t${String(i).padStart(3, '0')}`], ['id']));
    const script = await source('resumed', shop(many));
    const worker = await testCatalog(db, { script: scriptedConnector(scripts) });
    let stopping = null as Promise<void> | null;
    script.before = async (record) => {
      if (record.path.at(-1) === 't150') {
        stopping ??= worker.subgraph.stop();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await catalog.subgraph.stop();
    const { data } = await worker.ask(
      `mutation($input: StartCrawlInput!) { startCrawl(input: $input) { ... on CrawlStarted { crawl { id } } } }`,
      {
        input: { idempotencyKey: key(), source: 'resumed' },
      },
    );
    await expect.poll(() => stopping !== null, { timeout: 60_000 }).toBe(true);
    await stopping;
    const { id } = data.startCrawl.crawl;
    const stored = await count(db, `catalog.asset where source_id = (select source_id from catalog.crawl where id = '${id}')`);
    expect(stored).toBeGreaterThan(100);
    expect(stored).toBeLessThan(202);
    delete script.before;
    catalog = await testCatalog(db, { script: scriptedConnector(scripts) });
    expect(await catalog.untilEnded(id)).toMatchObject({ state: 'SUCCEEDED', counts: { added: 202, changed: 0, unchanged: 0 } });
  });

  it('two crawls of one source never overlap: the second request is answered with the first crawl', async () => {
    let go: () => void = () => undefined;
    const script = await source('twice', shop(ten()));
    const gate = new Promise<void>((resolve) => (go = resolve));
    script.before = () => gate;
    const start = async (): Promise<{ alreadyRunning: boolean; crawl: { id: string } }> =>
      (
        await catalog.ask(
          `mutation($input: StartCrawlInput!) { startCrawl(input: $input) { ... on CrawlStarted { alreadyRunning crawl { id } } } }`,
          {
            input: { idempotencyKey: key(), source: 'twice' },
          },
        )
      ).data.startCrawl;
    const first = await start();
    const second = await start();
    go();
    expect([first.alreadyRunning, second.alreadyRunning]).toEqual([false, true]);
    expect(second.crawl.id).toBe(first.crawl.id);
    expect(await catalog.untilEnded(first.crawl.id)).toMatchObject({ counts: { added: 12 } });
  });

  it('says why a source cannot be reached, and keeps what it knew', async () => {
    const script = await source('down', shop(ten()));
    await catalog.crawl('down');
    script.failsToOpen = new Fault('SOURCE_UNAVAILABLE', { public: 'Nobody listens on db.example:5432. Check host and port.' });
    expect(await catalog.crawl('down')).toMatchObject({
      state: 'FAILED',
      reason: 'Nobody listens on db.example:5432. Check host and port.',
      counts: { missing: 0 },
    });
  });

  it('stores technical owners under the name the source gave, and ends them with the source', async () => {
    const script = await source('owned', shop([table([...PUBLIC, 't'], ['id'], { owner: 'loader' })]));
    const owners = async (): Promise<unknown> =>
      (
        await catalog.ask(
          `{ dataset(urn: "urn:cadastre:dataset:postgres://owned:5432,shop.public.t") { owners { role origin external principal { __typename } } } }`,
        )
      ).data.dataset.owners;
    await catalog.crawl('owned');
    expect(await owners()).toEqual([
      { role: 'TECHNICAL', origin: 'SOURCE', external: 'loader', principal: { __typename: 'User' } },
    ]);
    script.scopes = shop([table([...PUBLIC, 't'], ['id'], { owner: 'other' })]);
    await catalog.crawl('owned');
    expect(await owners()).toMatchObject([{ external: 'other' }]);
  });

  it('never shows a password of a source', async () => {
    scripts['secret'] = { scopes: shop([]) };
    await catalog.addSource('secret', 'script://user:hunter2@secret');
    const { data } = await catalog.ask(`{ source(name: "secret") { location } }`);
    expect(data.source.location).toBe('script://user@secret');
    const rows = await db.query(
      'select s.*::text as row from catalog.source s union all select i.*::text from kernel.idempotency i union all select body from kernel.audit_event union all select body from kernel.audit_detail union all select payload from kernel.outbox',
    );
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });

  it('keeps a table of 5,000 columns and names that hurt', async () => {
    const names = ['Mixed Case', 'with.dot', 'with"quote', "it's", 'line\nbreak', 'emoji 🦆', 'x'.repeat(63), 'comma,and%'];
    const wide = Array.from({ length: 5_000 }, (_, i) => `column_${i}`);
    await source('odd', shop([table([...PUBLIC, 'wide'], wide), ...names.map((name) => table([...PUBLIC, name], names))]));
    expect(await catalog.crawl('odd')).toMatchObject({ state: 'SUCCEEDED', counts: { added: 11 } });
    const { data } = await catalog.ask(
      `{ assets(filter: { source: "odd", kinds: [DATASET] }) { edges { node { urn name ... on Dataset { columnCount columns(first: 500) { edges { node { urn name } } } } } } } }`,
    );
    const datasets = data.assets.edges.map((edge: { node: unknown }) => edge.node);
    expect(datasets.map((dataset: { name: string }) => dataset.name).toSorted()).toEqual([...names, 'wide'].toSorted());
    for (const dataset of datasets) {
      const found = await catalog.ask(`query($urn: Urn!) { dataset(urn: $urn) { urn } }`, { urn: dataset.urn });
      expect(found.data.dataset?.urn).toBe(dataset.urn);
    }
    const odd = datasets.find((dataset: { name: string }) => dataset.name === 'with.dot');
    for (const { node } of odd.columns.edges) {
      const found = await catalog.ask(`query($urn: Urn!) { column(urn: $urn) { name } }`, { urn: node.urn });
      expect(found.data.column).toEqual({ name: node.name });
    }
  });
});
