import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Clause, Order } from '../../domain/mlflow/filter/clause.ts';
import type { Slice } from '../../domain/mlflow/pageToken.ts';
import { type View, VIEWS } from './experiments.ts';
import { LOGGED_COLUMNS, type LoggedRun } from './runs.ts';
import { conditions, type Keyed, ordering, type Searched, Values } from './searchSql.ts';

const ofKey =
  (table: string) =>
  (key: string, values: Values): Keyed => ({
    rows: `from ${table} t where t.run_id = r.id and t.key = ${values.add(key)}`,
    value: 't.value',
  });

const SEARCHED: Searched = {
  attributes: {
    run_id: 'r.id',
    run_name: 'r.name',
    status: 'r.status',
    user_id: 'r.user_name',
    artifact_uri: `('mlflow-artifacts:/' || r.experiment_no || '/' || r.id || '/artifacts')`,
    start_time: 'r.start_ms',
    end_time: 'r.end_ms',
  },
  keyed: {
    metric: ofKey('registry.run_metric_last'),
    param: ofKey('registry.run_param'),
    tag: ofKey('registry.run_tag'),
    dataset: (key) =>
      key === 'context'
        ? {
            rows: `from registry.run_dataset d where d.run_id = r.id and d.tags ? 'mlflow.data.context'`,
            value: `(d.tags ->> 'mlflow.data.context')`,
          }
        : { rows: 'from registry.run_dataset d where d.run_id = r.id', value: key === 'name' ? 'd.name' : 'd.digest' },
  },
};

/** Runs of some experiments; one more than asked for, where there are more. @param experimentNos bigints as text */
export function searchRuns(
  db: Queryable,
  { experimentNos, view }: { readonly experimentNos: readonly string[]; readonly view: View },
  clauses: readonly Clause[],
  orders: readonly Order[],
  { max, offset }: Slice,
): Promise<readonly LoggedRun[]> {
  const values = new Values();
  const where = [
    `r.experiment_no = any(${values.add(experimentNos)}::bigint[])`,
    VIEWS[view],
    ...conditions(clauses, SEARCHED, values),
  ].join(' and ');
  const by = ordering(orders, SEARCHED, values, 'r.start_ms desc, r.id');
  return db.query<LoggedRun>(
    // First which, then all that is shown of them.
    `with found as materialized (
       select r.id, row_number() over (order by ${by}) as place from registry.run r where ${where}
       order by place limit ${values.add(max + 1)} offset ${values.add(offset)}
     )
     select ${LOGGED_COLUMNS} from found f join registry.run r using (id) order by f.place`,
    values.list,
  );
}
