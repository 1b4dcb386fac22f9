import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { count, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest } from '../support/ingesting.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const NAMESPACE = 'postgres://shop:5432';
const PRODUCER = 'https://example.com/checks';
const at = (minute: number): string => `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`;

interface Assertion {
  readonly assertion: string;
  readonly success: boolean;
  readonly column?: string;
  readonly severity?: string;
}

const run = (minute: number, inputFacets: object, job = 'check'): object => ({
  producer: PRODUCER,
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json',
  eventTime: at(minute),
  eventType: 'COMPLETE',
  run: { runId: `r${minute}` },
  job: { namespace: 'checks', name: job },
  inputs: [{ namespace: NAMESPACE, name: 'shop.public.orders', facets: { schema: { fields: [{ name: 'id' }] } }, inputFacets }],
});
const asserting = (minute: number, assertions: readonly Assertion[], job?: string): object =>
  run(minute, { dataQualityAssertions: { assertions } }, job);

describeOnOneEngine('assertions of OpenLineage', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    await resetData(db);
    catalog = await testCatalog(db, {});
  });
  afterEach(() => catalog.subgraph.stop());

  const signals = async () => {
    const { data, errors } = await catalog.ask(
      `query($urn: Urn!) { dataset(urn: $urn) { statistics { rowCountEstimate sizeBytes } quality { passing failing warning lastObservedAt }
         qualitySignals { edges { node { name kind tool columnName column { name } severity status message observedAt results { edges { node { status run } } } } } } } }`,
      { urn: `urn:cadastre:dataset:${NAMESPACE},shop.public.orders` },
    );
    expect(errors).toEqual([]);
    const { qualitySignals, ...rest } = data.dataset;
    return { ...rest, signals: qualitySignals.edges.map((edge: { node: object }) => edge.node) };
  };

  it('are checks with their results, newest first', async () => {
    await ingest(db, asserting(1, [{ assertion: 'not_null', success: true, column: 'id' }]));
    await ingest(db, asserting(2, [{ assertion: 'not_null', success: false, column: 'id' }]));
    expect(await signals()).toMatchObject({
      quality: { passing: 0, failing: 1, lastObservedAt: '2026-01-01T10:02:00.000000Z' },
      signals: [
        {
          name: 'not_null',
          kind: 'not_null',
          tool: PRODUCER,
          columnName: 'id',
          column: { name: 'id' },
          severity: 'ERROR',
          status: 'FAIL',
          results: { edges: [{ node: { status: 'FAIL', run: 'r2' } }, { node: { status: 'PASS', run: 'r1' } }] },
        },
      ],
    });
  });

  it('come in any order and more than once with the same outcome', async () => {
    const events = [
      asserting(3, [{ assertion: 'unique', success: true, column: 'id' }]),
      asserting(1, [{ assertion: 'unique', success: false, column: 'id' }]),
      asserting(2, [{ assertion: 'rows', success: false, severity: 'warn' }]),
    ];
    await ingest(db, ...events);
    const first = await signals();
    const before = await count(db, 'kernel.audit_event');
    expect(await ingest(db, ...events.toReversed())).toBe(0);
    expect(await count(db, 'kernel.audit_event')).toBe(before);
    expect(await signals()).toEqual(first);
    expect(first.signals).toMatchObject([
      { kind: 'rows', status: 'WARN', severity: 'WARN', columnName: null },
      { kind: 'unique', status: 'PASS', results: { edges: [{ node: { status: 'PASS' } }, { node: { status: 'FAIL' } }] } },
    ]);
  });

  it('of the same name and column are one check, which passes when all pass', async () => {
    const same = { assertion: 'expression_is_true' };
    await ingest(
      db,
      asserting(1, [
        { ...same, success: true },
        { ...same, success: false },
        { ...same, success: true },
      ]),
    );
    expect((await signals()).signals).toMatchObject([
      { status: 'FAIL', message: '1 of 3 assertions of this name failed.', results: { edges: [{}] } },
    ]);
  });

  it('of one job do not end those of another, and end when their facet is taken back', async () => {
    await ingest(db, asserting(1, [{ assertion: 'a', success: true }], 'one'));
    await ingest(db, asserting(2, [{ assertion: 'b', success: true }], 'two'));
    await ingest(db, asserting(3, [{ assertion: 'c', success: true }], 'one'));
    expect((await signals()).signals.map(({ kind }: { kind: string }) => kind)).toEqual(['a', 'b', 'c']);
    await ingest(db, run(4, { dataQualityAssertions: { _deleted: true } }, 'one'));
    expect((await signals()).signals.map(({ kind }: { kind: string }) => kind)).toEqual(['b']);
    // What was said before it was taken back stays taken back.
    await ingest(db, asserting(2, [{ assertion: 'a', success: false }], 'one'));
    expect((await signals()).signals.map(({ kind }: { kind: string }) => kind)).toEqual(['b']);
  });

  it('stand beside what was measured', async () => {
    await ingest(db, run(1, { dataQualityMetrics: { rowCount: 10, bytes: 200, columnMetrics: {} } }));
    expect(await signals()).toMatchObject({ statistics: { rowCountEstimate: 10, sizeBytes: 200 }, quality: null });
    await ingest(db, run(2, { dataQualityMetrics: { rowCount: 11 } }));
    await ingest(db, run(3, { dataQualityMetrics: { rowCount: 12 } }));
    const counts: unknown[] = [];
    for (let after: string | null = null; ;) {
      const { data } = await catalog.ask(
        `query($urn: Urn!, $after: String) { dataset(urn: $urn) { measurements(first: 2, after: $after) {
           edges { node { rowCountEstimate sizeBytes } } pageInfo { hasNextPage endCursor } } } }`,
        { urn: `urn:cadastre:dataset:${NAMESPACE},shop.public.orders`, after },
      );
      const { edges, pageInfo } = data.dataset.measurements;
      counts.push(...edges.map((edge: { node: object }) => edge.node));
      if (pageInfo.hasNextPage !== true) break;
      after = pageInfo.endCursor;
    }
    expect(counts).toEqual([
      { rowCountEstimate: 12, sizeBytes: null },
      { rowCountEstimate: 11, sizeBytes: null },
      { rowCountEstimate: 10, sizeBytes: 200 },
    ]);
  });
});
