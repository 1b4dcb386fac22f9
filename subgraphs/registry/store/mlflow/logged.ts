import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Pair } from '../../domain/mlflow/args.ts';
import type { DatasetInput, Metric } from './runs.ts';

/** One value of a metric. */
export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  readonly timestampMs: number;
  readonly step: number;
}

/** Adds values of metrics; the same one twice is one. @returns how many are new */
export async function addMetrics(tx: Tx, runId: string, points: readonly MetricPoint[]): Promise<number> {
  if (points.length === 0) return 0;
  const [row] = await tx.query<{ added: number }>(
    `with point as (
       select * from unnest($2::text[], $3::float8[], $4::bigint[], $5::bigint[]) as p(key, value, timestamp_ms, step)
     ), added as (
       insert into registry.run_metric (run_id, key, step, timestamp_ms, value)
       select $1, key, step, timestamp_ms, value from point on conflict do nothing
       returning key, step, timestamp_ms, value
     ), last as (
       insert into registry.run_metric_last as l (run_id, key, step, timestamp_ms, value)
       select distinct on (key) $1, key, step, timestamp_ms, value from added order by key, step desc, timestamp_ms desc, value desc
       on conflict (run_id, key) do update set step = excluded.step, timestamp_ms = excluded.timestamp_ms, value = excluded.value
       where (excluded.step, excluded.timestamp_ms, excluded.value) > (l.step, l.timestamp_ms, l.value)
     )
     select count(*)::int as added from added`,
    [
      runId,
      points.map(({ key }) => key),
      points.map(({ value }) => value),
      points.map(({ timestampMs }) => timestampMs),
      points.map(({ step }) => step),
    ],
    'mlflow_add_metrics',
  );
  return row?.added ?? 0;
}

/** All values of a metric in the order in which they were measured; one more than asked for, where there are more. */
export const metricHistory = (
  db: Queryable,
  { runId, key }: { readonly runId: string; readonly key: string },
  max: number,
  offset: number,
): Promise<readonly Metric[]> =>
  db.query<Metric>(
    `select m.key, to_json(m.value) as value, m.timestamp_ms::float8 as timestamp, m.step::float8 as step
     from registry.run_metric m where m.run_id = $1 and m.key = $2 order by m.timestamp_ms, m.step, m.value limit $3 offset $4`,
    [runId, key, max + 1, offset],
    'mlflow_metric_history',
  );

/** Of these parameters those that have other values already: they never change. */
export const paramsOtherwise = (
  tx: Tx,
  runId: string,
  params: readonly Pair[],
): Promise<readonly (Pair & { readonly before: string })[]> =>
  tx.query<Pair & { readonly before: string }>(
    `select n.key, n.value, p.value as before from unnest($2::text[], $3::text[]) as n(key, value)
     join registry.run_param p on p.run_id = $1 and p.key = n.key and p.value <> n.value order by n.key limit 5`,
    [runId, params.map(({ key }) => key), params.map(({ value }) => value)],
    'mlflow_params_otherwise',
  );

/** @returns how many are new */
export async function addParams(tx: Tx, runId: string, params: readonly Pair[]): Promise<number> {
  if (params.length === 0) return 0;
  const added = await tx.query(
    `insert into registry.run_param (run_id, key, value)
     select $1, n.key, n.value from unnest($2::text[], $3::text[]) as n(key, value) on conflict do nothing returning 1`,
    [runId, params.map(({ key }) => key), params.map(({ value }) => value)],
    'mlflow_add_params',
  );
  return added.length;
}

/** @returns how many are different now */
export async function setRunTags(tx: Tx, runId: string, tags: readonly Pair[]): Promise<number> {
  if (tags.length === 0) return 0;
  const changed = await tx.query(
    `insert into registry.run_tag as t (run_id, key, value)
     select $1, n.key, n.value from unnest($2::text[], $3::text[]) as n(key, value)
     on conflict (run_id, key) do update set value = excluded.value where t.value <> excluded.value returning 1`,
    [runId, tags.map(({ key }) => key), tags.map(({ value }) => value)],
    'mlflow_set_run_tags',
  );
  return changed.length;
}

/** False when there was none. */
export async function deleteRunTag(tx: Tx, runId: string, key: string): Promise<boolean> {
  const gone = await tx.query(
    'delete from registry.run_tag where run_id = $1 and key = $2 returning 1',
    [runId, key],
    'mlflow_delete_run_tag',
  );
  return gone.length > 0;
}

/** @returns how many are new or have other tags now */
export async function addDatasets(tx: Tx, runId: string, datasets: readonly DatasetInput[]): Promise<number> {
  if (datasets.length === 0) return 0;
  const added = await tx.query(
    `insert into registry.run_dataset as d (run_id, name, digest, source_type, source, columns, profile, tags)
     select $1, n.name, n.digest, n."sourceType", n.source, n.columns, n.profile, n.tags
     from json_to_recordset($2) as n(name text, digest text, "sourceType" text, source text, columns text, profile text, tags jsonb)
     on conflict (run_id, name, digest) do update set tags = d.tags || excluded.tags where not d.tags @> excluded.tags returning 1`,
    [runId, JSON.stringify(datasets)],
    'mlflow_add_datasets',
  );
  return added.length;
}

/** How much a run has of what each answer shows in full. */
export async function runSizes(
  tx: Tx,
  runId: string,
): Promise<{ readonly metrics: number; readonly params: number; readonly tags: number; readonly datasets: number }> {
  const [row] = await tx.query<{ metrics: number; params: number; tags: number; datasets: number }>(
    `select (select count(*)::int from registry.run_metric_last where run_id = $1) as metrics,
       (select count(*)::int from registry.run_param where run_id = $1) as params,
       (select count(*)::int from registry.run_tag where run_id = $1) as tags,
       (select count(*)::int from registry.run_dataset where run_id = $1) as datasets`,
    [runId],
    'mlflow_run_sizes',
  );
  return row ?? { metrics: 0, params: 0, tags: 0, datasets: 0 };
}
