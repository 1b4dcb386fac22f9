import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Pair } from '../../domain/mlflow/args.ts';
import type { Clause, Order } from '../../domain/mlflow/filter/clause.ts';
import type { Slice } from '../../domain/mlflow/pageToken.ts';
import { supersededByTaken } from '../supersededByTaken.ts';
import { conditions, msOf, ordering, pairsOf, type Searched, Values } from './searchSql.ts';

/** Where runs are gathered. */
export interface Experiment {
  /** A bigint as text. */
  readonly no: string;
  readonly name: string;
  readonly isDeleted: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: readonly Pair[];
}

const COLUMNS = `r.no::text as no, r.name, r.deleted_at is not null as "isDeleted", ${msOf('r.created_at')}::float8 as "createdMs",
  ${msOf('r.updated_at')}::float8 as "updatedMs", ${pairsOf('registry.experiment_tag', 't.experiment_no = r.no')} as tags`;

export async function experimentByNo(db: Queryable, no: string): Promise<Experiment | null> {
  const [row] = await db.query<Experiment>(
    `select ${COLUMNS} from registry.experiment r where r.no = $1`,
    [no],
    'mlflow_experiment_by_no',
  );
  return row ?? null;
}

export async function experimentByName(db: Queryable, name: string): Promise<Experiment | null> {
  const [row] = await db.query<Experiment>(
    `select ${COLUMNS} from registry.experiment r where r.name = $1`,
    [name],
    'mlflow_experiment_by_name',
  );
  return row ?? null;
}

/** Keeps others from changing it meanwhile. Null when there is none. */
export async function lockExperiment(tx: Tx, no: string): Promise<{ readonly name: string; readonly isDeleted: boolean } | null> {
  const [row] = await tx.query<{ name: string; isDeleted: boolean }>(
    'select name, deleted_at is not null as "isDeleted" from registry.experiment where no = $1 for update',
    [no],
    'mlflow_lock_experiment',
  );
  return row ?? null;
}

/** Its number; null when the name is taken. */
export async function insertExperiment(
  tx: Tx,
  { name, createdBy }: { readonly name: string; readonly createdBy: string },
): Promise<string | null> {
  const [row] = await tx.query<{ no: string }>(
    `insert into registry.experiment (name, created_by, created_at, updated_at) values ($1, $2, $3, $3)
     on conflict (name) do nothing returning no::text as no`,
    [name, createdBy, tx.now],
    'mlflow_insert_experiment',
  );
  return row?.no ?? null;
}

export async function renameExperiment(tx: Tx, no: string, name: string): Promise<void> {
  await tx
    .query(
      'update registry.experiment set name = $2, updated_at = $3 where no = $1',
      [no, name, tx.now],
      'mlflow_rename_experiment',
    )
    .catch(supersededByTaken('experiment_name_key'));
}

/** Deletes or restores an experiment; its runs go and come with it, but for those that were deleted before. */
export async function setExperimentDeleted(tx: Tx, no: string, isDeleted: boolean): Promise<void> {
  const [deletedAt] = isDeleted ? [tx.now] : [null];
  await tx.query(
    `with before as (select deleted_at from registry.experiment where no = $1), changed as (
       update registry.experiment set deleted_at = $2, updated_at = $3 where no = $1
     )
     update registry.run r set deleted_at = $2 from before b
     where r.experiment_no = $1 and r.deleted_at is not distinct from b.deleted_at`,
    [no, deletedAt, tx.now],
    'mlflow_set_experiment_deleted',
  );
}

/** @returns how many are different now */
export async function setExperimentTags(tx: Tx, no: string, tags: readonly Pair[]): Promise<number> {
  const changed = await tx.query(
    `insert into registry.experiment_tag as t (experiment_no, key, value)
     select $1, n.key, n.value from unnest($2::text[], $3::text[]) as n(key, value)
     on conflict (experiment_no, key) do update set value = excluded.value where t.value <> excluded.value returning 1`,
    [no, tags.map(({ key }) => key), tags.map(({ value }) => value)],
    'mlflow_set_experiment_tags',
  );
  return changed.length;
}

/** False when there was none. */
export async function deleteExperimentTag(tx: Tx, no: string, key: string): Promise<boolean> {
  const gone = await tx.query(
    'delete from registry.experiment_tag where experiment_no = $1 and key = $2 returning 1',
    [no, key],
    'mlflow_delete_experiment_tag',
  );
  return gone.length > 0;
}

export type View = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

/** Which of them count. @param alias of the row that has `deleted_at` */
export const VIEWS: Readonly<Record<View, string>> = {
  ACTIVE_ONLY: 'r.deleted_at is null',
  DELETED_ONLY: 'r.deleted_at is not null',
  ALL: 'true',
};

const SEARCHED: Searched = {
  attributes: {
    name: 'r.name',
    experiment_id: 'r.no',
    creation_time: msOf('r.created_at'),
    last_update_time: msOf('r.updated_at'),
  },
  keyed: {
    tag: (key, values) => ({
      rows: `from registry.experiment_tag t where t.experiment_no = r.no and t.key = ${values.add(key)}`,
      value: 't.value',
    }),
  },
};

/** One more than asked for, where there are more. */
export function searchExperiments(
  db: Queryable,
  view: View,
  clauses: readonly Clause[],
  orders: readonly Order[],
  { max, offset }: Slice,
): Promise<readonly Experiment[]> {
  const values = new Values();
  const where = [VIEWS[view], ...conditions(clauses, SEARCHED, values)].join(' and ');
  const by = ordering(orders, SEARCHED, values, orders.length === 0 ? 'r.created_at desc, r.no desc' : 'r.no desc');
  return db.query<Experiment>(
    `select ${COLUMNS} from registry.experiment r where ${where} order by ${by} limit ${values.add(max + 1)} offset ${values.add(offset)}`,
    values.list,
  );
}
