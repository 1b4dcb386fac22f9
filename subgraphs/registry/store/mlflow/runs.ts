import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Pair } from '../../domain/mlflow/args.ts';
import { pairsOf } from './searchSql.ts';

export const RUN_STATES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** One execution of a training program, as its client tells of it. */
export interface Run {
  readonly id: string;
  /** A bigint as text. */
  readonly experimentNo: string;
  readonly name: string;
  readonly userName: string;
  readonly status: RunState;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly isDeleted: boolean;
}

/** What a metric came to at last; NaN and the infinities are texts. */
export interface Metric {
  readonly key: string;
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
}

export interface DatasetInput {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly columns: string | null;
  readonly profile: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** A run with all that was logged in it. */
export interface LoggedRun extends Run {
  readonly metrics: readonly Metric[];
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
  readonly datasets: readonly DatasetInput[];
  readonly models: readonly { readonly modelId: string; readonly direction: 'INPUT' | 'OUTPUT'; readonly step: number }[];
}

export const RUN_COLUMNS = `r.id, r.experiment_no::text as "experimentNo", r.name, r.user_name as "userName", r.status,
  r.start_ms::float8 as "startMs", r.end_ms::float8 as "endMs", r.deleted_at is not null as "isDeleted"`;

/** Everything that is bounded by how much a run may log of it. */
export const LOGGED_COLUMNS = `${RUN_COLUMNS},
  coalesce((select json_agg(json_build_object('key', m.key, 'value', m.value, 'timestamp', m.timestamp_ms, 'step', m.step) order by m.key)
    from registry.run_metric_last m where m.run_id = r.id), '[]') as metrics,
  ${pairsOf('registry.run_param', 't.run_id = r.id')} as params, ${pairsOf('registry.run_tag', 't.run_id = r.id')} as tags,
  coalesce((select json_agg(json_build_object('name', d.name, 'digest', d.digest, 'sourceType', d.source_type, 'source', d.source,
      'columns', d.columns, 'profile', d.profile, 'tags', d.tags) order by d.name, d.digest)
    from registry.run_dataset d where d.run_id = r.id), '[]') as datasets,
  coalesce((select json_agg(json_build_object('modelId', o.model_id, 'direction', o.direction, 'step', o.step) order by o.step, o.model_id)
    from registry.run_model o where o.run_id = r.id), '[]') as models`;

export async function runById(db: Queryable, id: string): Promise<LoggedRun | null> {
  const [row] = await db.query<LoggedRun>(
    `select ${LOGGED_COLUMNS} from registry.run r where r.id = $1`,
    [id],
    'mlflow_run_by_id',
  );
  return row ?? null;
}

/** Keeps others from changing it meanwhile. Null when there is none. */
export async function lockRun(tx: Tx, id: string): Promise<Run | null> {
  const [row] = await tx.query<Run>(
    `select ${RUN_COLUMNS} from registry.run r where r.id = $1 for update`,
    [id],
    'mlflow_lock_run',
  );
  return row ?? null;
}

export interface NewRun extends Omit<Run, 'isDeleted' | 'endMs'> {
  readonly createdBy: string;
}

/** False when the id is taken. */
export async function insertRun(tx: Tx, run: NewRun): Promise<boolean> {
  const made = await tx.query(
    `insert into registry.run (id, experiment_no, name, user_name, status, start_ms, created_by, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (id) do nothing returning 1`,
    [run.id, run.experimentNo, run.name, run.userName, run.status, run.startMs, run.createdBy, tx.now],
    'mlflow_insert_run',
  );
  return made.length > 0;
}

export async function updateRun(
  tx: Tx,
  { id, name, status, endMs }: Pick<Run, 'id' | 'name' | 'status' | 'endMs'>,
): Promise<void> {
  await tx.query(
    'update registry.run set name = $2, status = $3, end_ms = $4, updated_at = $5 where id = $1',
    [id, name, status, endMs, tx.now],
    'mlflow_update_run',
  );
}

export async function setRunDeleted(tx: Tx, id: string, isDeleted: boolean): Promise<void> {
  await tx.query(
    'update registry.run set deleted_at = $2, updated_at = $3 where id = $1',
    [id, isDeleted ? tx.now : null, tx.now],
    'mlflow_set_run_deleted',
  );
}

/** Without a change of anything else: the tag that names it says what happened. */
export async function renameRun(tx: Tx, id: string, name: string): Promise<void> {
  await tx.query('update registry.run set name = $2 where id = $1', [id, name], 'mlflow_rename_run');
}
