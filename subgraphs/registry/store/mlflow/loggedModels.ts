import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Pair } from '../../domain/mlflow/args.ts';
import type { MetricPoint } from './logged.ts';
import { msOf, pairsOf } from './searchSql.ts';

export const LOGGED_MODEL_STATES = ['PENDING', 'READY', 'UPLOAD_FAILED'] as const;
export type LoggedModelState = (typeof LOGGED_MODEL_STATES)[number];

/** A model as a run wrote it. */
export interface LoggedModel {
  readonly id: string;
  /** A bigint as text. */
  readonly experimentNo: string;
  readonly name: string;
  readonly modelType: string | null;
  readonly sourceRunId: string | null;
  readonly status: LoggedModelState;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
  readonly metrics: readonly {
    readonly key: string;
    readonly value: number | string;
    readonly timestamp: number;
    readonly step: number;
    readonly runId: string;
    readonly datasetName: string;
    readonly datasetDigest: string;
  }[];
}

/** Of each metric the last value for each thing that it was measured on. */
export const MODEL_COLUMNS = `r.id, r.experiment_no::text as "experimentNo", r.name, r.model_type as "modelType",
  r.source_run_id as "sourceRunId", r.status, ${msOf('r.created_at')}::float8 as "createdMs", ${msOf('r.updated_at')}::float8 as "updatedMs",
  ${pairsOf('registry.logged_model_param', 't.model_id = r.id')} as params, ${pairsOf('registry.logged_model_tag', 't.model_id = r.id')} as tags,
  coalesce((select json_agg(json_build_object('key', m.key, 'value', m.value, 'timestamp', m.timestamp_ms, 'step', m.step, 'runId', m.run_id,
      'datasetName', m.dataset_name, 'datasetDigest', m.dataset_digest) order by m.key, m.dataset_name, m.dataset_digest)
    from (select distinct on (key, dataset_name, dataset_digest) * from registry.logged_model_metric where model_id = r.id
      order by key, dataset_name, dataset_digest, step desc, timestamp_ms desc, value desc) m), '[]') as metrics`;

export async function loggedModelById(db: Queryable, id: string): Promise<LoggedModel | null> {
  const [row] = await db.query<LoggedModel>(
    `select ${MODEL_COLUMNS} from registry.logged_model r where r.id = $1 and r.deleted_at is null`,
    [id],
    'mlflow_logged_model_by_id',
  );
  return row ?? null;
}

/** Keeps others from changing it meanwhile. Null when there is none. */
export async function lockLoggedModel(
  tx: Tx,
  id: string,
): Promise<Pick<LoggedModel, 'id' | 'experimentNo' | 'status' | 'sourceRunId'> | null> {
  const [row] = await tx.query<Pick<LoggedModel, 'id' | 'experimentNo' | 'status' | 'sourceRunId'>>(
    `select id, experiment_no::text as "experimentNo", status, source_run_id as "sourceRunId" from registry.logged_model
     where id = $1 and deleted_at is null for update`,
    [id],
    'mlflow_lock_logged_model',
  );
  return row ?? null;
}

export interface NewLoggedModel extends Pick<LoggedModel, 'id' | 'experimentNo' | 'name' | 'modelType' | 'sourceRunId'> {
  readonly createdBy: string;
}

/** False when the id is taken. */
export async function insertLoggedModel(tx: Tx, model: NewLoggedModel): Promise<boolean> {
  const made = await tx.query(
    `insert into registry.logged_model (id, experiment_no, name, model_type, source_run_id, status, created_by, created_at, updated_at)
     values ($1, $2, $3, $4, $5, 'PENDING', $6, $7, $7) on conflict (id) do nothing returning 1`,
    [model.id, model.experimentNo, model.name, model.modelType, model.sourceRunId, model.createdBy, tx.now],
    'mlflow_insert_logged_model',
  );
  return made.length > 0;
}

export async function setLoggedModelState(tx: Tx, id: string, status: LoggedModelState): Promise<void> {
  await tx.query(
    'update registry.logged_model set status = $2, updated_at = $3 where id = $1',
    [id, status, tx.now],
    'mlflow_set_logged_model_state',
  );
}

export async function deleteLoggedModel(tx: Tx, id: string): Promise<void> {
  await tx.query('update registry.logged_model set deleted_at = $2 where id = $1', [id, tx.now], 'mlflow_delete_logged_model');
}

/** @returns how many are different now */
export async function setLoggedModelTags(tx: Tx, id: string, tags: readonly Pair[]): Promise<number> {
  if (tags.length === 0) return 0;
  const changed = await tx.query(
    `insert into registry.logged_model_tag as t (model_id, key, value)
     select $1, n.key, n.value from unnest($2::text[], $3::text[]) as n(key, value)
     on conflict (model_id, key) do update set value = excluded.value where t.value <> excluded.value returning 1`,
    [id, tags.map(({ key }) => key), tags.map(({ value }) => value)],
    'mlflow_set_logged_model_tags',
  );
  return changed.length;
}

/** False when there was none. */
export async function deleteLoggedModelTag(tx: Tx, id: string, key: string): Promise<boolean> {
  const gone = await tx.query(
    'delete from registry.logged_model_tag where model_id = $1 and key = $2 returning 1',
    [id, key],
    'mlflow_delete_logged_model_tag',
  );
  return gone.length > 0;
}

/** Adds parameters; one that is there keeps its value. @returns how many are new */
export async function addLoggedModelParams(tx: Tx, id: string, params: readonly Pair[]): Promise<number> {
  if (params.length === 0) return 0;
  const added = await tx.query(
    `insert into registry.logged_model_param (model_id, key, value)
     select $1, n.key, n.value from unnest($2::text[], $3::text[]) as n(key, value) on conflict do nothing returning 1`,
    [id, params.map(({ key }) => key), params.map(({ value }) => value)],
    'mlflow_add_logged_model_params',
  );
  return added.length;
}

export interface ModelMetricPoint extends MetricPoint {
  readonly modelId: string;
  readonly datasetName: string;
  readonly datasetDigest: string;
}

/** A model of which something new was measured. */
export interface MeasuredModel {
  readonly id: string;
  readonly experimentNo: string;
  readonly keys: readonly string[];
}

/**
 * Adds what a run measured of models, which are kept from other writers; models that are not there are left out.
 * @returns those of which something is new
 */
export async function addModelMetrics(
  tx: Tx,
  runId: string,
  points: readonly ModelMetricPoint[],
): Promise<readonly MeasuredModel[]> {
  if (points.length === 0) return [];
  const models = await tx.query<Omit<MeasuredModel, 'keys'>>(
    `select id, experiment_no::text as "experimentNo" from registry.logged_model where id = any($1) and deleted_at is null
     order by id for update`,
    [points.map(({ modelId }) => modelId)],
    'mlflow_lock_measured',
  );
  const added = await tx.query<{ id: string; key: string }>(
    `insert into registry.logged_model_metric (model_id, run_id, key, step, timestamp_ms, value, dataset_name, dataset_digest)
     select p.model_id, $1, p.key, p.step, p.timestamp_ms, p.value, p.dataset_name, p.dataset_digest
     from unnest($2::text[], $3::text[], $4::float8[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
       as p(model_id, key, value, timestamp_ms, step, dataset_name, dataset_digest)
     join registry.logged_model m on m.id = p.model_id and m.deleted_at is null
     on conflict do nothing returning model_id as id, key`,
    [
      runId,
      points.map(({ modelId }) => modelId),
      points.map(({ key }) => key),
      points.map(({ value }) => value),
      points.map(({ timestampMs }) => timestampMs),
      points.map(({ step }) => step),
      points.map(({ datasetName }) => datasetName),
      points.map(({ datasetDigest }) => datasetDigest),
    ],
    'mlflow_add_model_metrics',
  );
  return models.flatMap((model) => {
    const keys = [...new Set(added.filter(({ id }) => id === model.id).map(({ key }) => key))];
    return keys.length === 0 ? [] : [{ ...model, keys }];
  });
}

/** Says that a run read or wrote models; models that are not there are left out. @returns how many are new */
export async function linkModels(
  tx: Tx,
  runId: string,
  direction: 'INPUT' | 'OUTPUT',
  models: readonly { readonly modelId: string; readonly step: number }[],
): Promise<number> {
  if (models.length === 0) return 0;
  const added = await tx.query(
    `insert into registry.run_model (run_id, model_id, direction, step)
     select $1, n.model_id, $2, n.step from unnest($3::text[], $4::bigint[]) as n(model_id, step)
     join registry.logged_model m on m.id = n.model_id and m.deleted_at is null on conflict do nothing returning 1`,
    [runId, direction, models.map(({ modelId }) => modelId), models.map(({ step }) => step)],
    'mlflow_link_models',
  );
  return added.length;
}
