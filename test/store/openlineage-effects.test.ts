import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { catalogEvents } from '../../contracts/catalog.ts';
import type { Database } from '../../kernel/db/database.ts';
import { count, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest, namedEdges } from '../support/ingesting.ts';
import { base, dataset, described, fields, from, NAMESPACE, ORDERS, run } from '../support/saidEvents.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

describeOnOneEngine('openlineage', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const script: Script = { scopes: [] };
  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
  });
  beforeEach(() => resetData(db));
  afterAll(() => catalog.subgraph.stop());

  const crawl = async (): Promise<void> => {
    script.scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      {
        scope: ['shop', 'public'],
        records: [table(['shop', 'public', 'orders'], ['id', 'price'], { owner: 'loader', description: 'All orders.' })],
      },
    ];
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
  };
  const columnsOf = async (name: string): Promise<string> =>
    (
      await db.query<{ column: string }>(
        `select c.name || ' ' || c.native_type as column from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no
         where a.name = $1 and c.state = 'present' order by c.ordinal`,
        [name],
      )
    )
      .map(({ column }) => column)
      .join(', ');
  const edges = (): Promise<readonly string[]> => namedEdges(db);

  it('a dataset that was heard of before it is crawled keeps its id and its edges', async () => {
    await ingest(
      db,
      run(1, 'COMPLETE', {
        inputs: [dataset(ORDERS)],
        outputs: [dataset('m', { columnLineage: { fields: { p: from(ORDERS, 'price') } } })],
      }),
    );
    const [before] = await db.query('select id from catalog.asset where name = $1', [ORDERS]);
    await crawl();
    expect(await db.query('select id from catalog.asset where name = $1 and source_id is not null', [ORDERS])).toEqual([before]);
    expect(await edges()).toEqual([`${ORDERS}. > m.`, `${ORDERS}.price > m.p`]);
  });

  it('events never overwrite what a crawl says, and add what it does not know', async () => {
    await crawl();
    const owners = [{ name: 'user:ana@example.com', type: 'OWNER' }, { name: 'someone' }];
    const tags = [
      { key: 'pii', value: 'true', field: 'price' },
      { key: 'tier', value: 'gold' },
    ];
    await ingest(
      db,
      described(1, ORDERS, {
        ...fields('other'),
        documentation: { description: 'Mine.' },
        ownership: { owners },
        tags: { tags },
      }),
    );
    expect(await columnsOf(ORDERS)).toBe('id text, price text');
    const { data } = await catalog.ask(
      `{ dataset(urn: "urn:cadastre:dataset:${NAMESPACE},${ORDERS}") { description owners { role origin external } tags { tag { name } origin } columns(first: 5) { edges { node { name tags { tag { name } } } } } } }`,
    );
    expect(data.dataset).toMatchObject({
      description: 'All orders.',
      owners: [
        { role: 'ACCOUNTABLE', origin: 'SOURCE', external: 'user:ana@example.com' },
        { role: 'TECHNICAL', external: 'loader' },
      ],
      tags: [{ tag: { name: 'tier:gold' }, origin: 'SOURCE' }],
    });
    expect(data.dataset.columns.edges[1].node).toEqual({ name: 'price', tags: [{ tag: { name: 'pii' } }] });
  });

  it('owners and tags go when a newer facet does not name them; an older facet changes nothing', async () => {
    const says = (minute: number, owner: string, tag: string): object =>
      described(minute, 'd', { ownership: { owners: [{ name: owner }] }, tags: { tags: [{ key: tag, value: 'true' }] } });
    await ingest(db, says(2, 'team:a', 'x'), says(3, 'team:b', 'y'), says(1, 'team:c', 'z'));
    expect(await db.query(`select external from catalog.ownership where recorded_to = 'infinity'`)).toEqual([
      { external: 'team:b' },
    ]);
    const tags = await db.query(
      `select t.name from catalog.tag_assignment a join catalog.tag t on t.id = a.tag_id where a.recorded_to = 'infinity'`,
    );
    expect(tags).toEqual([{ name: 'y' }]);
  });

  it('the newest schema decides, and a column with an edge stays', async () => {
    await ingest(db, described(2, 'd', fields('a', 'b', 'c')));
    await ingest(db, run(1, 'COMPLETE', { outputs: [dataset('m', { columnLineage: { fields: { x: from('d', 'b') } } })] }));
    await ingest(db, described(3, 'd', fields('c', 'n')), described(1, 'd', fields('old')));
    expect(await columnsOf('d')).toBe('c int, n int, b ');
    expect(await columnsOf('m')).toBe('x ');
  });

  it('a run that has begun does not take away what the last one wrote; one that completes does', async () => {
    const output = (column: string) => ({
      outputs: [dataset('m', { columnLineage: { fields: { [column]: from('d', column) } } })],
    });
    await ingest(db, run(1, 'COMPLETE', output('a')));
    await ingest(db, run(2, 'START', {}, 'r2'), run(3, 'RUNNING', output('b'), 'r2'));
    expect(await edges()).toEqual(['d. > m.', 'd.a > m.a', 'd.b > m.b']);
    await ingest(db, run(4, 'COMPLETE', {}, 'r2'));
    expect(await edges()).toEqual(['d. > m.', 'd.b > m.b']);
    await ingest(db, run(5, 'FAIL', output('c'), 'r3'));
    expect(await edges()).toEqual(['d. > m.', 'd.b > m.b']);
  });

  it('a run is where its newest event says, and what has ended never runs again', async () => {
    const parent = { run: { runId: 'p1' }, job: { namespace: 'airflow', name: 'dag' } };
    const facets = { parent, errorMessage: { message: 'out of memory', programmingLanguage: 'JVM' } };
    await ingest(db, run(3, 'FAIL', { run: { runId: 'r1', facets } }), run(1, 'START'), run(4, 'RUNNING'), run(2, 'RUNNING'));
    expect(
      await db.query(
        'select state, started_at, ended_at, last_event_at, error_message, parent_job_name, parent_run_id from catalog.job_run',
      ),
    ).toEqual([
      {
        state: 'FAIL',
        started_at: '2026-01-01T10:01:00.000000Z',
        ended_at: '2026-01-01T10:03:00.000000Z',
        last_event_at: '2026-01-01T10:04:00.000000Z',
        error_message: 'out of memory',
        parent_job_name: 'dag',
        parent_run_id: 'p1',
      },
    ]);
  });

  it('only what is the whole of a dataset is its size', async () => {
    const wrote = (minute: number, rowCount: number, lifecycle: object): object =>
      run(
        minute,
        'COMPLETE',
        { outputs: [dataset('m', lifecycle, { outputFacets: { outputStatistics: { rowCount, size: 80 } } })] },
        `r${minute}`,
      );
    await ingest(db, wrote(1, 10, { lifecycleStateChange: { lifecycleStateChange: 'OVERWRITE' } }), wrote(2, 3, {}));
    expect(await db.query('select row_count_estimate, size_bytes from catalog.measurement')).toEqual([
      { row_count_estimate: '10', size_bytes: '80' },
    ]);
  });

  it('two names of one dataset are one dataset, also when both were heard of before', async () => {
    const link = { symlinks: { identifiers: [{ namespace: NAMESPACE, name: ORDERS, type: 'TABLE' }] } };
    const reads = (name: string, id: string, facets: object = {}): object =>
      run(1, 'COMPLETE', { inputs: [dataset(name, facets)], outputs: [dataset('m')], job: { namespace: 'spark', name: id } }, id);
    await ingest(db, reads('/data/orders', 'r1'));
    await crawl();
    await ingest(db, reads('/data/orders', 'r2', link), reads(ORDERS, 'r3'), reads('/data/orders', 'r4'));
    expect(new Set(await edges())).toEqual(new Set([`${ORDERS}. > m.`]));
    expect((await edges()).length).toBe(4);
    expect(await db.query(`select state from catalog.asset where name = '/data/orders'`)).toEqual([{ state: 'removed' }]);
  });

  it('everything is recorded in forms that contracts know, and names of people stand nowhere in clear', async () => {
    await ingest(
      db,
      run(1, 'COMPLETE', {
        inputs: [dataset('d', { ownership: { owners: [{ name: 'user:secret.person@example.com' }] } })],
        outputs: [dataset('m')],
      }),
    );
    const actions = await db.query<{ action: string; actor_id: string; body: string }>(
      'select action, actor_id, body from kernel.audit_event',
    );
    expect(new Set(actions.map(({ action }) => action))).toEqual(
      new Set([
        'catalog.asset.added.v1',
        'catalog.lineage.recorded.v1',
        'catalog.lineageEvent.ingested.v1',
        'governance.principal.stubbed.v1',
      ]),
    );
    expect(actions.every(({ actor_id: actor }) => actor === 'svc_pusher')).toBe(true);
    expect(actions.map(({ body }) => body).join('\n')).not.toMatch(/secret/);
    const messages = await db.query<{ payload: string }>(
      `select payload from kernel.outbox where topic = 'catalog.lineageEvent.ingested.v1'`,
    );
    expect(messages.length).toBe(1);
    for (const { payload } of messages) catalogEvents['catalog.lineageEvent.ingested.v1'].parse(JSON.parse(payload));
  });

  it('an event changes an asset once, and a thousand repeats change nothing', async () => {
    const event = run(1, 'COMPLETE', {
      inputs: [dataset('d', fields('a'))],
      outputs: [dataset('m', { ...fields('b'), columnLineage: { fields: { b: from('d', 'a') } } })],
    });
    expect(await ingest(db, event)).toBe(1);
    const before = await count(db, 'kernel.audit_event');
    expect(await ingest(db, ...Array.from({ length: 200 }, () => event))).toBe(0);
    expect(await count(db, 'kernel.audit_event')).toBe(before);
    expect(await db.query('select distinct version from catalog.asset')).toEqual([{ version: 1 }]);
  });

  it('names in any script, and times without a zone or finer than a microsecond, are one thing however they are sent', async () => {
    const name = 'schéma.таблица.表🕷';
    const at = ['2026-01-01T10:00:00.123456789Z', '2026-01-01T10:00:00.123456', '2026-01-01T12:00:00.1234569+02:00'];
    const events = at.map((eventTime) => ({ ...base, eventTime, dataset: dataset(name, fields('größe', 'ключ')) }));
    expect(await Promise.all(events.map((event) => ingest(db, event)))).toContain(1);
    expect(await count(db, 'catalog.asset')).toBe(1);
    expect(await columnsOf(name)).toBe('größe int, ключ int');
  });

  it('an event that fails costs itself, not those before it in its batch', async () => {
    const broken = described(2, 'b', { dataQualityMetrics: { rowCount: Number.MAX_SAFE_INTEGER } });
    await db.query(`alter table catalog.measurement add constraint no_such_size check (row_count_estimate < 1000)`);
    try {
      const batch = [described(1, 'a', fields('x')), broken, described(3, 'c', fields('x'))];
      await expect(ingest(db, ...batch)).rejects.toThrow();
      expect(await db.query(`select name from catalog.asset order by name`)).toEqual([{ name: 'a' }]);
    } finally {
      await db.query('alter table catalog.measurement drop constraint no_such_size');
    }
  });
});
