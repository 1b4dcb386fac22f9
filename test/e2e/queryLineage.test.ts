import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCadastre, type Cadastre } from '../../app/cadastre.ts';
import { ownPostgres, postgresPrograms, type OwnServer } from '../conformance/ownServer.ts';
import { key } from '../support/catalog.ts';
import { begunHome, silentLog, testConfig } from './running.ts';

const programs = postgresPrograms();

/** What ran in a warehouse becomes lineage: over HTTP, with a real PostgreSQL that counts its statements. */
describe.skipIf(programs === null)('lineage of what was run (skipped when no PostgreSQL programs are installed)', () => {
  let warehouse: OwnServer;
  let client: Client;
  let server: Cadastre;
  beforeAll(async () => {
    warehouse = await ownPostgres(programs ?? '', { shared_preload_libraries: 'pg_stat_statements' });
    client = new Client({ host: '127.0.0.1', port: warehouse.port, user: 'postgres', database: 'postgres' });
    await client.connect();
    await client.query(`create role crawler login password 'crawling'; create schema mart; grant usage on schema mart to crawler;
      create table orders (id int, customer text, amount numeric, state text);
      create table mart.revenue (customer text, total numeric)`);
    const home = await begunHome((remove) => afterAll(remove));
    server = await startCadastre(testConfig(home), { log: silentLog });
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    await client?.end();
    await warehouse?.stop();
  });

  // oxlint-disable-next-line typescript/no-explicit-any -- the test looks where it likes
  const ask = async (query: string, variables: Record<string, unknown> = {}): Promise<any> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.admin.token}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(60_000),
    });
    const body = (await response.json()) as { data: unknown; errors?: unknown };
    expect(body.errors).toBeUndefined();
    return body.data;
  };
  const crawl = async () => {
    const { startCrawl } = await ask(
      'mutation($input: StartCrawlInput!) { startCrawl(input: $input) { ... on CrawlStarted { crawl { id } } } }',
      { input: { idempotencyKey: key(), source: 'warehouse' } },
    );
    for (;;) {
      const { crawl: found } = await ask(
        'query($id: ID!) { crawl(id: $id) { state reason queries { readable listed analyzed moving unread withheld notes } } }',
        { id: startCrawl.crawl.id },
      );
      if (!['QUEUED', 'RUNNING'].includes(found.state)) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const urn = (kind: string, name: string): string => `urn:cadastre:${kind}:postgres://127.0.0.1:${warehouse.port},${name}`;
  const lineage = async () => {
    const { lineage: graph } = await ask(
      `query($from: [Urn!]!) { lineage(from: $from, level: COLUMN, direction: UPSTREAM) { edges { origin subtype evidence
         source { ... on Column { name dataset { name } } } target { ... on Column { name } } } } }`,
      { from: [urn('column', 'postgres.mart.revenue,total')] },
    );
    return graph.edges.filter(({ subtype }: { subtype: string }) => subtype === 'AGGREGATION');
  };

  it('a warehouse without statistics is crawled all the same, and the report says what is missing', async () => {
    const url = `postgres://crawler:crawling@127.0.0.1:${warehouse.port}/postgres`;
    await ask('mutation($input: AddSourceInput!) { addSource(input: $input) { __typename } }', {
      input: { idempotencyKey: key(), name: 'warehouse', url },
    });
    const { testSource } = await ask(
      'mutation($input: TestSourceInput!) { testSource(input: $input) { ... on SourceTested { problem queries { readable reason } } } }',
      { input: { idempotencyKey: key(), name: 'warehouse' } },
    );
    expect(testSource).toEqual({
      problem: null,
      queries: { readable: false, reason: expect.stringContaining('CREATE EXTENSION pg_stat_statements') },
    });
    expect(await crawl()).toMatchObject({
      state: 'SUCCEEDED',
      queries: { readable: false, notes: [expect.stringContaining('CREATE EXTENSION pg_stat_statements')] },
    });
  });

  it('a crawler without the right is told which to grant, and finds nothing of others', async () => {
    await client.query('create extension pg_stat_statements');
    await client.query(
      `insert into mart.revenue select customer, sum(amount) from orders where state = 'paid by hunter2' group by customer`,
    );
    const { queries } = await crawl();
    expect(queries).toMatchObject({ readable: true, moving: 0 });
    expect(queries.withheld).toBeGreaterThan(0);
    expect(queries.notes).toContainEqual(expect.stringContaining('GRANT pg_read_all_stats TO crawler'));
    expect(await lineage()).toEqual([]);
  });

  it('with the right, INSERT … SELECT is an edge between columns, with the statement as evidence', async () => {
    await client.query('grant pg_read_all_stats to crawler');
    expect(await crawl()).toMatchObject({ state: 'SUCCEEDED', queries: { moving: 1, unread: 0, withheld: 0 } });
    expect(await lineage()).toEqual([
      {
        origin: 'QUERY',
        subtype: 'AGGREGATION',
        source: { name: 'amount', dataset: { name: 'orders' } },
        target: { name: 'total' },
        evidence: expect.objectContaining({
          text: 'insert into mart.revenue select customer, sum(amount) from orders where state = $1 group by customer',
          calls: 1,
          lastSeenAt: expect.any(String),
        }),
      },
    ]);
    const { dataset } = await ask(`query($urn: Urn!) { dataset(urn: $urn) { usage { reads writes countedFrom countedTo } } }`, {
      urn: urn('dataset', 'postgres.mart.revenue'),
    });
    expect(dataset.usage).toMatchObject({ reads: 0, writes: 1, countedFrom: expect.any(String) });
    expect(dataset.usage.countedFrom < dataset.usage.countedTo).toBe(true);
  });

  it('a crawl after which nothing new ran analyses no statement of people again', async () => {
    const before = await lineage();
    await crawl();
    expect((await crawl()).queries).toMatchObject({ analyzed: 0, moving: 1 });
    expect(await lineage()).toEqual(before);
  });
});
