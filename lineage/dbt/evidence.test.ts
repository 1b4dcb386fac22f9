import { expect, test } from 'vitest';
import { dbtManifest } from '../../test/support/dbtManifest.ts';
import type { AnalyzeRequest, EdgeClaim } from './claim.ts';
import { columnLineage } from './columnClaims.ts';
import { evidenceOf } from './evidence.ts';
import { metadataOf } from './metadata.ts';
import { readManifest } from './readManifest.ts';

const project = readManifest(
  dbtManifest({
    nodes: {
      'model.shop.mart': { sql: 'select id from between', dependsOn: ['model.shop.between', 'model.shop.stage'] },
      'model.shop.between': {
        more: { config: { materialized: 'ephemeral' } },
        dependsOn: ['source.shop.raw.orders', 'model.shop.between'],
      },
      'model.shop.stage': { sql: 'select id as order_id from shop.raw.orders', dependsOn: ['source.shop.raw.orders'] },
      'model.shop.script': { sql: 'def model(): ...', more: { language: 'python' } },
      'seed.shop.orders': { schema: 'raw', columns: { id: '' }, more: { description: 'seeded' } },
    },
    sources: { 'source.shop.raw.orders': { schema: 'raw', columns: { id: 'integer' } } },
  }),
  { namespace: () => 'postgres://db:5432' },
);

const claim = ({ target }: AnalyzeRequest): EdgeClaim => ({
  source: { namespace: target.namespace, name: 'shop.raw.orders', column: 'id' },
  target: { ...target, column: 'made' },
  type: 'DIRECT',
  subtype: 'IDENTITY',
  expression: null,
  confidence: 1,
  reasons: [],
});

const analysed = async () => {
  const asked: AnalyzeRequest[] = [];
  const analyze = async (request: AnalyzeRequest) => {
    asked.push(request);
    return [claim(request)];
  };
  return { columns: await columnLineage(project, { dialect: 'postgres', analyze }), asked };
};

test('each built node is evidence of its own, with what dbt declares and what its query shows', async () => {
  const { columns } = await analysed();
  const evidence = evidenceOf(project, columns);
  expect(evidence.map(({ key, origin }) => [key, origin])).toEqual([
    ['dbt/shop/model.shop.mart', 'DBT'],
    ['dbt/shop/model.shop.stage', 'DBT'],
    ['dbt/shop/model.shop.script', 'DBT'],
  ]);
  expect(evidence[1]?.claims.map(({ source, target }) => [source.name, source.column, target.column])).toEqual([
    ['shop.raw.orders', null, null],
    ['shop.raw.orders', 'id', 'made'],
  ]);
});

test('an ephemeral model is seen through to what it reads', async () => {
  const { columns } = await analysed();
  const mart = evidenceOf(project, columns)[0];
  expect(mart?.claims.filter(({ source }) => source.column === null).map(({ source }) => source.name)).toEqual([
    'shop.public.stage',
    'shop.raw.orders',
  ]);
});

test('a query is analysed knowing the columns of what it reads, also those that only other queries made', async () => {
  const { asked } = await analysed();
  expect(asked.map(({ target }) => target.name)).toEqual(['shop.public.stage', 'shop.public.mart']);
  expect(asked[1]?.schema).toEqual({ 'shop.public.stage': { made: '' }, 'shop.raw.orders': { id: 'integer' } });
});

test('Python has no column lineage, and the evidence says so', async () => {
  const { columns } = await analysed();
  expect(evidenceOf(project, columns)[2]).toMatchObject({ claims: [], detail: { columnLineage: 'NOT_SQL' } });
});

test('a seed that is declared as a source too is one dataset', () => {
  const orders = metadataOf(project).filter(({ name }) => name === 'shop.raw.orders');
  expect(orders).toMatchObject([{ description: 'seeded', columns: [{ name: 'id', dataType: 'integer' }] }]);
});

test('a query that the analyzer trips over costs itself alone', async () => {
  const analyze = async (request: AnalyzeRequest) => {
    if (request.target.name.endsWith('stage')) throw new Error('a bug');
    return [claim(request)];
  };
  const columns = await columnLineage(project, { dialect: 'postgres', analyze });
  expect(columns.get('model.shop.stage')).toEqual({ missing: 'ANALYSIS_FAILED' });
  expect(columns.get('model.shop.mart')).toMatchObject({ claims: [{}] });
});
