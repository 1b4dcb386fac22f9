import { expect, test } from 'vitest';
import type { DbtEvidence } from '../../lineage/dbt/claim.ts';
import type { Instant } from '../../kernel/time.ts';
import type { DatasetMetadata } from '../../lineage/dbt/metadata.ts';
import type { DbtSignal } from '../../lineage/dbt/signals.ts';
import { type Batch, batchesOf, DATASETS_MAX } from './batches.ts';
import type { Stated } from './statement.ts';

const SENDER = { producer: 'dbt/shop', generatedAt: '2026-11-21T08:00:00Z' };

const dataset = (at: number, description = ''): DatasetMetadata => ({
  namespace: 'n',
  name: `t${at}`,
  description,
  owners: [],
  tags: [],
  columns: [],
  statistics: null,
});

const evidence = (at: number, from: number, to: number, length = 1): DbtEvidence => ({
  key: `dbt/shop/${at}`,
  origin: 'DBT',
  detail: { sql: 'select' },
  claims: Array.from({ length }, (_, column) => ({
    source: { namespace: 'n', name: `t${from}`, column: column === 0 ? null : `c${column}` },
    target: { namespace: 'n', name: `t${to}`, column: column === 0 ? null : `c${column}` },
    type: 'DIRECT',
    subtype: 'IDENTITY',
    expression: column === 0 ? null : 'x'.repeat(100),
    confidence: 1,
    reasons: [],
  })),
});

const many = (count: number): readonly DatasetMetadata[] => Array.from({ length: count }, (_, at) => dataset(at));
const sizes = ({ batches }: { readonly batches: readonly Batch[] }): readonly (readonly number[])[] =>
  batches.map((batch) => [batch.datasets.length, batch.evidence.length]);

test('a small project is one request', () => {
  expect(sizes(batchesOf(SENDER, many(3), [evidence(1, 0, 1), evidence(2, 1, 2)]))).toEqual([[3, 2]]);
});

test('no request has more datasets than it may, and evidence waits for the last dataset that it names', () => {
  const made = batchesOf(SENDER, many(DATASETS_MAX * 2 + 1), [
    evidence(1, 0, 1),
    evidence(2, 0, DATASETS_MAX),
    evidence(3, DATASETS_MAX * 2, 0),
  ]);
  expect(made.batches.map((batch) => [batch.datasets.length, batch.evidence.map(({ key }) => key)])).toEqual([
    [DATASETS_MAX, ['dbt/shop/1']],
    [DATASETS_MAX, ['dbt/shop/2']],
    [1, ['dbt/shop/3']],
  ]);
});

test('no request is larger than a server takes', () => {
  const datasets = Array.from({ length: 40 }, (_, at) => dataset(at, 'd'.repeat(100_000)));
  const made = batchesOf(
    SENDER,
    datasets,
    Array.from({ length: 50 }, (_, at) => evidence(at, 0, 1, 200)),
  );
  for (const batch of made.batches) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(1024 * 1024);
  expect(made.batches.flatMap((batch) => batch.datasets)).toEqual(datasets);
  expect(made.batches.flatMap((batch) => batch.evidence)).toHaveLength(50);
});

test('evidence that is too large loses what can be missed, and says so', () => {
  const made = batchesOf(SENDER, many(2), [evidence(1, 0, 1, 4_000), evidence(2, 0, 1, 20_000)]);
  expect(made.cut).toEqual(['dbt/shop/1: its SQL', 'dbt/shop/2: its column lineage']);
  const [first, second] = made.batches.flatMap((batch) => batch.evidence);
  expect(first?.claims).toHaveLength(4_000);
  expect(second).toMatchObject({ claims: [{ source: { name: 't0', column: null } }], detail: { columnLineage: 'TOO_LARGE' } });
});

test('the same artifacts have the same keys, those of another run or content others', () => {
  const keyOf = (sender: typeof SENDER, datasets: readonly DatasetMetadata[]) =>
    batchesOf(sender, datasets, []).batches[0]?.idempotencyKey;
  expect(keyOf(SENDER, many(2))).toBe(keyOf({ ...SENDER }, many(2)));
  expect(keyOf(SENDER, many(2))).not.toBe(keyOf({ ...SENDER, generatedAt: '2026-11-22T08:00:00Z' }, many(2)));
  expect(keyOf(SENDER, many(2))).not.toBe(keyOf(SENDER, many(3)));
});

const signal = (at: number, message: string | null = null): DbtSignal => ({
  key: `test.shop.${at}`,
  on: { namespace: 'n', name: 't0', column: null },
  name: `t${at}`,
  kind: 'unique',
  severity: 'ERROR',
  description: null,
  criteria: {},
  result: {
    status: 'FAIL',
    observedAt: '2026-11-21T09:00:00.000000Z' as Instant,
    failures: 1,
    message,
    maxLoadedAt: null,
    run: null,
  },
});

const stated = (signals: readonly DbtSignal[]): Stated => ({
  statement: { namespace: 'n', statedAt: '2026-11-21T08:00:00.000000Z' as Instant },
  signals,
  metrics: [],
  dashboards: [],
  skipped: [],
});

test('checks go with the last request, which alone says that this was all', () => {
  const made = batchesOf(SENDER, many(2), [evidence(1, 0, 1)], stated([signal(1), signal(2)]));
  expect(made.batches).toMatchObject([
    {
      datasets: [{}, {}],
      evidence: [{}],
      statement: { namespace: 'n', complete: true },
      signals: [{ key: 'test.shop.1' }, { key: 'test.shop.2' }],
      results: [{ key: 'test.shop.1', status: 'FAIL' }, { key: 'test.shop.2' }],
    },
  ]);
  expect(made.batches[0]?.signals?.[0]).not.toHaveProperty('result');
});

test('a project without checks says so too', () => {
  expect(batchesOf(SENDER, many(1), [], stated([])).batches).toMatchObject([{ signals: [], statement: { complete: true } }]);
});

test('ten thousand checks with long messages go in requests that a server takes, and each once', () => {
  const signals = Array.from({ length: 10_000 }, (_, at) => signal(at, 'm'.repeat(at % 100 === 0 ? 20_000 : 200)));
  const { batches, cut } = batchesOf(SENDER, many(DATASETS_MAX + 1), [], stated(signals));
  for (const batch of batches) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(1024 * 1024);
  expect(batches.flatMap((batch) => batch.signals ?? []).map(({ key }) => key)).toEqual(signals.map(({ key }) => key));
  expect(batches.flatMap((batch) => batch.results ?? [])).toHaveLength(10_000);
  expect(batches.map(({ statement }) => statement?.complete ?? null)).toEqual([
    null,
    ...Array.from({ length: batches.length - 2 }, () => false),
    true,
  ]);
  expect(cut).toHaveLength(100);
});
