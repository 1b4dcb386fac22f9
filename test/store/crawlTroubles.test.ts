import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { count, key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine } from './engines.ts';

const PUBLIC = ['shop', 'public'];
const shop = (tables: Script['scopes'][number]['records']): Script['scopes'] => [
  { scope: [], records: [container('shop'), container('shop', 'public')] },
  { scope: PUBLIC, records: tables },
];
const ten = (): ReturnType<typeof table>[] => Array.from({ length: 10 }, (_, i) => table([...PUBLIC, `t${i}`], ['id']));

describeOnOneEngine('a crawl in trouble', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const scripts: Record<string, Script> = {};

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector(scripts) });
  });
  afterAll(() => catalog.subgraph.stop());

  const source = async (name: string, scopes: Script['scopes'], script = name): Promise<Script> => {
    scripts[script] ??= { scopes };
    await catalog.addSource(name, `script://${script}`);
    return scripts[script];
  };
  const release = (id: string, accept: boolean) =>
    catalog.ask(`mutation($input: ReleaseCrawlInput!) { releaseCrawl(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), id, accept },
    });

  it('a schema lies in its database though both came in one batch', async () => {
    await source('parents', shop(ten()));
    await catalog.crawl('parents');
    const { data } = await catalog.ask(
      `{ asset(urn: "urn:cadastre:container:postgres://parents:5432,shop") { ... on Container { children { edges { node { name } } } } } }`,
    );
    expect(data.asset.children.edges).toEqual([{ node: { name: 'public' } }]);
  });

  it('two sources of one server do not rewrite each other’s assets, nor call them missing', async () => {
    await source('one', shop(ten()), 'shared');
    await source('two', shop(ten()), 'shared');
    await catalog.crawl('one');
    await catalog.crawl('two');
    expect((await catalog.crawl('one')).counts).toMatchObject({ added: 0, changed: 0, unchanged: 12 });
    expect((await catalog.crawl('two')).counts).toMatchObject({ added: 0, changed: 0, unchanged: 12, missing: 0 });
    expect(
      await count(
        db,
        `catalog.asset_version v join catalog.asset a on a.no = v.asset_no where a.namespace = 'postgres://shared:5432'`,
      ),
    ).toBe(12);
  });

  it('what lies in a vanished schema is removed with it after the grace period', async () => {
    const schemas = Array.from({ length: 6 }, (_, s) => container('shop', `s${s}`));
    const scopes = (kept: typeof schemas): Script['scopes'] => [
      { scope: [], records: [container('shop'), ...kept] },
      ...kept.map(({ path }) => ({ scope: path, records: [table([...path, 'a'], ['id'])] })),
    ];
    const script = await source('dropped', scopes(schemas));
    await catalog.crawl('dropped');
    script.scopes = scopes(schemas.slice(0, 5));
    await catalog.crawl('dropped');
    await db.query(`update catalog.asset set missing_since = missing_since - interval '8 days' where state = 'missing'`);
    expect((await catalog.crawl('dropped')).counts).toMatchObject({ removed: 2 });
    expect(await count(db, `catalog.asset where state = 'missing'`)).toBe(0);
  });

  it('a person who accepted four does not accept ten', async () => {
    const script = await source('more', shop(ten()));
    await catalog.crawl('more');
    script.scopes = shop(ten().slice(0, 6));
    const held = await catalog.crawl('more');
    script.scopes = shop([]);
    await release(held.id, true);
    expect(await catalog.untilEnded(held.id)).toMatchObject({ state: 'HELD', counts: { missing: 0 } });
    await release(held.id, true);
    expect(await catalog.untilEnded(held.id)).toMatchObject({ state: 'SUCCEEDED', counts: { missing: 10 } });
  });

  it('texts that no database keeps are made storable, and cost nothing else', async () => {
    const odd = ['null \0 byte', 'half \uD83D surrogate', `a${'\u{20000}'.repeat(40)}`];
    await source('texts', shop(odd.map((description, i) => table([...PUBLIC, `odd${i}`], ['id'], { description }))));
    expect(await catalog.crawl('texts')).toMatchObject({ state: 'SUCCEEDED', counts: { added: 5 } });
    expect((await catalog.crawl('texts')).counts).toMatchObject({ changed: 0, unchanged: 5 });
  });

  it('names at the limits of what may be written are kept', async () => {
    const hashes = Array.from({ length: 4_000 }, (_, i) => `${i}`.padStart(64, 'abcdef0123456789'));
    const long = '漢'.repeat(1000);
    await source('limits', shop([table([...PUBLIC, 'hashes'], hashes), table([...PUBLIC, long], ['id'])]));
    expect(await catalog.crawl('limits')).toMatchObject({ state: 'SUCCEEDED', counts: { added: 4 } });
  });

  it('two columns that the platform takes for one name cost only the second', async () => {
    const twins = table([...PUBLIC, 'twins'], ['a', 'a']);
    await source('twins', shop([twins]));
    expect(await catalog.crawl('twins')).toMatchObject({ state: 'SUCCEEDED', counts: { added: 3 } });
  });

  it('a record that the database refuses is named, and the rest is stored', async () => {
    await db.query(`alter table catalog.asset add constraint no_poison check (simple_name <> 'poison')`);
    await source('poisoned', shop([...ten(), table([...PUBLIC, 'poison'], ['id'])]));
    const crawl = await catalog.crawl('poisoned');
    await db.query(`alter table catalog.asset drop constraint no_poison`);
    expect(crawl).toMatchObject({ state: 'PARTIAL', counts: { added: 12 } });
    expect(crawl.reason).toContain('shop.public.poison cannot be stored');
  });

  it('whoever lost the lease does not end the crawl', async () => {
    const script = await source('lost', shop(ten()));
    let taken = false;
    script.before = async () => {
      if (taken) return;
      taken = true;
      await db.query(`update kernel.lease set token = token + 1, holder = 'somebody else', expires_at = clock_timestamp() + interval '1 second'
        where name like 'crawl/%' and expires_at > clock_timestamp()`);
    };
    expect(await catalog.crawl('lost')).toMatchObject({ state: 'SUCCEEDED', counts: { added: 12 } });
  });

  it('history never runs backwards, whoever is slow', async () => {
    await source('slow', shop(ten()));
    await catalog.crawl('slow');
    const urn = 'urn:cadastre:dataset:postgres://slow:5432,shop.public.t0';
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        catalog.ask(`mutation($input: SetDescriptionInput!) { setDescription(input: $input) { __typename } }`, {
          input: { idempotencyKey: key(), urn, text: `text ${i}` },
        }),
      ),
    );
    const rows = await db.query<{ version: number; wrong: boolean }>(
      `select v.version, v.recorded_to < v.recorded_from or exists (select from catalog.asset_version o
         where o.asset_no = v.asset_no and o.version <> v.version and o.recorded_from <= v.recorded_from and o.recorded_to > v.recorded_from) as wrong
       from catalog.asset_version v`,
    );
    expect(rows.filter(({ wrong }) => wrong)).toEqual([]);
  });
});
