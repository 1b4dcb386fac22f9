import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { count, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest, namedEdges } from '../support/ingesting.ts';
import { dataset, described, fields, from, NAMESPACE, ORDERS, run } from '../support/saidEvents.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

describeOnOneEngine('openlineage, what begins and ends', (open) => {
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
  const edges = (): Promise<readonly string[]> => namedEdges(db);

  const lifecycle = (change: string, more: object = {}): object => ({
    lifecycleStateChange: { lifecycleStateChange: change, ...more },
  });
  const copies = (source: string, target: string, minute: number, job = 'load'): object =>
    run(
      minute,
      'COMPLETE',
      {
        inputs: [dataset(source)],
        outputs: [dataset(target, { ...fields('x'), columnLineage: { fields: { x: from(source, 'y') } } })],
        job: { namespace: 'airflow', name: job },
      },
      `${job}-${minute}`,
    );
  const stateOf = async (name: string): Promise<string | undefined> =>
    (await db.query<{ state: string }>('select state from catalog.asset where name = $1', [name]))[0]?.state;
  const orders = <T>(items: readonly T[]): readonly (readonly T[])[] =>
    items.length < 2 ? [items] : items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

  it('a dataset that is dropped goes with its edges, in whatever order that is heard', async () => {
    const events = [copies('d', 'm', 1), copies('m', 'n', 2, 'next'), described(3, 'm', lifecycle('DROP'))];
    for (const order of orders(events)) {
      await resetData(db);
      for (const event of order) await ingest(db, event);
      expect([await stateOf('d'), await stateOf('m'), await stateOf('n')]).toEqual(['present', 'removed', 'present']);
      expect(await edges()).toEqual([]);
      expect(
        await db.query(`select role from catalog.job_dataset d join catalog.asset a on a.no = d.asset_no
        where a.name = 'm' and d.recorded_to = 'infinity'`),
      ).toEqual([]);
      expect(await ingest(db, ...events), 'a second time').toBe(0);
    }
  });

  it('what is written again after it was dropped is there again, without what led to it before', async () => {
    const events = [copies('d', 'm', 1, 'old'), described(3, 'm', lifecycle('DROP')), copies('e', 'm', 5, 'new')];
    for (const order of orders(events)) {
      await resetData(db);
      for (const event of order) await ingest(db, event);
      expect(await stateOf('m')).toBe('present');
      expect(await edges()).toEqual(['e. > m.', 'e.y > m.x']);
    }
    await resetData(db);
    for (const event of events) await ingest(db, event);
    const actions = await db.query<{ action: string }>(
      `select action from kernel.audit_event e join catalog.asset a on a.id = e.subject_id where a.name = 'm' and e.action like 'catalog.asset.%' order by aggregate_version`,
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'catalog.asset.added.v1',
      'catalog.asset.removed.v1',
      'catalog.asset.returned.v1',
    ]);
  });

  it('of what is said at one moment a drop comes last, also after a rename, in whatever order that is heard', async () => {
    const renamed = (minute: number) =>
      described(minute, 'new', lifecycle('RENAME', { previousIdentifier: { namespace: NAMESPACE, name: 'old' } }));
    for (const dropped of ['old', 'new']) {
      const events = [copies('d', 'old', 1), renamed(3), described(3, dropped, lifecycle('DROP'))];
      for (const order of orders(events)) {
        await resetData(db);
        for (const event of order) await ingest(db, event);
        expect([await stateOf('new'), await edges()], `${dropped} is dropped`).toEqual(['removed', []]);
      }
    }
    await ingest(db, copies('e', 'new', 4, 'again'));
    expect([await stateOf('new'), await edges()]).toEqual(['present', ['e. > new.', 'e.y > new.x']]);
  });

  it('columns that only the edges of a dropped dataset spoke of go with them, in whatever order that is heard', async () => {
    const columnsOf = (name: string) =>
      db.query<{ name: string }>(
        `select c.name from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no where a.name = $1 and c.state = 'present'`,
        [name],
      );
    const events = [copies('d', 'm', 1), described(1, 'm', lifecycle('DROP'))];
    for (const order of orders(events)) {
      await resetData(db);
      for (const event of order) await ingest(db, event);
      expect([await stateOf('d'), await columnsOf('d')]).toEqual(['present', []]);
    }
  });

  it('of a crawled dataset events only note that it was dropped or renamed: its crawl decides', async () => {
    await crawl();
    await ingest(db, copies(ORDERS, 'm', 1));
    const before = await edges();
    const renamed = lifecycle('RENAME', { previousIdentifier: { namespace: NAMESPACE, name: ORDERS } });
    expect(await ingest(db, described(2, ORDERS, lifecycle('DROP')), described(3, 'renamed', renamed))).toBe(2);
    expect(await stateOf(ORDERS)).toBe('present');
    expect(await edges()).toEqual(before);
    expect(await count(db, 'catalog.asset_alias')).toBe(0);
    const [said] = await db.query<{ lifecycle: object }>(
      `select s.said -> 'lifecycle' -> 'value' as lifecycle from catalog.dataset_said s join catalog.asset a on a.no = s.asset_no where a.name = $1`,
      [ORDERS],
    );
    expect(said?.lifecycle).toEqual({ lifecycleStateChange: 'DROP' });
  });

  it('a dataset that is renamed keeps its edges under the new name, in whatever order that is heard', async () => {
    const renamed = lifecycle('RENAME', { previousIdentifier: { namespace: NAMESPACE, name: 'old' } });
    const events = [copies('d', 'old', 1), described(2, 'new', renamed), copies('old', 'n', 3, 'next')];
    for (const order of orders(events)) {
      await resetData(db);
      for (const event of order) await ingest(db, event);
      expect(new Set(await edges())).toEqual(new Set(['d. > new.', 'd.y > new.x', 'new. > n.', 'new.y > n.x']));
    }
    const { data } = await catalog.ask(`{ dataset(urn: "urn:cadastre:dataset:${NAMESPACE},old") { qualifiedName } }`);
    expect(data.dataset.qualifiedName).toBe('new');
  });
});
