import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Clause, Order } from '../../domain/mlflow/filter/clause.ts';
import type { Slice } from '../../domain/mlflow/pageToken.ts';
import { type LoggedModel, MODEL_COLUMNS } from './loggedModels.ts';
import { conditions, type Keyed, msOf, ordering, type Searched, Values } from './searchSql.ts';

const ofKey =
  (table: string) =>
  (key: string, values: Values): Keyed => ({
    rows: `from ${table} t where t.model_id = r.id and t.key = ${values.add(key)}`,
    value: 't.value',
  });

const SEARCHED: Searched = {
  attributes: {
    name: 'r.name',
    model_id: 'r.id',
    model_type: 'r.model_type',
    status: 'r.status',
    source_run_id: 'r.source_run_id',
    creation_time: msOf('r.created_at'),
    last_updated_time: msOf('r.updated_at'),
  },
  keyed: {
    metric: (key, values) => ({
      rows: `from (select distinct on (dataset_name, dataset_digest) value from registry.logged_model_metric
          where model_id = r.id and key = ${values.add(key)}
          order by dataset_name, dataset_digest, step desc, timestamp_ms desc, value desc) t where true`,
      value: 't.value',
    }),
    param: ofKey('registry.logged_model_param'),
    tag: ofKey('registry.logged_model_tag'),
  },
};

export interface MeasuredOn {
  readonly name: string;
  /** Any, where it is empty. */
  readonly digest: string;
}

/** Logged models of some experiments; one more than asked for, where there are more. @param experimentNos bigints as text */
export function searchLoggedModels(
  db: Queryable,
  { experimentNos, datasets }: { readonly experimentNos: readonly string[]; readonly datasets: readonly MeasuredOn[] },
  clauses: readonly Clause[],
  orders: readonly Order[],
  { max, offset }: Slice,
): Promise<readonly LoggedModel[]> {
  const values = new Values();
  const where = [
    `r.experiment_no = any(${values.add(experimentNos)}::bigint[])`,
    'r.deleted_at is null',
    ...(datasets.length === 0 ? [] : [measuredOn(datasets, values)]),
    ...conditions(clauses, SEARCHED, values),
  ].join(' and ');
  const by = ordering(orders, SEARCHED, values, 'r.created_at desc, r.id');
  return db.query<LoggedModel>(
    `select ${MODEL_COLUMNS} from registry.logged_model r where ${where} order by ${by}
     limit ${values.add(max + 1)} offset ${values.add(offset)}`,
    values.list,
  );
}

const measuredOn = (datasets: readonly MeasuredOn[], values: Values): string =>
  `exists (select from registry.logged_model_metric m
     join unnest(${values.add(datasets.map(({ name }) => name))}::text[], ${values.add(datasets.map(({ digest }) => digest))}::text[]) as d(name, digest)
       on d.name = m.dataset_name and d.digest in ('', m.dataset_digest)
     where m.model_id = r.id)`;
