import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Pair } from '../../domain/mlflow/args.ts';
import type { Clause, Order } from '../../domain/mlflow/filter/clause.ts';
import type { Slice } from '../../domain/mlflow/pageToken.ts';
import type { VersionState } from '../../domain/model.ts';
import { conditions, msOf, ordering, pairsOf, type Searched, Values } from './searchSql.ts';

export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

/** A version with all that clients of MLflow are shown of it. */
export interface MlflowVersion {
  readonly id: string;
  readonly modelNo: string;
  readonly name: string;
  readonly number: number;
  readonly state: VersionState;
  readonly stage: Stage;
  /** Whether the stage is only said of it: it is bound to none of MLflow's. */
  readonly isStageSaid: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly createdBy: string;
  readonly description: string;
  readonly source: string;
  readonly runId: string | null;
  readonly runLink: string;
  readonly loggedModelId: string | null;
  /** Where its artifacts are as long as it has none of its own; empty where nobody said. */
  readonly storageUri: string;
  readonly hasArtifacts: boolean;
  readonly tags: readonly Pair[];
  readonly aliases: readonly Label[];
  /** Of its model: by them policies choose what they guard. */
  readonly modelTags: readonly Pair[];
}

/** A name that stands for a version: an alias, or a stage. */
export interface Label {
  readonly alias: string;
  readonly folded: string;
  readonly isStage: boolean;
}

const inStage = (stage: string): string =>
  `exists (select from registry.stage_binding b where b.version_id = r.id and b.stage = '${stage}' and b.bound_to is null)`;

/** The stage that clients see: what is bound goes before what was only said. */
const STAGE = `case when ${inStage('production')} then 'Production' when ${inStage('staging')} then 'Staging'
  when ${inStage('archived')} then 'Archived' else coalesce(x.stage, 'None') end`;
const IS_SAID = `not (${inStage('production')} or ${inStage('staging')} or ${inStage('archived')})`;
const UPDATED = `greatest(r.updated_at, x.stage_at, (select max(b.bound_from) from registry.stage_binding b where b.version_id = r.id))`;

/** All names that stand for versions now. */
export const LABELS = `select model_no, version_id, alias, folded_alias as folded, false as is_stage from registry.alias_binding where bound_to is null
  union all select model_no, version_id, stage, stage, true from registry.stage_binding where bound_to is null`;

const FROM = `from registry.model_version r join registry.model m on m.no = r.model_no join kernel.resource k on k.no = m.no
  left join registry.mlflow_version x on x.version_id = r.id`;
const THERE = `kernel.may_see($1, k.acl_id) and m.deleted_at is null and r.state <> 'DELETED'`;

const COLUMNS = `r.id, r.model_no::text as "modelNo", m.name, r.number, r.state, ${STAGE} as stage, ${IS_SAID} as "isStageSaid", ${msOf('r.created_at')}::float8 as "createdMs",
  ${msOf(UPDATED)}::float8 as "updatedMs", r.created_by as "createdBy", r.description, r.source, r.run_id as "runId",
  coalesce(x.run_link, '') as "runLink", x.logged_model_id as "loggedModelId", coalesce(x.storage_uri, '') as "storageUri",
  exists (select from registry.artifact a where a.version_id = r.id) as "hasArtifacts",
  ${pairsOf('registry.version_tag', 't.version_id = r.id')} as tags,
  ${pairsOf('registry.model_tag', 't.model_no = r.model_no')} as "modelTags",
  coalesce((select json_agg(json_build_object('alias', n.alias, 'folded', n.folded, 'isStage', n.is_stage) order by n.alias)
    from (${LABELS}) n where n.version_id = r.id), '[]') as aliases`;

/** A version that the caller may see; null when there is none. */
export async function mlflowVersion(
  db: Queryable,
  bitmap: Bitmap,
  modelNo: string,
  number: number,
): Promise<MlflowVersion | null> {
  const [row] = await db.query<MlflowVersion>(
    `select ${COLUMNS} ${FROM} where ${THERE} and r.model_no = $2 and r.number = $3`,
    [bitmap, modelNo, number],
    'mlflow_version_by_number',
  );
  return row ?? null;
}

/** Of each model and stage the latest version that is bound to it, and the latest of which it is said. @param modelNos bigints as text */
export const latestByStage = (db: Queryable, bitmap: Bitmap, modelNos: readonly string[]): Promise<readonly MlflowVersion[]> =>
  db.query<MlflowVersion>(
    `with latest as (
       select distinct on (model_no, stage, is_said) id from (
         select r.id, r.model_no, r.number, ${STAGE} as stage, ${IS_SAID} as is_said ${FROM} where ${THERE} and r.model_no = any($2::bigint[])) s
       order by model_no, stage, is_said, number desc
     )
     select ${COLUMNS} ${FROM} join latest l on l.id = r.id where ${THERE} order by r.model_no, r.number`,
    [bitmap, modelNos],
    'mlflow_latest_by_stage',
  );

/** The versions that an alias and a stage of this name lead to. @param folded form of the name */
export const versionsByLabel = (
  db: Queryable,
  bitmap: Bitmap,
  modelNo: string,
  folded: string,
): Promise<readonly (MlflowVersion & { readonly isStage: boolean })[]> =>
  db.query(
    `select ${COLUMNS}, l.is_stage as "isStage" ${FROM} join (${LABELS}) l on l.version_id = r.id
     where ${THERE} and r.model_no = $2 and l.folded = $3 order by l.is_stage desc`,
    [bitmap, modelNo, folded],
    'mlflow_versions_by_label',
  );

const SEARCHED: Searched = {
  attributes: {
    name: 'm.name',
    version_number: 'r.number',
    run_id: 'r.run_id',
    source_path: 'r.source',
    creation_timestamp: msOf('r.created_at'),
    last_updated_timestamp: msOf(UPDATED),
  },
  sorted: { name: 'm.name collate "C"' },
  keyed: {
    tag: (key, values) => ({
      rows: `from registry.version_tag t where t.version_id = r.id and t.key = ${values.add(key)}`,
      value: 't.value',
    }),
  },
};

/** What MLflow keeps for texts stands among models; nobody means it who does not say so. */
export const isAboutPrompts = (clauses: readonly Clause[]): boolean =>
  clauses.some(({ subject, key }) => subject === 'tag' && key === PROMPT_TAG);
const PROMPT_TAG = 'mlflow.prompt.is_prompt';

/** @param modelNo where SQL finds the number of the model */
export const noPrompt = (modelNo: string): string =>
  `not exists (select from registry.model_tag p where p.model_no = ${modelNo} and p.key = '${PROMPT_TAG}' and p.value = 'true')`;

const LATEST_FIRST: readonly Order[] = [{ subject: 'attribute', key: 'last_updated_timestamp', isAscending: false }];

/** Versions that the caller may see; one more than asked for, where there are more. */
export function searchVersions(
  db: Queryable,
  bitmap: Bitmap,
  clauses: readonly Clause[],
  orders: readonly Order[],
  { max, offset }: Slice,
): Promise<readonly MlflowVersion[]> {
  const values = new Values();
  values.add(bitmap);
  const where = [THERE, ...conditions(clauses, SEARCHED, values), ...(isAboutPrompts(clauses) ? [] : [noPrompt('m.no')])].join(
    ' and ',
  );
  const by = ordering(orders.length === 0 ? LATEST_FIRST : orders, SEARCHED, values, 'm.name collate "C", r.number desc');
  return db.query<MlflowVersion>(
    `with found as materialized (
       select r.id, row_number() over (order by ${by}) as place ${FROM} where ${where}
       order by place limit ${values.add(max + 1)} offset ${values.add(offset)}
     )
     select ${COLUMNS} ${FROM} join found f on f.id = r.id order by f.place`,
    values.list,
  );
}

/** Says which stage that nothing guards a version is in. */
export async function setStageLabel(tx: Tx, versionId: string, stage: Stage): Promise<void> {
  await tx.query(
    `insert into registry.mlflow_version (version_id, stage, stage_at, run_link, storage_uri) values ($1, $2, $3, '', '')
     on conflict (version_id) do update set stage = excluded.stage, stage_at = excluded.stage_at`,
    [versionId, stage, tx.now],
    'mlflow_set_stage_label',
  );
}

/** Moves the other versions of a model out of a stage that nothing guards. @returns their ids */
export async function archiveOthers(tx: Tx, modelNo: string, versionId: string, stage: Stage): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    `update registry.mlflow_version x set stage = 'Archived', stage_at = $4 from registry.model_version v
     where v.id = x.version_id and v.model_no = $1 and v.id <> $2 and v.state <> 'DELETED' and x.stage = $3 returning v.id`,
    [modelNo, versionId, stage, tx.now],
    'mlflow_archive_others',
  );
  return rows.map(({ id }) => id);
}

export async function insertMlflowVersion(
  tx: Tx,
  version: {
    readonly versionId: string;
    readonly runLink: string;
    readonly storageUri: string;
    readonly loggedModelId: string | null;
  },
): Promise<void> {
  await tx.query(
    `insert into registry.mlflow_version (version_id, stage, run_link, storage_uri, logged_model_id) values ($1, 'None', $2, $3, $4)`,
    [version.versionId, version.runLink, version.storageUri, version.loggedModelId],
    'mlflow_insert_version',
  );
}
