import { afterAll, beforeAll, expect, it } from 'vitest';
import { originOf, record } from '../../kernel/audit/record.ts';
import type { Database } from '../../kernel/db/database.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { EDGE_FIELDS, edgesDigest } from '../../subgraphs/catalog/domain/lineage/edgesDigest.ts';
import type { EdgeRow } from '../../subgraphs/catalog/domain/lineage/edge.ts';
import { replaceEdges } from '../../subgraphs/catalog/store/lineageEdges.ts';
import { key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest } from '../support/ingesting.ts';
import { HOME, load, ORDERS } from '../support/merging.ts';
import { findingsOf } from '../support/reconciling.ts';
import { describeOnOneEngine } from './engines.ts';
import { govern, type Governing } from './governing.ts';

const PERSON = 'ana_perez';

describeOnOneEngine('what the audit log calls evidence by', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  let governing: Governing;
  const told = () =>
    db.query<{ subject_type: string; subject_id: string; aggregate_id: string; body: string }>(
      `select subject_type, subject_id, aggregate_id, body from kernel.audit_event
       where action = 'catalog.lineage.recorded.v1' order by seq`,
    );
  const dbt = async (sources: readonly string[]): Promise<void> => {
    const { errors } = await catalog.ask(
      `mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { __typename } }`,
      {
        input: {
          idempotencyKey: key(),
          producer: 'dbt',
          datasets: [],
          evidence: [
            {
              key: `dbt/shop/model.shop.${PERSON}`,
              origin: 'DBT',
              claims: sources.map((name) => ({
                source: { namespace: HOME, name },
                target: { namespace: HOME, name: 'shop.public.made' },
                type: 'DIRECT',
                subtype: 'TRANSFORMATION',
                confidence: 1,
              })),
            },
          ],
        },
      },
    );
    expect(errors).toEqual([]);
  };

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, {});
    governing = await govern(db);
  });
  afterAll(() => catalog.subgraph.stop());

  it('the names of jobs and nodes stand in no event, and each is called by the same id for ever', async () => {
    await ingest(db, load('warehouse', 'm', { job: PERSON }));
    await ingest(db, load('warehouse', 'other', { job: PERSON, id: 'r2', minute: 2 }));
    await dbt([ORDERS]);
    await dbt([ORDERS, 'shop.public.lines']);
    const events = await told();
    expect(events.length).toBe(4);
    const bodies = await db.query<{ body: string }>('select body from kernel.audit_event');
    expect(bodies.map(({ body }) => body).join('\n')).not.toContain(PERSON);
    expect(events.map(({ subject_type: type }) => type)).toEqual(['Job', 'Job', 'Evidence', 'Evidence']);
    expect(new Set(events.map(({ aggregate_id: id }) => id)).size).toBe(2);
    for (const { aggregate_id: id } of events) expect(id).toMatch(/^evd_[0-9a-z]{26}$/);
    expect(await findingsOf(db)).toEqual([]);
  });

  it('the trail of a job tells of its lineage, and that of the evidence of all that it said', async () => {
    const [job] = await db.query<{ id: string }>('select id from catalog.job where name = $1', [PERSON]);
    const trail = async (subjectId: string | undefined): Promise<readonly string[]> => {
      const { data, errors } = await governing.ask(
        governing.admin,
        `query($subjectId: ID!) { auditTrail(filter: { subjectId: $subjectId }) { edges { node { action } } } }`,
        { subjectId },
      );
      expect(errors).toEqual([]);
      return data.auditTrail.edges.map(({ node }: { node: { action: string } }) => node.action);
    };
    expect((await trail(job?.id)).filter((action) => action === 'catalog.lineage.recorded.v1')).toHaveLength(2);
    expect(await trail((await told()).at(-1)?.aggregate_id)).toEqual([
      'catalog.lineage.recorded.v1',
      'catalog.lineage.recorded.v1',
    ]);
  });

  it('events that called evidence by its key still explain its edges, until others do', async () => {
    const old = 'dbt/shop/model.shop.before';
    const [from, to] = await db.query<{ no: string }>(
      `select no::text from catalog.asset where kind = 'dataset' order by no limit 2`,
    );
    const edge: EdgeRow = {
      source_no: from?.no ?? '',
      target_no: to?.no ?? '',
      level: 0,
      type: 'DIRECT',
      subtype: 'TRANSFORMATION',
      expression: null,
      confidence: 1,
      reasons: [],
      masking: false,
    };
    const request = internalRequest('test');
    await db.transaction(async (tx) => {
      await replaceEdges(tx, [{ key: old, origin: 'DBT', detail: {}, edges: [edge] }]);
      await record(tx, originOf(request, decide(request, 'catalog.ingest')), [
        {
          action: 'catalog.lineage.recorded.v1',
          subject: { type: 'Evidence', id: old, digest: edgesDigest(old, [edge]) },
          aggregateId: old,
          fields: EDGE_FIELDS,
          detail: null,
          payload: null,
        },
      ]);
    });
    expect(await findingsOf(db)).toEqual([]);
    const { errors } = await catalog.ask(
      `mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { __typename } }`,
      { input: { idempotencyKey: key(), producer: 'dbt', datasets: [], evidence: [{ key: old, origin: 'DBT', claims: [] }] } },
    );
    expect(errors).toEqual([]);
    expect((await told()).at(-1)).toMatchObject({ subject_type: 'Evidence', subject_id: expect.stringMatching(/^evd_/) });
    expect(await findingsOf(db)).toEqual([]);
  });
});
