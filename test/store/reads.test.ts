import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { instantNow, type Instant } from '../../kernel/time.ts';
import { key, someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { planOf, statementsOf } from '../support/statements.ts';
import { describeOnEngines } from './engines.ts';

const PUBLIC = ['shop', 'public'];
const urnOf = (name: string): string => `urn:cadastre:dataset:postgres://shop:5432,shop.public.${name}`;
const TABLES = ['a', 'b', 'c', 'd', 'orders'] as const;
const HISTORY = `query($urn: Urn!) { dataset(urn: $urn) { history { edges { cursor node { version recordedFrom recordedTo } } } } }`;

describeOnEngines('reads', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const reference = { name: 'fk', columns: ['x'], references: { path: [...PUBLIC, 'orders'], columns: ['x'] } };
  const columns = ['x', 'y', 'z'];
  const script: Script = {
    scopes: [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      { scope: PUBLIC, records: TABLES.map((name) => table([...PUBLIC, name], columns, { foreignKeys: [reference] })) },
    ],
  };

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
    await write('createTag', 'CreateTagInput', { name: 'pii' });
    await write('tagAssets', 'TagAssetsInput', { urns: [urnOf('a'), urnOf('b')], add: ['pii'] });
    await write('setOwners', 'SetOwnersInput', { urn: urnOf('b'), role: 'STEWARD', owners: [{ email: 'ana@example.com' }] });
  });
  afterAll(() => catalog.subgraph.stop());

  const write = async (field: string, type: string, input: Record<string, unknown>) => {
    const document = `mutation($input: ${type}!) { ${field}(input: $input) { __typename ... on Refused { code } } }`;
    const { data, errors } = await catalog.ask(document, { input: { idempotencyKey: key(), ...input } });
    expect(errors).toEqual([]);
    return data[field];
  };
  const ownerId = async (): Promise<string> => {
    const { data } = await catalog.ask(`query($urn: Urn!) { dataset(urn: $urn) { owners { principal { id } } } }`, {
      urn: urnOf('b'),
    });
    return data.dataset.owners[0].principal.id;
  };
  const list = async (filter: Record<string, unknown>, context = {}): Promise<readonly string[]> => {
    const { data, errors } = await catalog.ask(
      `query($filter: AssetFilter) { assets(filter: $filter) { edges { node { name } } } }`,
      { filter },
      context,
    );
    expect(errors).toEqual([]);
    return data.assets.edges.map((edge: { node: { name: string } }) => edge.node.name);
  };

  it('a page of tables is read by one statement each for columns, histories and names', async () => {
    const asked = `{ assets(filter: { kinds: [DATASET] }) { edges { node { ... on Dataset { name
      columns(first: 2) { edges { node { name } } pageInfo { hasNextPage } } history(first: 1) { edges { node { version } } }
      foreignKeys { references { name } } } } } } }`;
    let answer: Awaited<ReturnType<TestCatalog['ask']>> | undefined;
    const sent = await statementsOf(async () => {
      answer = await catalog.ask(asked);
    });
    const count = (name: string): number => sent.filter((statement) => statement.name === name).length;
    for (const name of ['columns_of', 'histories_of', 'find_assets', 'homes_of']) expect(count(`catalog_${name}`), name).toBe(1);
    for (const { node } of answer?.data.assets.edges ?? []) {
      expect(node).toMatchObject({
        columns: { edges: [{ node: { name: 'x' } }, { node: { name: 'y' } }], pageInfo: { hasNextPage: true } },
        history: { edges: [{ node: { version: ['a', 'b'].includes(node.name) ? expect.any(Number) : 1 } }] },
        foreignKeys: [{ references: { name: 'orders' } }],
      });
    }
    expect(answer?.data.assets.edges).toHaveLength(TABLES.length);
  });

  it('pages of different length and place are told apart', async () => {
    const { data } = await catalog.ask(
      `query($a: Urn!, $b: Urn!) { a: dataset(urn: $a) { one: columns(first: 1) { pageInfo { endCursor } edges { node { name } } }
         all: columns { edges { node { name } } } } b: dataset(urn: $b) { columns(first: 2) { edges { node { name } } } } }`,
      { a: urnOf('a'), b: urnOf('b') },
    );
    const names = ({ edges }: { edges: readonly { node: { name: string } }[] }) => edges.map(({ node }) => node.name);
    expect([names(data.a.one), names(data.a.all), names(data.b.columns)]).toEqual([['x'], ['x', 'y', 'z'], ['x', 'y']]);
    const rest = await catalog.ask(
      `query($a: Urn!, $after: String) { dataset(urn: $a) { columns(after: $after) { edges { node { name } } } } }`,
      { a: urnOf('a'), after: data.a.one.pageInfo.endCursor },
    );
    expect(names(rest.data.dataset.columns)).toEqual(['y', 'z']);
  });

  it('all given parts of a filter hold, now and then', async () => {
    const id = await ownerId();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const asOf = instantNow();
    const expectAll = async (context: object) => {
      expect(await list({ tag: 'PII' }, context)).toEqual(['a', 'b']);
      expect(await list({ ownerId: id }, context)).toEqual(['b']);
      expect(await list({ tag: 'pii', ownerId: id, platform: 'postgres', source: 'shop' }, context)).toEqual(['b']);
      expect(await list({ tag: 'pii', platform: 'mysql' }, context)).toEqual([]);
      expect(await list({ namePrefix: 'shop.public.o' }, context)).toEqual(['orders']);
      expect(await list({ namePrefix: 'shop.public.', tag: 'pii' }, context)).toEqual(['a', 'b']);
      expect(await list({ namePrefix: 'shop_public' }, context)).toEqual([]);
    };
    await expectAll({});
    await write('tagAssets', 'TagAssetsInput', { urns: [urnOf('a')], remove: ['pii'] });
    expect(await list({ tag: 'pii' })).toEqual(['b']);
    await expectAll({ asOf });
    await write('tagAssets', 'TagAssetsInput', { urns: [urnOf('a')], add: ['pii'] });
  });

  it('lists by tag, owner and beginning are found by an index', async () => {
    const plan = async (part: string, filter: Record<string, unknown>): Promise<string> =>
      planOf(db, `catalog_list_assets_${part}`, await statementsOf(() => list(filter)));
    expect(await plan('tag', { tag: 'pii' })).not.toMatch(/SubPlan/);
    expect(await plan('owner', { ownerId: 'usr_x' })).not.toMatch(/SubPlan/);
    expect(await plan('prefix', { namePrefix: 'shop.public.o' })).toMatch(/asset_prefix[\s\S]*Index Cond: .*~>=~/);
  });

  it('a namespace that nobody knows is looked for in an index', async () => {
    const sent = await statementsOf(() =>
      catalog.ask(`{ dataset(urn: "urn:cadastre:dataset:postgres://nowhere:5432,a.b") { name } }`),
    );
    expect(await planOf(db, 'catalog_homes_of', sent)).toMatch(/asset_natural[\s\S]*Index Cond: .*namespace/);
  });

  it('the size of a table is its latest measurement, and then the latest by then', async () => {
    const [no] = await db.query<{ no: string }>(`select no from catalog.asset where name = 'shop.public.a'`);
    await db.query(
      `insert into catalog.measurement (dataset_no, recorded_at, row_count_estimate, size_bytes)
       select $1, timestamptz '2050-01-01' + make_interval(days => i), i, null from generate_series(1, 3) i`,
      [no?.no],
    );
    const rows = async (context = {}) => {
      const { data } = await catalog.ask(
        `query($urn: Urn!) { dataset(urn: $urn) { statistics { rowCountEstimate } } }`,
        { urn: urnOf('a') },
        context,
      );
      return data.dataset.statistics?.rowCountEstimate;
    };
    expect(await rows()).toBe(3);
    expect(await rows({ asOf: '2050-01-03T00:00:00.000000Z' as Instant })).toBe(2);
  });

  it('history as of a moment does not know what came after it', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const asOf = instantNow();
    const versions = async (context = {}) =>
      (await catalog.ask(HISTORY, { urn: urnOf('c') }, context)).data.dataset.history.edges.map(
        (edge: { node: unknown }) => edge.node,
      );
    const then = await versions();
    await write('setDescription', 'SetDescriptionInput', { urn: urnOf('c'), text: 'Changed.' });
    expect((await versions()).at(1).recordedTo).not.toBeNull();
    expect(await versions({ asOf })).toEqual(then);
  });

  it('sources and crawls know the present only', async () => {
    const asOf = '2001-01-01T00:00:00.000000Z' as Instant;
    for (const field of ['source(name: "shop") { name }', 'crawl(id: "crl_x") { id }', 'sources { edges { cursor } }']) {
      expect((await catalog.ask(`{ ${field} }`, {}, { asOf })).errors[0].cause).toMatchObject({ code: 'AS_OF_UNSUPPORTED' });
    }
  });

  it('a forged cursor is refused, whatever it pretends to be', async () => {
    const document = `query($urn: Urn!, $after: String) { dataset(urn: $urn) { columns(first: 1, after: $after) { edges { cursor } } } }`;
    const ask = (after: string | null) => catalog.ask(document, { urn: urnOf('a'), after });
    const cursor: string = (await ask(null)).data.dataset.columns.edges[0].cursor;
    const [stamp] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as readonly string[];
    for (const forged of [['x'], [1e12], [1.5], [], [1, 2]]) {
      const after = Buffer.from(JSON.stringify([stamp, ...forged])).toString('base64url');
      expect((await ask(after)).errors[0]?.cause, JSON.stringify(forged)).toMatchObject({ code: 'INVALID_CURSOR' });
    }
  });

  it('a text with a NUL is bad input, wherever it is looked for', async () => {
    for (const field of [
      'source(name: $text) { name }',
      'source(id: $text) { name }',
      'asset(id: $text) { id }',
      'assets(filter: { tag: $text }) { edges { cursor } }',
      'assets(filter: { namePrefix: $text }) { edges { cursor } }',
    ]) {
      const type = field.includes('id:') ? 'ID' : 'String';
      const { errors } = await catalog.ask(`query($text: ${type}) { ${field} }`, { text: 'a\0b' });
      expect(errors[0]?.cause, field).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    const { errors } = await catalog.ask(`query($urn: Urn!) { dataset(urn: $urn) { name } }`, { urn: urnOf('a%00b') });
    expect(errors[0]?.cause).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('whoever may not read learns of no source, crawl or tag, by name, id or reference', async () => {
    const [ids] = await db.query<{ source: string; crawl: string; tag: string }>(
      `select c.source_id as source, c.id as crawl, (select id from catalog.tag limit 1) as tag from catalog.crawl c limit 1`,
    );
    const nobody = { principal: someone([]) };
    const byId = `query($source: ID!, $crawl: ID!) { source(id: $source) { name location } crawl(id: $crawl) { state } }`;
    const answer = { source: null, crawl: null };
    expect(await catalog.ask(byId, { ...ids }, nobody)).toEqual({ data: answer, errors: [] });
    const references = `query($r: [_Any!]!) { _entities(representations: $r) { ... on Source { name } ... on Crawl { state } ... on Tag { name } } }`;
    const r = [
      { __typename: 'Source', id: ids?.source },
      { __typename: 'Crawl', id: ids?.crawl },
      { __typename: 'Tag', id: ids?.tag },
    ];
    expect((await catalog.ask(references, { r }, nobody)).data).toEqual({ _entities: [null, null, null] });
    expect((await catalog.ask(references, { r })).data._entities).not.toContain(null);
  });

  it('whoever may not read cannot tell a source or crawl that is there from one that is not', async () => {
    const [crawl] = await db.query<{ id: string }>('select id from catalog.crawl limit 1');
    const code = async (field: string, type: string, input: Record<string, unknown>): Promise<unknown> => {
      const document = `mutation($input: ${type}!) { ${field}(input: $input) { __typename } }`;
      const { errors } = await catalog.ask(document, { input: { idempotencyKey: key(), ...input } }, { principal: someone([]) });
      return errors[0]?.cause?.code;
    };
    for (const name of ['shop', 'unknown']) {
      expect(await code('updateSource', 'UpdateSourceInput', { name, url: 'script://shop' })).toBe('FORBIDDEN');
      expect(await code('removeSource', 'RemoveSourceInput', { name })).toBe('FORBIDDEN');
      expect(await code('startCrawl', 'StartCrawlInput', { source: name })).toBe('FORBIDDEN');
    }
    for (const id of [crawl?.id, 'crl_unknown']) {
      expect(await code('cancelCrawl', 'CancelCrawlInput', { id })).toBe('FORBIDDEN');
      expect(await code('releaseCrawl', 'ReleaseCrawlInput', { id, accept: true })).toBe('FORBIDDEN');
    }
  });
});
