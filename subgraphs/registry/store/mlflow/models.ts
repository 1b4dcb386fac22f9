import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Pair } from '../../domain/mlflow/args.ts';
import type { Clause, Order } from '../../domain/mlflow/filter/clause.ts';
import type { Slice } from '../../domain/mlflow/pageToken.ts';
import { conditions, msOf, ordering, pairsOf, type Searched, Values } from './searchSql.ts';
import { isAboutPrompts, type Label, LABELS, noPrompt } from './versions.ts';

/** A model with all that clients of MLflow are shown of it, but for its versions. */
export interface MlflowModel {
  readonly no: string;
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly description: string;
  readonly tags: readonly Pair[];
  readonly aliases: readonly (Label & { readonly version: number })[];
}

/** Whatever happens to its versions and stages changes a model, too; what is only said of a version does not. */
const UPDATED = `greatest(r.updated_at,
  (select max(greatest(v.created_at, v.deleted_at, x.stage_at)) from registry.model_version v
    left join registry.mlflow_version x on x.version_id = v.id where v.model_no = r.no),
  (select max(greatest(b.bound_from, b.bound_to)) from registry.stage_binding b where b.model_no = r.no))`;

const COLUMNS = `r.no::text as no, r.id, r.name, r.description, ${msOf('r.created_at')}::float8 as "createdMs", ${msOf(UPDATED)}::float8 as "updatedMs",
  ${pairsOf('registry.model_tag', 't.model_no = r.no')} as tags,
  coalesce((select json_agg(json_build_object('alias', n.alias, 'folded', n.folded, 'isStage', n.is_stage, 'version', v.number) order by n.alias)
    from (${LABELS}) n join registry.model_version v on v.id = n.version_id where n.model_no = r.no), '[]') as aliases`;

const FROM = 'from registry.model r join kernel.resource k on k.no = r.no';
const THERE = 'kernel.may_see($1, k.acl_id) and r.deleted_at is null';

/** A model that the caller may see, by the folded form of its name. */
export async function mlflowModel(db: Queryable, bitmap: Bitmap, folded: string): Promise<MlflowModel | null> {
  const [row] = await db.query<MlflowModel>(
    `select ${COLUMNS} ${FROM} where ${THERE} and r.folded_name = $2`,
    [bitmap, folded],
    'mlflow_model_by_name',
  );
  return row ?? null;
}

const SEARCHED: Searched = {
  attributes: { name: 'r.name', creation_timestamp: msOf('r.created_at'), last_updated_timestamp: msOf(UPDATED) },
  sorted: { name: 'r.name collate "C"' },
  keyed: {
    tag: (key, values) => ({
      rows: `from registry.model_tag t where t.model_no = r.no and t.key = ${values.add(key)}`,
      value: 't.value',
    }),
  },
};

/** Models that the caller may see; one more than asked for, where there are more. */
export function searchModels(
  db: Queryable,
  bitmap: Bitmap,
  clauses: readonly Clause[],
  orders: readonly Order[],
  { max, offset }: Slice,
): Promise<readonly MlflowModel[]> {
  const values = new Values();
  values.add(bitmap);
  const where = [THERE, ...conditions(clauses, SEARCHED, values), ...(isAboutPrompts(clauses) ? [] : [noPrompt('r.no')])].join(
    ' and ',
  );
  const by = ordering(orders, SEARCHED, values, 'r.name collate "C"');
  return db.query<MlflowModel>(
    `with found as materialized (
       select r.no, row_number() over (order by ${by}) as place ${FROM} where ${where}
       order by place limit ${values.add(max + 1)} offset ${values.add(offset)}
     )
     select ${COLUMNS} ${FROM} join found f on f.no = r.no order by f.place`,
    values.list,
  );
}
