import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { count, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { runResults, sendTarget, WAREHOUSE } from '../support/dbtTarget.ts';
import { check, manifest } from '../support/qualityShop.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const ORDERS = `urn:cadastre:dataset:${WAREHOUSE},shop.public.orders`;

describeOnOneEngine('quality signals', (open, engine) => {
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

  it('say what is wrong with a request', async () => {
    const base = { idempotencyKey: 'k', producer: 'dbt/shop', datasets: [], evidence: [] };
    const on = { namespace: WAREHOUSE, name: 'shop.public.orders' };
    const statement = { namespace: WAREHOUSE, statedAt: '2026-11-21T08:00:00Z', complete: true };
    const signal = { key: 'a', on, name: 'a', kind: 'unique' };
    for (const [change, says] of [
      [{ signals: [signal] }, /statement/],
      [{ statement, signals: Array.from({ length: 1_001 }, () => signal) }, /at most 1000/],
      [{ statement, signals: [{ ...signal, name: ' ' }] }, /signals\.name/],
      [{ statement: { ...statement, namespace: 'n'.repeat(401) } }, /statement\.namespace must have 1 to 400/],
      [
        { statement, dashboards: [{ namespace: 'dbt://shop', name: 'a', subtype: 'ML', url: 'javascript:x', reads: [] }] },
        /http/,
      ],
    ] as const) {
      const { errors } = await catalog.ask(
        `mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { __typename } }`,
        { input: { ...base, ...change } },
      );
      expect(errors[0]?.cause).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(says) });
    }
  });

  it('of a dataset that is not there are counted, and make none', async () => {
    const statement = { namespace: WAREHOUSE, statedAt: '2026-11-21T08:00:00Z', complete: true };
    const on = { namespace: WAREHOUSE, name: 'shop.public.nowhere' };
    const before = await count(db, 'catalog.asset');
    const { data } = await catalog.ask(
      `mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { ... on MetadataIngested { signals unresolved } } }`,
      {
        input: {
          idempotencyKey: 'nowhere',
          producer: 'dbt/shop',
          datasets: [],
          evidence: [],
          statement,
          signals: [{ key: 'a', on, name: 'a', kind: 'unique' }],
        },
      },
    );
    expect(data.ingestMetadata).toEqual({ signals: 0, unresolved: 1 });
    expect(await count(db, 'catalog.asset')).toBe(before);
  });

  it('have names as long as they may be', async () => {
    // Characters of four bytes, which are hard to compress.
    const long = (length: number): string =>
      Array.from({ length }, (_, i) => String.fromCodePoint(0x1f300 + ((i * 7919) % 700))).join('');
    const namespace = long(200);
    const [on, statement] = [
      { namespace, name: long(100) },
      { namespace, statedAt: '2026-11-21T08:00:00Z', complete: true },
    ];
    const input = {
      idempotencyKey: 'long',
      producer: long(100),
      datasets: [on],
      evidence: [],
      statement,
      signals: [{ key: long(500), on, name: long(500), kind: long(500) }],
      metrics: [{ key: long(500), name: long(500), type: 'simple', reads: [on] }],
      dashboards: [{ namespace, name: long(500), subtype: 'ML', reads: [on] }],
    };
    const { data, errors } = await catalog.ask(
      `mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { ... on MetadataIngested { signals metrics dashboards } } }`,
      { input },
    );
    expect(errors).toEqual([]);
    expect(data.ingestMetadata).toEqual({ signals: 1, metrics: 1, dashboards: 1 });
  });

  it('come by the ten thousand', async () => {
    // The embedded engine needs four times as long; what is counted is the same.
    const many = engine === 'postgres' ? 10_000 : 2_000;
    const ids = Array.from({ length: many }, (_, i) => `test.shop.many_${i}.x`);
    const tests = Object.fromEntries(ids.map((id, i) => [id, check('unique', 'id', { name: `many_${i}` })]));
    const results = runResults(
      '2026-11-21T09:00:00Z',
      Object.fromEntries(ids.map((id) => [id, { status: 'pass', failures: 0 }])),
    );
    expect(await sendTarget(catalog, { manifest: manifest({ tests }), runResults: results })).toMatchObject({
      signals: many + 1,
      results: many,
    });
    const { data } = await catalog.ask(`query($urn: Urn!) { dataset(urn: $urn) { quality { passing } } }`, { urn: ORDERS });
    expect(data.dataset.quality.passing).toBe(many);
    // One of each dataset and request, not one of each test.
    expect(await count(db, `kernel.outbox where topic = 'catalog.quality.changed.v1'`)).toBeLessThan(60);
  });
});
