import { expect, test } from 'vitest';
import { dbtManifest, type NodeSketch } from '../../test/support/dbtManifest.ts';
import { readProject } from './readProject.ts';

const ID = 'test.shop.one.1';
const AT = '2026-11-21T08:00:00.000000Z';

function assertionOf(sketch: NodeSketch, result?: object) {
  const runResults = JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json', generated_at: AT, invocation_id: 'i1' },
    results: result === undefined ? [] : [{ unique_id: ID, ...result }],
  });
  const manifest = dbtManifest({
    nodes: { 'model.shop.orders': {}, 'model.shop.people.v2': {}, [ID]: { kind: 'test', ...sketch } },
  });
  return readProject({ manifest, runResults }, { namespace: () => 'x' }).assertions.get(ID);
}

const generic = (name: string, kwargs: object, namespace: string | null = null): NodeSketch => ({
  dependsOn: ['model.shop.people.v2', 'model.shop.orders'],
  more: { test_metadata: { name, namespace, kwargs: { model: "{{ get_where_subquery(ref('orders')) }}", ...kwargs } } },
});

test('unique says so of a column, whichever spelling it has', () => {
  expect(assertionOf(generic('unique', { column_name: '"ID"' }))).toMatchObject({
    asserts: { kind: 'UNIQUE' },
    dataset: 'model.shop.orders',
    column: 'id',
  });
});

test('a relationship names the other end, in a versioned model too', () => {
  const sketch = generic('relationships', { column_name: 'person_id', to: "ref('people', v=2)", field: 'id' });
  expect(assertionOf(sketch)?.asserts).toEqual({ kind: 'RELATIONSHIP', dataset: 'model.shop.people.v2', column: 'id' });
});

test('accepted values are told, also where dbt 1.10 puts them', () => {
  expect(assertionOf(generic('accepted_values', { arguments: { values: ['a', 1] }, column_name: 's' }))?.asserts).toEqual({
    kind: 'ACCEPTED_VALUES',
    values: ['a', '1'],
  });
});

test('a test of a package is not one of dbt by its name', () => {
  expect(assertionOf(generic('unique', {}, 'dbt_expectations'))?.asserts).toEqual({
    kind: 'OTHER',
    test: 'dbt_expectations.unique',
  });
});

test.each([
  ['pass', 'PASSED'],
  ['fail', 'FAILED'],
  ['warn', 'WARNED'],
  ['error', 'ERRORED'],
  ['skipped', 'SKIPPED'],
  ['success', null],
])('a run that ended with %s means %s', (status, expected) => {
  expect(assertionOf(generic('unique', {}), { status, failures: 3, message: 'Got 3' })).toMatchObject({
    status: expected,
    outcome:
      expected === null
        ? null
        : { status: expected, observedAt: AT, failures: 3, message: 'Got 3', maxLoadedAt: null, run: 'i1' },
  });
});

test('a test ran when its last step ended, in UTC where no zone is written', () => {
  const timing = [{ completed_at: '2026-11-20T08:00:01.5' }, { completed_at: '2026-11-20T08:00:00Z' }, { completed_at: null }];
  expect(assertionOf(generic('unique', {}), { status: 'pass', timing })?.outcome?.observedAt).toBe('2026-11-20T08:00:01.500000Z');
});

test('what it demands is told without what every test has', () => {
  const sketch = generic('accepted_values', { column_name: 's', values: ['a'] });
  const config = { where: 'id > 1', warn_if: '!= 0', error_if: '> 10' };
  expect(assertionOf({ ...sketch, more: { ...sketch.more, config } })?.criteria).toEqual({
    values: ['a'],
    where: 'id > 1',
    errorIf: '> 10',
  });
});
