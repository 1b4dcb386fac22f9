import { describe, expect, test } from 'vitest';
import { dbtManifest } from '../../test/support/dbtManifest.ts';
import { ArtifactError } from './artifactError.ts';
import { readManifest } from './readManifest.ts';

const read = (text: string) => readManifest(text, { namespace: () => 'postgres://db:5432' });
const errorOf = (text: string): ArtifactError => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ArtifactError) return error;
  }
  throw new Error('It was read.');
};

const VERSIONS = Array.from({ length: 12 }, (_, at) => at + 1);
const NODES = {
  'model.shop.orders': { sql: 'select 1 as id', columns: { id: 'integer' }, dependsOn: ['source.shop.raw.orders'] },
  'test.shop.not_null_orders_id.1': {
    dependsOn: ['model.shop.orders'],
    more: {
      column_name: 'id',
      test_metadata: { name: 'not_null', namespace: null, kwargs: { column_name: 'id', model: "{{ ref('orders') }}" } },
    },
  },
};
const SOURCES = { 'source.shop.raw.orders': { schema: 'raw' } };

test.each(VERSIONS)('v%i is read to the same model', (version) => {
  const project = read(dbtManifest({ version, nodes: NODES, sources: SOURCES }));
  expect(project).toMatchObject({ name: 'shop', adapter: 'postgres', manifestVersion: version, skipped: [] });
  expect(project.datasets.get('model.shop.orders')).toMatchObject({
    namespace: 'postgres://db:5432',
    name: 'shop.public.orders',
    columns: [{ name: 'id', dataType: 'integer' }],
    dependsOn: ['source.shop.raw.orders'],
    code: { compiled: 'select 1 as id', raw: 'select 1 as id', language: 'sql' },
  });
  expect(project.datasets.get('source.shop.raw.orders')).toMatchObject({ name: 'shop.raw.orders', label: 'raw.orders' });
  expect([...project.assertions.values()]).toMatchObject([
    { asserts: { kind: 'NOT_NULL' }, dataset: 'model.shop.orders', column: 'id', status: null },
  ]);
});

describe('a file that cannot be read says why', () => {
  test('a version of tomorrow names those that are understood', () => {
    expect(errorOf(dbtManifest({ version: 13 }))).toMatchObject({
      code: 'UNSUPPORTED_VERSION',
      message: expect.stringMatching(/v13.*v1 to v12.*Update/),
    });
  });

  test('a truncated file names the place', () => {
    const text = dbtManifest({ nodes: NODES });
    expect(errorOf(text.slice(0, -10))).toMatchObject({
      code: 'TRUNCATED',
      message: expect.stringMatching(/line 1, column \d+/),
    });
  });

  test.each([
    ['NOT_JSON', '<html></html>'],
    ['WRONG_ARTIFACT', '{}'],
    ['WRONG_ARTIFACT', '[]'],
    ['WRONG_ARTIFACT', '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}}'],
    ['MALFORMED', '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": []}'],
  ])('%s: %s', (code, text) => {
    expect(errorOf(text).code).toBe(code);
  });
});

test('one malformed node costs that node alone, and is named', () => {
  const project = read(dbtManifest({ nodes: { ...NODES, 'model.shop.odd': { more: { name: 7 } } } }));
  expect(project.datasets.size).toBe(1);
  expect(project.skipped).toEqual([{ id: 'model.shop.odd', why: expect.stringContaining('name') }]);
});

test('a field of an odd form counts as absent', () => {
  const more = { description: 7, tags: { a: 1 }, meta: 'none', columns: [1, 2], config: null, depends_on: null };
  const project = read(dbtManifest({ nodes: { 'model.shop.odd': { more } } }));
  expect(project.datasets.get('model.shop.odd')).toMatchObject({
    description: null,
    tags: [],
    owners: [],
    columns: [],
    dependsOn: [],
  });
});

test('owners come from meta, config and groups', () => {
  const project = read(
    dbtManifest({
      nodes: {
        'model.shop.a': { more: { meta: { owner: 'Ada <Ada@Example.com>' }, group: 'finance' } },
        'model.shop.b': { more: { config: { meta: { owner: ['@data-team', 'bob@example.com'] } } } },
      },
      more: { groups: { 'group.shop.finance': { name: 'finance', owner: { email: 'fin@example.com', name: 'Finance' } } } },
    }),
  );
  expect(project.datasets.get('model.shop.a')?.owners).toEqual([
    { email: 'ada@example.com', name: 'Ada' },
    { email: 'fin@example.com', name: 'Finance' },
  ]);
  expect(project.datasets.get('model.shop.b')?.owners).toEqual([
    { email: null, name: 'data-team' },
    { email: 'bob@example.com', name: null },
  ]);
});

test('an ephemeral model is nowhere, a disabled one is skipped', () => {
  const project = read(
    dbtManifest({
      nodes: {
        'model.shop.between': { more: { config: { materialized: 'ephemeral' } } },
        'model.shop.off': { more: { config: { enabled: false } } },
      },
      more: { disabled: { 'model.shop.gone': [] } },
    }),
  );
  expect(project.datasets.get('model.shop.between')).toMatchObject({ name: null });
  expect(project.skipped).toEqual([
    { id: 'model.shop.off', why: 'disabled' },
    { id: 'model.shop.gone', why: 'disabled' },
  ]);
});

test('metrics know the columns that they read through measures', () => {
  const semantic = {
    name: 'orders',
    depends_on: { nodes: ['model.shop.orders'] },
    measures: [{ name: 'revenue', expr: 'amount - discount' }],
    entities: [],
    dimensions: [],
  };
  const metric = {
    name: 'rev',
    type_params: { measure: { name: 'revenue' } },
    depends_on: { nodes: ['semantic_model.shop.orders'] },
  };
  const project = read(
    dbtManifest({
      nodes: NODES,
      more: { semantic_models: { 'semantic_model.shop.orders': semantic }, metrics: { 'metric.shop.rev': metric } },
    }),
  );
  expect(project.consumers.get('metric.shop.rev')?.uses).toEqual(new Set(['revenue', 'amount', 'discount']));
});

test('a project that says its name only by its id is told from the packages that it uses', () => {
  const nodes = { 'model.shop.orders': {}, 'model.helper.a': {}, 'model.helper.b': {} };
  const parsed = JSON.parse(dbtManifest({ version: 5, nodes }));
  expect(read(JSON.stringify(parsed)).name).toBe('helper');
  parsed.metadata.project_id = 'fb54f3c5992b96d001bb16e8e92d968d';
  expect(read(JSON.stringify(parsed)).name).toBe('shop');
});
