import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeNow } from '../../lineage/analyze.ts';
import { analyzeWith } from '../../lineage/dbt/analyzed.ts';
import { columnLineage } from '../../lineage/dbt/columnClaims.ts';
import { evidenceOf } from '../../lineage/dbt/evidence.ts';
import { metadataOf } from '../../lineage/dbt/metadata.ts';
import { metricsOf } from '../../lineage/dbt/metrics.ts';
import { readProject } from '../../lineage/dbt/readProject.ts';
import { signalsOf } from '../../lineage/dbt/signals.ts';
import { sharedPath } from '../shared.ts';

const folder = sharedPath('data/dbt-jaffle-shop');

// Artifacts of a real run of dbt 1.11 on DuckDB; they are not part of the project.
describe.skipIf(folder === null)('the jaffle shop', () => {
  const artifact = (name: string): string => readFileSync(path.join(folder ?? '', name), 'utf8');
  const read = () =>
    readProject(
      { manifest: artifact('manifest.json'), catalog: artifact('catalog.json'), runResults: artifact('run_results.json') },
      { namespace: () => 'duckdb:///srv/jaffle.duckdb' },
    );
  const lineageOf = (project: ReturnType<typeof read>) =>
    columnLineage(project, { dialect: 'duckdb', analyze: analyzeWith(async (request) => analyzeNow(request), project.rule) });

  test('is read whole', () => {
    const project = read();
    expect(project).toMatchObject({ name: 'jaffle_shop', adapter: 'duckdb', manifestVersion: 12, skipped: [] });
    expect([project.datasets.size, project.assertions.size, project.consumers.size]).toEqual([26, 27, 28]);
  });

  test('columns have the types of the catalog and the words of the documentation', () => {
    expect(read().datasets.get('model.jaffle_shop.customers')).toMatchObject({
      name: 'jaffle_shop.main.customers',
      columns: expect.arrayContaining([
        { name: 'lifetime_spend', dataType: 'DECIMAL(38,2)', description: expect.stringContaining('including tax'), tags: [] },
      ]),
    });
  });

  test('seeds that are declared as sources are one dataset', () => {
    expect(metadataOf(read())).toHaveLength(20);
  });

  test('tests say what they assert of which column', () => {
    const relationships = [...read().assertions.values()].filter(({ asserts }) => asserts.kind === 'RELATIONSHIP');
    expect(relationships.map(({ dataset, column, asserts }) => ({ dataset, column, asserts }))).toContainEqual({
      dataset: 'model.jaffle_shop.orders',
      column: 'customer_id',
      asserts: { kind: 'RELATIONSHIP', dataset: 'model.jaffle_shop.stg_customers', column: 'customer_id' },
    });
  });

  test('tests are signals, and metrics say from which columns they are computed', () => {
    const project = read();
    const { signals, skipped } = signalsOf(project);
    expect([signals.length, skipped.length]).toEqual([27, 0]);
    // The run results are those of `dbt docs generate`, which only compiles tests.
    expect(signals.filter(({ result }) => result !== null)).toEqual([]);
    const metrics = new Map(metricsOf(project).map((metric) => [metric.name, metric]));
    expect(metrics.size).toBe(19);
    expect(metrics.get('food_revenue_pct')).toMatchObject({ type: 'ratio', expression: 'food_revenue / revenue' });
    expect(metrics.get('food_revenue_pct')?.reads.map(({ column }) => column)).toEqual([null, 'product_price', 'is_food_item']);
    expect(metrics.get('new_customer_orders')?.reads.map(({ column }) => column)).toEqual([null, 'customer_order_number']);
  });

  test('every dependency of a model is an edge', async () => {
    const project = read();
    const evidence = evidenceOf(project, await lineageOf(project));
    expect(evidence).toHaveLength(13);
    const edges = evidence
      .flatMap(({ claims }) => claims)
      .filter(({ source, target }) => source.column === null && target.column === null);
    expect(edges.map(({ source, target }) => `${source.name} ${target.name}`)).toContain(
      'jaffle_shop.main.orders jaffle_shop.main.customers',
    );
    expect(edges).toHaveLength([...project.datasets.values()].reduce((sum, { dependsOn }) => sum + dependsOn.length, 0));
  });

  test('columns are followed through the compiled queries', async () => {
    const project = read();
    const evidence = evidenceOf(project, await lineageOf(project));
    const customers = evidence.find(({ key }) => key === 'dbt/jaffle_shop/model.jaffle_shop.customers');
    expect(customers?.claims).toContainEqual(
      expect.objectContaining({
        source: { namespace: 'duckdb:///srv/jaffle.duckdb', name: 'jaffle_shop.main.orders', column: 'order_total' },
        target: { namespace: 'duckdb:///srv/jaffle.duckdb', name: 'jaffle_shop.main.customers', column: 'lifetime_spend' },
        type: 'DIRECT',
        subtype: 'AGGREGATION',
      }),
    );
    expect(evidence.filter(({ detail }) => detail['columnLineage'] === 'ANALYZED')).toHaveLength(12);
  });
});
