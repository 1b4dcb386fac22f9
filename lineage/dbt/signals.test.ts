import { expect, test } from 'vitest';
import { dbtManifest, type NodeSketch } from '../../test/support/dbtManifest.ts';
import { runResults, sourcesJson } from '../../test/support/dbtTarget.ts';
import { readProject } from './readProject.ts';
import { signalsOf } from './signals.ts';

const AT = '2026-11-21T09:00:00Z';
const SOURCE = 'source.shop.raw.orders';

const about = (kind: string, dependsOn: readonly string[], more: object = {}): NodeSketch => ({
  kind: 'test',
  dependsOn,
  more: { test_metadata: { name: kind, kwargs: {} }, ...more },
});

function signals(
  nodes: Readonly<Record<string, NodeSketch>>,
  texts: { runResults?: string; sources?: string } = {},
  version = 12,
) {
  const manifest = dbtManifest({
    version,
    nodes: {
      'model.shop.orders': { columns: { ID: 'int' } },
      'model.shop.mart': {},
      'model.shop.passing': { more: { config: { materialized: 'ephemeral' } } },
      ...nodes,
    },
    sources: {
      [SOURCE]: { more: { freshness: { warn_after: { count: 2, period: 'hour' }, error_after: { count: null, period: null } } } },
    },
  });
  return signalsOf(readProject({ manifest, ...texts }, { namespace: () => 'n' }));
}

const ofTests = (...args: Parameters<typeof signals>) => signals(...args).signals.filter(({ kind }) => kind !== 'freshness');

test.each([
  ['unique', null, 'unique'],
  ['accepted_values', 'dbt', 'accepted_values'],
  ['recency', 'dbt_utils', 'dbt_utils.recency'],
  ['is_positive', null, 'is_positive'],
])('a test %s of %s is of the kind %s', (name, namespace, kind) => {
  const found = ofTests({
    'test.shop.t': about(name, ['model.shop.orders'], { test_metadata: { name, namespace, kwargs: { column_name: 'id' } } }),
  });
  expect(found).toMatchObject([{ key: 'test.shop.t', kind, on: { namespace: 'n', name: 'shop.public.orders', column: 'ID' } }]);
});

test('a query of its own is shown at every model that it reads', () => {
  const found = ofTests({
    'test.shop.mine': { kind: 'test', dependsOn: ['model.shop.orders', 'model.shop.mart'], more: { name: 'mine' } },
  });
  expect(found.map(({ kind, on }) => [kind, on.name])).toEqual([
    ['singular', 'shop.public.orders'],
    ['singular', 'shop.public.mart'],
  ]);
});

test.each([
  ['of a model that is not there', about('unique', ['model.shop.gone'], { attached_node: 'model.shop.gone' }), /does not have/],
  ['of an ephemeral model', about('unique', ['model.shop.passing'], { attached_node: 'model.shop.passing' }), /ephemeral/],
  ['of nothing', about('unique', []), /reads no model/],
])('a test %s is left out, and it is said why', (_what, sketch, why) => {
  const { signals: found, skipped } = signals({ 'test.shop.t': sketch });
  expect(found.map(({ kind }) => kind)).toEqual(['freshness']);
  expect(skipped).toEqual([{ id: 'test.shop.t', why: expect.stringMatching(why) }]);
});

test.each([1, 4, 7, 12])('the result of a run is read beside a manifest of version %i', (version) => {
  const results = runResults(AT, { 'test.shop.t': { status: 'fail', failures: 3, message: 'Got 3 results' } });
  expect(ofTests({ 'test.shop.t': about('unique', ['model.shop.orders']) }, { runResults: results }, version)[0]?.result).toEqual(
    {
      status: 'FAIL',
      observedAt: '2026-11-21T09:00:00.000000Z',
      failures: 3,
      message: 'Got 3 results',
      maxLoadedAt: null,
      run: `run-${AT}`,
    },
  );
});

test('NaN, which Python writes, counts as nothing', () => {
  const results = runResults(AT, { 'test.shop.t': { status: 'fail', failures: 'X', message: 'is NaN, -Infinity: "NaN"' } });
  const [signal] = ofTests(
    { 'test.shop.t': about('unique', ['model.shop.orders']) },
    { runResults: results.replace('"X"', 'NaN') },
  );
  expect(signal?.result).toMatchObject({ failures: null, message: 'is NaN, -Infinity: "NaN"' });
});

test('results of another project are refused', () => {
  const results = runResults(AT, { 'test.other.t': { status: 'pass' }, 'operation.other.x': { status: 'success' } });
  expect(() => signals({}, { runResults: results })).toThrow(/another project: .* none of its 1 nodes, e\.g\. test\.other\.t/);
});

test('a result that fits no node any more is left out', () => {
  const results = runResults(AT, { 'test.shop.t': { status: 'pass' }, 'test.shop.gone': { status: 'pass' } });
  const manifest = dbtManifest({
    nodes: { 'model.shop.orders': {}, 'test.shop.t': about('unique', ['model.shop.orders']) },
  });
  const project = readProject({ manifest, runResults: results }, { namespace: () => 'n' });
  expect(project.skipped).toEqual([{ id: 'test.shop.gone', why: expect.stringMatching(/manifest does not have/) }]);
});

test.each([
  ['pass', 'PASS'],
  ['warn', 'WARN'],
  ['error', 'FAIL'],
  ['runtime error', 'ERROR'],
])('a source whose freshness is %s is %s', (status, expected) => {
  const sources = sourcesJson(AT, [{ unique_id: SOURCE, status, max_loaded_at: '2026-11-21T08:00:00', snapshotted_at: AT }]);
  expect(signals({}, { sources }).signals).toMatchObject([
    {
      kind: 'freshness',
      severity: 'WARN',
      criteria: { warnAfter: 'PT2H' },
      result: { status: expected, maxLoadedAt: '2026-11-21T08:00:00.000000Z', observedAt: '2026-11-21T09:00:00.000000Z' },
    },
  ]);
});

test.each([13, 99])('a manifest of version %i is refused with the versions that are understood', (version) => {
  expect(() => signals({}, {}, version)).toThrow(/v1 to v12 are understood\. Update Cadastre/);
});
