import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { PolicySet } from '../../kernel/policy/policySet.ts';
import { parseInstant } from '../../kernel/time.ts';
import { readEvents } from '../../lineage/openlineage/readEvents.ts';
import type { EdgeClaim } from '../../subgraphs/catalog/domain/lineage/edge.ts';
import { someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest } from '../support/ingesting.ts';
import { claim, NAMESPACE, state } from '../support/lineage.ts';
import { history } from '../support/madeUpEvents.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- events as they are sent
type Json = any;

const EXPORT = `query($from: [Urn!], $first: Int, $after: String) {
  openLineageEvents(from: $from, first: $first, after: $after) {
    edges { cursor node { kind isPartial event } } pageInfo { hasNextPage endCursor }
  }
}`;

/** Edges in force by names, whoever says so. */
const EDGES = `with node as (
    select no, namespace, name, null as field from catalog.asset
    union all
    select c.no, a.namespace, a.name, c.name from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no)
  select s.namespace as sn, s.name as sd, s.field as sc, t.namespace as tn, t.name as td, t.field as tc, e.level, e.type, e.subtype,
    e.expression, e.masking, e.confidence, e.reasons, coalesce(e.evidence -> 'relayed' ->> 'origin', e.origin) as origin
  from catalog.lineage_edge e join node s on s.no = e.source_no join node t on t.no = e.target_no
  where e.recorded_to = 'infinity' order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14`;

const timeless = (events: readonly Json[]): readonly Json[] => events.map(({ eventTime: _, ...event }) => event);

describeOnOneEngine('the graph as openlineage events', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, {});
  });
  beforeEach(() => resetData(db));
  afterAll(() => catalog.subgraph.stop());

  async function exported(args: object = {}, context: object = {}): Promise<readonly Json[]> {
    const all: Json[] = [];
    for (let after: string | null = null; ;) {
      const { data, errors } = await catalog.ask(EXPORT, { first: 100, ...args, after }, context);
      expect(errors).toEqual([]);
      const { edges, pageInfo }: Json = data.openLineageEvents;
      all.push(...edges.map(({ node }: Json) => node));
      if (!pageInfo.hasNextPage) return all;
      expect(pageInfo.endCursor).not.toBe(after);
      after = pageInfo.endCursor;
    }
  }
  const eventsOf = async (args: object = {}, context: object = {}): Promise<readonly Json[]> =>
    (await exported(args, context)).map(({ event }) => event);

  it('posted to an empty instance they make the same graph, which goes out as the same events', async () => {
    const tables = fc.constantFrom('orders', 'items', 'revenue');
    const column = fc.option(fc.constantFrom('id', 'price'));
    const said: fc.Arbitrary<EdgeClaim> = fc
      .record({
        from: tables,
        column,
        to: tables,
        into: fc.option(fc.constantFrom('sum', 'day')),
        subtype: fc.constantFrom<EdgeClaim['subtype']>('IDENTITY', 'AGGREGATION', 'FILTER', 'JOIN'),
        confidence: fc.constantFrom(1, 0.75, 0.25),
        reasons: fc.constantFrom<readonly string[]>([], ['STAR_EXPANDED']),
        masking: fc.boolean(),
        expression: fc.constantFrom(null, 'sum(price)'),
      })
      .filter(({ from, to }) => from !== to)
      .map(({ from, column: source, to, into, subtype, ...rest }) => {
        const target = source === null || into === null ? to : `${to}.${into}`;
        return {
          ...claim(`${source === null ? from : `${from}.${source}`} > ${target}`, subtype),
          ...rest,
        };
      });
    const evidence = fc.array(fc.array(said, { maxLength: 5 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(history, evidence, fc.integer({ min: 1, max: 5 }), async (events, pieces, first) => {
        await resetData(db);
        await ingest(db, ...events);
        for (const [i, claims] of pieces.entries()) await state(db, `query/${i}`, claims);
        const edges = await db.query(EDGES);
        const one = await eventsOf({ first });
        expect(readEvents(one)).toMatchObject({ ok: true });
        await resetData(db);
        await ingest(db, ...one);
        expect(await db.query(EDGES)).toEqual(edges);
        const again = timeless(await eventsOf());
        expect(new Set(again.map((event) => JSON.stringify(event)))).toEqual(
          new Set(timeless(one).map((event) => JSON.stringify(event))),
        );
        expect(await ingest(db, ...one), 'a second time').toBe(0);
      }),
      { numRuns: Number(process.env['EXPORTS'] ?? 6) },
    );
  }, 180_000);

  it('names jobs as their clients do, and everything else by its evidence', async () => {
    await ingest(db, {
      producer: 'https://example.com',
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json',
      eventTime: '2026-01-01T10:00:00Z',
      eventType: 'COMPLETE',
      run: { runId: 'r1' },
      job: {
        namespace: 'airflow',
        name: 'load',
        facets: { sql: { query: 'insert into b select * from a' }, jobType: { integration: 'AIRFLOW', processingType: 'BATCH' } },
      },
      inputs: [{ namespace: 'n', name: 'a' }],
      outputs: [{ namespace: 'n', name: 'b' }],
    });
    await ingest(db, {
      producer: 'https://example.com',
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json',
      eventTime: '2026-01-01T10:00:00Z',
      eventType: 'COMPLETE',
      run: { runId: 'r1' },
      job: { namespace: 'airflow', name: 'report' },
      inputs: [{ namespace: 'n', name: 'b' }],
    });
    await state(db, 'query/1', [claim('orders.id > revenue.id', 'IDENTITY', 0.9)]);
    const jobs = (await eventsOf()).filter(({ job }) => job !== undefined);
    expect(jobs.map(({ job, inputs, outputs }) => [job.namespace, job.name, inputs.length, outputs.length])).toEqual([
      ['airflow', 'load', 1, 1],
      ['cadastre', 'query/1', 1, 1],
      ['airflow', 'report', 1, 0],
    ]);
    expect(jobs[0].job.facets).toMatchObject({
      sql: { query: 'insert into b select * from a' },
      jobType: { integration: 'AIRFLOW', processingType: 'BATCH' },
    });
    const facet = jobs[1].outputs[0].facets.cadastre_lineageEdges;
    expect(facet).toMatchObject({ origin: 'QUERY', _schemaURL: expect.stringContaining('CadastreLineageEdgesDatasetFacet') });
    expect(facet.edges).toContainEqual(expect.objectContaining({ field: 'id', column: 'id', confidence: 0.9 }));
  });

  it('leaves out what the caller may not see, says so, and sends no statement that names it', async () => {
    const secret = { namespace: 'secret://vault', name: 'secret' };
    const sqlOf = (inputs: readonly object[]): string =>
      inputs.includes(secret) ? 'select * from secret' : 'select * from orders';
    const load = (name: string, inputs: readonly object[], outputs: readonly object[]) => ({
      producer: 'https://example.com',
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json',
      eventTime: '2026-01-01T10:00:00Z',
      eventType: 'COMPLETE',
      run: { runId: 'r1' },
      job: { namespace: 'airflow', name, facets: { sql: { query: sqlOf(inputs) } } },
      inputs,
      outputs,
    });
    const orders = { namespace: NAMESPACE, name: 'orders' };
    const mart = { namespace: NAMESPACE, name: 'mart' };
    await ingest(db, load('mixed', [orders, secret], [mart]), load('hidden', [], [secret]), load('open', [orders], [mart]));
    const analyst = {
      principal: someone(['analyst']),
      policies: new PolicySet(
        `@id("vault") forbid (principal, action in [Action::"catalog.read", Action::"catalog.readDefinition"], resource)
         when { resource.namespace == "secret://vault" };`,
      ),
    };
    const seen = await exported({}, analyst);
    expect(JSON.stringify(seen)).not.toContain('secret');
    expect(seen.map(({ kind, isPartial, event }) => [kind, isPartial, event.job?.name ?? event.dataset.name])).toEqual([
      ['DATASET', false, 'orders'],
      ['DATASET', false, 'mart'],
      ['JOB', true, 'mixed'],
      ['JOB', false, 'open'],
    ]);
    const [mixed, whole] = seen.slice(2).map(({ event }) => event);
    expect(mixed.outputs[0].facets.cadastre_lineageEdges.isPartial).toBe(true);
    expect(whole.outputs[0].facets.cadastre_lineageEdges.isPartial).toBeUndefined();
    expect([mixed.job.facets.sql, whole.job.facets.sql?.query]).toEqual([undefined, 'select * from orders']);
    expect((await exported()).map(({ isPartial }) => isPartial)).not.toContain(true);
  });

  it('may be of some datasets only, and of the present only', async () => {
    await state(db, 'query/1', [claim('a.x > b.y')]);
    await state(db, 'query/2', [claim('c.x > d.y')]);
    const from = [`urn:cadastre:dataset:${NAMESPACE},shop.public.b`];
    expect((await eventsOf({ from })).map(({ job, dataset }) => job?.name ?? dataset.name)).toEqual(['shop.public.b', 'query/1']);
    const past = await catalog.ask(EXPORT, {}, { asOf: parseInstant('2026-01-01T00:00:00Z') });
    expect(past.errors[0]?.cause).toMatchObject({ code: 'AS_OF_UNSUPPORTED' });
    const many = await catalog.ask(EXPORT, { first: 501 });
    expect(many.errors[0]?.cause).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    const foreign = await catalog.ask(EXPORT, {
      after: (await catalog.ask(EXPORT, { from })).data.openLineageEvents.edges[0].cursor,
    });
    expect(foreign.errors[0]?.cause).toMatchObject({ code: 'INVALID_CURSOR' });
  });
});
