import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { catalogEvents } from '../../contracts/catalog.ts';
import type { Database } from '../../kernel/db/database.ts';
import { count, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { runResults, sendTarget, sourcesJson, WAREHOUSE } from '../support/dbtTarget.ts';
import { check, manifest, NOT_NULL, SOURCE, TESTS, UNIQUE } from '../support/qualityShop.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const ORDERS = `urn:cadastre:dataset:${WAREHOUSE},shop.public.orders`;
describeOnOneEngine('quality signals', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const script: Script = {
    scopes: [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      { scope: ['shop', 'public'], records: [table(['shop', 'public', 'orders'], ['id', 'total'])] },
    ],
  };
  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
  });
  beforeEach(async () => {
    await resetData(db);
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
  });
  afterAll(() => catalog.subgraph.stop());

  const SIGNALS = `qualitySignals { edges { node { id name kind tool columnName column { name } severity criteria status message failures
    observedAt maxLoadedAt results { edges { node { status observedAt failures run } } } } } }`;
  const read = async (urn = ORDERS, context = {}) => {
    const { data, errors } = await catalog.ask(
      `query($urn: Urn!) { dataset(urn: $urn) { quality { passing warning failing erroring unknown lastObservedAt } ${SIGNALS} } }`,
      { urn },
      context,
    );
    expect(errors).toEqual([]);
    return data.dataset === null
      ? null
      : { quality: data.dataset.quality, signals: data.dataset.qualitySignals.edges.map((edge: { node: object }) => edge.node) };
  };
  const events = (action: string) =>
    db.query<{ payload: string; aggregate: string }>(
      `select payload, aggregate_id as aggregate from kernel.outbox where topic = $1 order by seq`,
      [action],
    );

  const PASS = { [UNIQUE]: { status: 'pass', failures: 0 }, [NOT_NULL]: { status: 'pass', failures: 0 } };

  it('show the tests of a model with what the last run found', async () => {
    const results = runResults('2026-11-21T09:00:00Z', {
      [UNIQUE]: { status: 'pass', failures: 0 },
      [NOT_NULL]: { status: 'warn', failures: 3, message: 'Got 3 results, configured to warn if != 0' },
    });
    expect(await sendTarget(catalog, { manifest: manifest(), runResults: results })).toMatchObject({ signals: 3, results: 2 });
    const { quality, signals } = (await read()) ?? {};
    expect(quality).toEqual({
      passing: 1,
      warning: 1,
      failing: 0,
      erroring: 0,
      unknown: 0,
      lastObservedAt: '2026-11-21T09:00:00.000000Z',
    });
    expect(signals).toMatchObject([
      {
        name: 'not_null_orders_total',
        kind: 'not_null',
        tool: 'dbt',
        columnName: 'total',
        column: { name: 'total' },
        severity: 'WARN',
        status: 'WARN',
        failures: 3,
        message: 'Got 3 results, configured to warn if != 0',
        results: { edges: [{ node: { status: 'WARN', run: 'run-2026-11-21T09:00:00Z' } }] },
      },
      { name: 'unique_orders_id', kind: 'unique', columnName: 'id', severity: 'ERROR', status: 'PASS', failures: 0 },
    ]);
  });

  it('show those of a column at the column, page by page', async () => {
    const tests = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [`test.shop.t.${i}`, check('unique', 'id', { name: `t${i}` })]),
    );
    await sendTarget(catalog, { manifest: manifest({ tests: { ...tests, [NOT_NULL]: check('not_null', 'total') } }) });
    const names: string[] = [];
    for (let after: string | null = null; ;) {
      const { data } = await catalog.ask(
        `query($urn: Urn!, $after: String) { column(urn: $urn) { qualitySignals(first: 2, after: $after) {
           edges { node { name status } } pageInfo { hasNextPage endCursor } } } }`,
        { urn: `urn:cadastre:column:${WAREHOUSE},shop.public.orders,id`, after },
      );
      const page = data.column.qualitySignals;
      names.push(...page.edges.map((edge: { node: { name: string } }) => edge.node.name));
      if (page.pageInfo.hasNextPage !== true) break;
      after = page.pageInfo.endCursor;
    }
    expect(names).toEqual(['t0', 't1', 't2', 't3', 't4']);
  });

  const written = () =>
    Promise.all(
      [
        'catalog.quality_signal',
        'catalog.quality_result',
        'catalog.asset_version',
        'catalog.measurement',
        'catalog.lineage_edge',
      ].map((name) => count(db, name)),
    );
  const audited = (): Promise<number> => count(db, 'kernel.audit_event');

  it('write nothing when the same target is sent again, and no event of a dataset when a later one says the same', async () => {
    const results = runResults('2026-11-21T09:00:00Z', PASS);
    await sendTarget(catalog, { manifest: manifest(), runResults: results });
    const before = [...(await written()), await audited()];
    await sendTarget(catalog, { manifest: manifest(), runResults: results });
    expect([...(await written()), await audited()]).toEqual(before);
    const later = { manifest: manifest({ at: '2026-11-22T08:00:00Z' }), runResults: results };
    expect(await sendTarget(catalog, later)).toMatchObject({ datasets: 0, signals: 0, results: 0 });
    expect(await written()).toEqual(before.slice(0, -1));
    expect(await events('catalog.quality.changed.v1')).toHaveLength(2);
  });

  it('are one event a dataset, however many tests there are', async () => {
    await sendTarget(catalog, { manifest: manifest(), runResults: runResults('2026-11-21T09:00:00Z', PASS) });
    const told = await events('catalog.quality.changed.v1');
    const payloads = told.map(({ payload }) => JSON.parse(payload));
    for (const payload of payloads) catalogEvents['catalog.quality.changed.v1'].parse(payload);
    expect(
      payloads.map(({ name, added, results }) => ({ name, added, results })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ).toEqual([
      { name: 'shop.public.orders', added: 2, results: 2 },
      { name: 'shop.raw.orders', added: 1, results: 0 },
    ]);
    // The dataset itself is as it was: its checks have a line of their own.
    expect(told.every(({ aggregate }) => aggregate.startsWith('quality/'))).toBe(true);
  });

  it('end when the manifest has them no more, and go on with their history when they come back', async () => {
    await sendTarget(catalog, { manifest: manifest(), runResults: runResults('2026-11-21T09:00:00Z', PASS) });
    const [first] = (await read())?.signals ?? [];
    const without = manifest({ at: '2026-11-22T08:00:00Z', tests: { [UNIQUE]: TESTS[UNIQUE] ?? {} } });
    expect(await sendTarget(catalog, { manifest: without })).toMatchObject({ signals: 1 });
    expect((await read())?.signals).toMatchObject([{ kind: 'unique' }]);
    expect(await count(db, 'catalog.quality_result')).toBe(2);
    await sendTarget(catalog, { manifest: manifest({ at: '2026-11-23T08:00:00Z' }) });
    expect((await read())?.signals[0]).toMatchObject({ id: first.id, status: 'PASS' });
  });

  it('end when the last test has gone', async () => {
    await sendTarget(catalog, { manifest: manifest() });
    await sendTarget(catalog, { manifest: manifest({ at: '2026-11-22T08:00:00Z', tests: {} }) });
    expect(await read()).toMatchObject({ quality: null, signals: [] });
  });

  it('are not brought back by a manifest that comes late', async () => {
    await sendTarget(catalog, { manifest: manifest({ at: '2026-11-22T08:00:00Z', tests: { [UNIQUE]: TESTS[UNIQUE] ?? {} } }) });
    const late = await sendTarget(catalog, { manifest: manifest(), runResults: runResults('2026-11-20T09:00:00Z', PASS) });
    expect(late).toMatchObject({ signals: 0, results: 1 });
    expect((await read())?.signals).toMatchObject([
      { kind: 'unique', status: 'PASS', observedAt: '2026-11-20T09:00:00.000000Z' },
    ]);
  });

  it('keep the newest result by its time, and every result, in whatever order runs come', async () => {
    const runs = [
      ['2026-11-21T09:00:00Z', 'pass'],
      ['2026-11-23T09:00:00Z', 'fail'],
      ['2026-11-22T09:00:00Z', 'error'],
      ['2026-11-20T09:00:00Z', 'skipped'],
    ] as const;
    for (const [at, status] of runs)
      await sendTarget(catalog, { manifest: manifest(), runResults: runResults(at, { [UNIQUE]: { status } }) }, at);
    const signal = (await read())?.signals.find(({ kind }: { kind: string }) => kind === 'unique');
    expect(signal).toMatchObject({ status: 'FAIL', observedAt: '2026-11-23T09:00:00.000000Z' });
    expect(signal.results.edges.map((edge: { node: { status: string } }) => edge.node.status)).toEqual([
      'FAIL',
      'ERROR',
      'PASS',
      'SKIPPED',
    ]);
  });

  it('are answered as they were at an earlier moment', async () => {
    await sendTarget(catalog, { manifest: manifest(), runResults: runResults('2026-11-21T09:00:00Z', PASS) });
    const [then] = await db.query<{ now: string }>(`select max(recorded_at) as now from catalog.quality_result`);
    await sendTarget(catalog, {
      manifest: manifest({ at: '2026-11-22T08:00:00Z', tests: { [UNIQUE]: TESTS[UNIQUE] ?? {} } }),
      runResults: runResults('2026-11-22T09:00:00Z', { [UNIQUE]: { status: 'fail', failures: 7 } }),
    });
    expect(await read()).toMatchObject({ quality: { passing: 0, failing: 1 }, signals: [{ status: 'FAIL' }] });
    expect(await read(ORDERS, { asOf: then?.now as never })).toMatchObject({
      quality: { passing: 2, failing: 0 },
      signals: [{ status: 'PASS' }, { status: 'PASS', results: { edges: [{ node: { status: 'PASS' } }] } }],
    });
  });

  it('tell how fresh a source is, and how old it may be', async () => {
    const sources = sourcesJson('2026-11-21T09:00:01Z', [
      {
        unique_id: SOURCE,
        status: 'error',
        max_loaded_at: '2026-11-19T09:00:00+00:00',
        snapshotted_at: '2026-11-21T09:00:00Z',
        criteria: { warn_after: { count: 12, period: 'hour' }, error_after: { count: 1, period: 'day' }, filter: null },
      },
    ]);
    await sendTarget(catalog, { manifest: manifest(), sources });
    expect(await read(`urn:cadastre:dataset:${WAREHOUSE},shop.raw.orders`)).toMatchObject({
      quality: { failing: 1, lastObservedAt: '2026-11-21T09:00:00.000000Z' },
      signals: [
        {
          kind: 'freshness',
          criteria: { warnAfter: 'PT12H', errorAfter: 'P1D' },
          status: 'FAIL',
          maxLoadedAt: '2026-11-19T09:00:00.000000Z',
        },
      ],
    });
  });

  it('take no counts that are none', async () => {
    const results = runResults('2026-11-21T09:00:00Z', {
      [UNIQUE]: { status: 'fail', failures: 'X' },
      [NOT_NULL]: { status: 'pass' },
    });
    await sendTarget(catalog, { manifest: manifest(), runResults: results.replace('"X"', 'NaN') });
    expect((await read())?.signals[1]).toMatchObject({ status: 'FAIL', failures: null });
  });
});
