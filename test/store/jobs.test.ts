import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { PolicySet } from '../../kernel/policy/policySet.ts';
import { type Instant, instantNow } from '../../kernel/time.ts';
import { someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest } from '../support/ingesting.ts';
import { describeOnOneEngine } from './engines.ts';

const base = { producer: 'https://example.com', schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json' };
const at = (minute: number): string => `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`;
const dataset = (name: string, facets: object = {}) => ({
  namespace: name.startsWith('secret') ? 'secret://vault' : 'postgres://shop:5432',
  name,
  facets,
});
const run = (job: string, minute: number, more: object = {}, id = 'r1', eventType = 'COMPLETE') => ({
  ...base,
  eventTime: at(minute),
  eventType,
  run: { runId: id },
  job: { namespace: 'airflow', name: job },
  ...more,
});
const sqlOf = (job: string, query: string) => ({ job: { namespace: 'airflow', name: job, facets: { sql: { query } } } });

const analyst = {
  principal: someone(['analyst']),
  policies: new PolicySet(
    `@id("vault") @reason("Only the vault's people.")
     forbid (principal, action in [Action::"catalog.read", Action::"catalog.readDefinition"], resource)
     when { resource.namespace == "secret://vault" };`,
  ),
};

describeOnOneEngine('jobs', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  let before: Instant;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, {});
    await ingest(
      db,
      run('dag', 1, {}, 'p1', 'START'),
      run('extract', 1, { outputs: [dataset('raw')] }),
      run('load', 2, {
        ...sqlOf('load', 'insert into orders select * from raw'),
        inputs: [dataset('raw')],
        outputs: [dataset('orders')],
      }),
    );
    await pause();
    before = instantNow();
    await pause();
    await ingest(
      db,
      run('load', 3, { inputs: [dataset('raw'), dataset('extra')], outputs: [dataset('orders')] }, 'r2', 'START'),
      run(
        'load',
        5,
        {
          run: {
            runId: 'r2',
            facets: {
              parent: { run: { runId: 'p1' }, job: { namespace: 'airflow', name: 'dag' } },
              nominalTime: { nominalStartTime: '2026-01-01T00:00:00Z', nominalEndTime: '2026-01-02T00:00:00Z' },
            },
          },
        },
        'r2',
      ),
      run(
        'load',
        7,
        { run: { runId: 'r3', facets: { errorMessage: { message: 'no table orders', programmingLanguage: 'SQL' } } } },
        'r3',
        'FAIL',
      ),
      run('report', 6, { inputs: [dataset('orders')] }),
      run('mixed', 6, {
        ...sqlOf('mixed', 'select from the vault'),
        inputs: [dataset('orders'), dataset('secret')],
        outputs: [dataset('mart')],
      }),
      run(
        'mixed',
        7,
        { run: { runId: 'f', facets: { errorMessage: { message: 'secret key', programmingLanguage: 'SQL' } } } },
        'f',
        'FAIL',
      ),
      run('vault', 6, { inputs: [dataset('secret')], outputs: [dataset('secret2')] }),
      run('loose', 6, sqlOf('loose', 'select 1 from nobody_knows')),
    );
  });
  afterAll(() => catalog.subgraph.stop());

  const job = async (name: string, fields: string, context: object = {}) => {
    const { data, errors } = await catalog.ask(`{ job(namespace: "airflow", name: "${name}") { ${fields} } }`, {}, context);
    return { job: data?.job, errors };
  };
  const NAMES = 'edges { since node { name } }';
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
  const names = (page: any): readonly string[] => page.edges.map(({ node }: any) => node.name);

  it('say what they read and write, also those that only read or only write', async () => {
    const { job: load, errors } = await job('load', `namespace sql inputs { ${NAMES} } outputs { ${NAMES} }`);
    expect(errors).toEqual([]);
    expect(load).toMatchObject({ namespace: 'airflow', sql: 'insert into orders select * from raw' });
    expect([names(load.inputs), names(load.outputs)]).toEqual([['raw', 'extra'], ['orders']]);
    const { job: extract } = await job('extract', `inputs { ${NAMES} } outputs { ${NAMES} }`);
    expect([names(extract.inputs), names(extract.outputs)]).toEqual([[], ['raw']]);
    const { data } = await catalog.ask(
      `{ dataset(urn: "urn:cadastre:dataset:postgres://shop:5432,orders") { producers { ${NAMES} } consumers(first: 1) { ${NAMES} pageInfo { hasNextPage endCursor } } } }`,
    );
    expect(names(data.dataset.producers)).toEqual(['load']);
    expect(data.dataset.consumers.pageInfo.hasNextPage).toBe(true);
    const rest = await catalog.ask(
      `query($after: String) { dataset(urn: "urn:cadastre:dataset:postgres://shop:5432,orders") { consumers(after: $after) { ${NAMES} } } }`,
      { after: data.dataset.consumers.pageInfo.endCursor },
    );
    expect([...names(data.dataset.consumers), ...names(rest.data.dataset.consumers)].toSorted()).toEqual(['mixed', 'report']);
  });

  it('what a column lineage names is read, listed as an input or not', async () => {
    const field = { inputFields: [{ namespace: 'postgres://shop:5432', name: 'unlisted', field: 'a' }] };
    await ingest(db, run('sloppy', 1, { outputs: [dataset('out', { columnLineage: { fields: { a: field } } })] }));
    const { job: sloppy } = await job('sloppy', `inputs { ${NAMES} }`);
    expect(names(sloppy.inputs)).toEqual(['unlisted']);
  });

  it('have runs with times, parents and errors, the last first', async () => {
    const { job: load, errors } = await job(
      'load',
      `lastRun { runId } failed: runs(state: FAIL) { edges { node { runId errorMessage } } }
       runs(first: 2) { edges { node { id runId state startedAt endedAt durationMs nominalStartAt nominalEndAt errorMessage parent { runId job { name } } } } pageInfo { hasNextPage endCursor } }`,
    );
    expect(errors).toEqual([]);
    expect(load.lastRun).toEqual({ runId: 'r3' });
    expect(load.failed.edges).toEqual([{ node: { runId: 'r3', errorMessage: 'no table orders' } }]);
    expect(load.runs.edges.map(({ node }: { node: object }) => node)).toMatchObject([
      { runId: 'r3', state: 'FAIL', startedAt: null, durationMs: null, parent: null },
      {
        runId: 'r2',
        state: 'COMPLETE',
        startedAt: '2026-01-01T10:03:00.000000Z',
        endedAt: '2026-01-01T10:05:00.000000Z',
        durationMs: 120_000,
        nominalStartAt: '2026-01-01T00:00:00.000000Z',
        nominalEndAt: '2026-01-02T00:00:00.000000Z',
        errorMessage: null,
        parent: { runId: 'p1', job: { name: 'dag' } },
      },
    ]);
    const next = await catalog.ask(
      `query($after: String) { job(namespace: "airflow", name: "load") { runs(first: 2, after: $after) { edges { node { runId } } pageInfo { hasNextPage } } } }`,
      { after: load.runs.pageInfo.endCursor },
    );
    expect(next.data.job.runs).toEqual({ edges: [{ node: { runId: 'r1' } }], pageInfo: { hasNextPage: false } });
    const one = await catalog.ask(`query($id: ID!) { run(id: $id) { runId job { name } } }`, { id: load.runs.edges[1].node.id });
    expect(one.data.run).toEqual({ runId: 'r2', job: { name: 'load' } });
  });

  it('are listed by name, page by page', async () => {
    const page = async (args: string) =>
      (await catalog.ask(`{ jobs(${args}) { edges { node { id name } } pageInfo { hasNextPage endCursor } } }`)).data.jobs;
    const first = await page('first: 3');
    const second = await page(`first: 500, after: "${first.pageInfo.endCursor}"`);
    expect([...names(first), ...names(second)]).toEqual([
      'dag',
      'extract',
      'load',
      'loose',
      'mixed',
      'report',
      'sloppy',
      'vault',
    ]);
    expect(names(await page('filter: { namePrefix: "l" }'))).toEqual(['load', 'loose']);
    expect(names(await page('filter: { namespace: "spark" }'))).toEqual([]);
    const { data } = await catalog.ask(`{ job(id: "${first.edges[0].node.id}") { name } }`);
    expect(data.job).toEqual({ name: 'dag' });
    expect((await catalog.ask('{ job(name: "dag") { name } }')).errors[0]?.message).toMatch(/namespace/);
  });

  it('are seen with any of their datasets; their texts with all of them', async () => {
    const { data } = await catalog.ask('{ jobs { edges { node { name sql } } } }', {}, analyst);
    expect(names(data.jobs)).toEqual(['dag', 'extract', 'load', 'loose', 'mixed', 'report', 'sloppy']);
    const sql = Object.fromEntries(
      data.jobs.edges.map(({ node }: { node: { name: string; sql: string } }) => [node.name, node.sql]),
    );
    expect(sql).toMatchObject({ load: 'insert into orders select * from raw', mixed: null, loose: null });
    const { job: mixed } = await job('mixed', `inputs { ${NAMES} } runs { edges { node { state errorMessage } } }`, analyst);
    expect(names(mixed.inputs)).toEqual(['orders']);
    expect(mixed.runs.edges[0].node).toEqual({ state: 'FAIL', errorMessage: null });
    expect((await job('vault', 'name', analyst)).job).toBeNull();
    const everything = await job('mixed', 'sql runs { edges { node { id errorMessage } } }');
    expect(everything.job).toMatchObject({
      sql: 'select from the vault',
      runs: { edges: [{ node: { errorMessage: 'secret key' } }, {}] },
    });
    expect((await job('loose', 'sql')).job.sql).toMatch(/nobody_knows/);
  });

  it('references from other subgraphs show no more than fields do', async () => {
    const { job: vault } = await job('vault', 'id runs { edges { node { id } } }');
    const representations = [
      { __typename: 'Job', id: vault.id },
      { __typename: 'Run', id: vault.runs.edges[0].node.id },
    ];
    const resolved = async (context: object) =>
      (
        await catalog.ask(
          'query($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
          { representations },
          context,
        )
      ).data._entities;
    expect(await resolved({})).toEqual([{ __typename: 'Job' }, { __typename: 'Run' }]);
    expect(await resolved(analyst)).toEqual([null, null]);
    const nobody = { principal: { ...someone([]), scopes: [] } };
    const { job: dag } = await job('dag', 'id');
    const { data } = await catalog.ask(
      `query($r: [_Any!]!) { _entities(representations: $r) { __typename } }`,
      { r: [{ __typename: 'Job', id: dag.id }] },
      nobody,
    );
    expect(data._entities).toEqual([null]);
  });

  it('as of then they read and write what they did then, and say what nobody kept', async () => {
    const asOf = { asOf: before };
    const { data } = await catalog.ask(
      `{ dataset(urn: "urn:cadastre:dataset:postgres://shop:5432,orders") { consumers { ${NAMES} } producers { edges { node { name inputs { ${NAMES} } sql runs { edges { node { id } } } } } } } }`,
      {},
      asOf,
    );
    expect(names(data.dataset.consumers)).toEqual([]);
    expect(data.dataset.producers.edges[0].node).toMatchObject({ name: 'load', sql: null, runs: null });
    expect(names(data.dataset.producers.edges[0].node.inputs)).toEqual(['raw']);
    for (const field of ['jobs { pageInfo { hasNextPage } }', 'job(id: "x") { id }', 'run(id: "x") { id }']) {
      const { errors } = await catalog.ask(`{ ${field} }`, {}, asOf);
      expect(errors[0]?.cause).toMatchObject({ code: 'AS_OF_UNSUPPORTED' });
    }
  });

  it('what they do not touch any more ends', async () => {
    await ingest(db, run('load', 20, { inputs: [dataset('raw')], outputs: [dataset('orders')] }, 'r9'));
    const { job: load } = await job('load', `inputs { ${NAMES} }`);
    expect(names(load.inputs)).toEqual(['raw']);
  });
});
