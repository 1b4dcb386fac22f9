import { expect, test } from 'vitest';
import { dbtManifest } from '../../test/support/dbtManifest.ts';
import { readProject } from './readProject.ts';

const header = (kind: string, version: number) => ({
  metadata: { dbt_schema_version: `https://schemas.getdbt.com/dbt/${kind}/v${version}.json` },
});

function read(columns: Record<string, string>, entry: object, adapter = 'snowflake') {
  const manifest = dbtManifest({ adapter, nodes: { 'model.shop.orders': { columns, more: { tags: ['daily'] } } } });
  const catalog = JSON.stringify({ ...header('catalog', 1), nodes: { 'model.shop.orders': entry }, sources: {} });
  return readProject({ manifest, catalog }, { namespace: () => 'x' }).datasets.get('model.shop.orders');
}

test('the warehouse decides which columns there are, in its order, and the documentation what they mean', () => {
  const dataset = read(
    { id: '', ghost: 'text' },
    {
      columns: {
        NOTE: { name: 'NOTE', type: 'VARCHAR', index: 2, comment: 'free' },
        ID: { name: 'ID', type: 'NUMBER(38,0)', index: 1 },
      },
    },
  );
  expect(dataset).toMatchObject({
    columnsComplete: true,
    columns: [
      { name: 'ID', dataType: 'NUMBER(38,0)' },
      { name: 'NOTE', dataType: 'VARCHAR', description: 'free' },
    ],
  });
});

test.each([
  [
    { row_count: { value: 12 }, bytes: { value: '4096' } },
    { rowCount: 12, sizeBytes: 4096 },
  ],
  [
    { num_rows: { value: 3.0 }, num_bytes: { value: 10, include: true } },
    { rowCount: 3, sizeBytes: 10 },
  ],
  [{ rows: { value: 'many' } }, null],
  [{ rows: { value: 5, include: false } }, null],
  [{ has_stats: { value: false } }, null],
])('statistics %j are %j', (stats, expected) => {
  expect(read({}, { columns: { A: { name: 'A', type: 'INT', index: 1 } }, stats })?.statistics).toEqual(expected);
});

test.each([1, 2, 3])('freshness of sources is read from v%i', (version) => {
  const result = { unique_id: 'source.shop.raw.a', status: 'pass', max_loaded_at: '2026-11-20T00:00:00Z' };
  const body =
    version === 1
      ? { sources: { 'source.shop.raw.a': { state: 'pass', max_loaded_at: result.max_loaded_at } } }
      : { results: [result, 7] };
  const project = readProject(
    {
      manifest: dbtManifest({ sources: { 'source.shop.raw.a': {} } }),
      sources: JSON.stringify({ ...header('sources', version), ...body }),
    },
    { namespace: () => 'x' },
  );
  expect(project.datasets.get('source.shop.raw.a')?.loadedAt).toBe('2026-11-20T00:00:00Z');
});
