import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { ModelVersion, No, Tag, VersionDataset, VersionState } from '../domain/model.ts';

const fields = (state: string): string => `v.id, v.model_no::text as "modelNo", m.id as "modelId", v.number, ${state} as state,
  v.content_digest as digest, v.manifest, v.source, v.run_id as "runId", v.description, v.code_commit as "codeCommit", v.signature,
  v.params, v.version, v.created_by as "createdBy", v.created_at as "createdAt", v.updated_at as "updatedAt", v.sealed_at as "sealedAt"`;

/** Of the present; the tables are `v` and, of its model, `m`. */
export const VERSION_FIELDS = fields('v.state');

/** The state that it was in at a moment. */
const stateAt = (at: string): string => `case when v.deleted_at <= ${at} then 'DELETED'
  when exists (select from registry.damage d where d.version_id = v.id and d.found_at <= ${at} and (d.ended_at is null or d.ended_at > ${at}))
    then 'DAMAGED'
  when v.sealed_at <= ${at} then 'SEALED' else 'DRAFT' end`;

/** Versions of models that the caller may see, with those that were deleted; the bitmap is $1. */
const selectAll = (at: Instant | null, atPlace: string): string =>
  `select ${at === null ? VERSION_FIELDS : fields(stateAt(atPlace))}
   from registry.model_version v join registry.model m on m.no = v.model_no join kernel.resource r on r.no = m.no
   where kernel.may_see($1, r.acl_id)${at === null ? '' : ` and v.created_at <= ${atPlace}`}`;

/** Versions that are there, or were at a moment. */
const select = (at: Instant | null, atPlace: string): string =>
  `${selectAll(at, atPlace)} and ${
    at === null
      ? `v.deleted_at is null and m.deleted_at is null`
      : `(v.deleted_at is null or v.deleted_at > ${atPlace}) and (m.deleted_at is null or m.deleted_at > ${atPlace})`
  }`;

const named = (name: string, at: Instant | null): string => (at === null ? name : `${name}_at`);
const atOr = (at: Instant | null): readonly Instant[] => (at === null ? [] : [at]);

export const versionsById = (
  db: Queryable,
  bitmap: Bitmap,
  ids: readonly string[],
  at: Instant | null,
): Promise<readonly ModelVersion[]> =>
  db.query<ModelVersion>(
    `${select(at, '$3')} and v.id = any($2)`,
    [bitmap, ids, ...atOr(at)],
    named('registry_versions_by_id', at),
  );

/** Also those that were deleted: what happened with them still has a name. */
export const anyVersionsById = (
  db: Queryable,
  bitmap: Bitmap,
  ids: readonly string[],
  at: Instant | null,
): Promise<readonly ModelVersion[]> =>
  db.query<ModelVersion>(
    `${selectAll(at, '$3')} and v.id = any($2)`,
    [bitmap, ids, ...atOr(at)],
    named('registry_any_versions_by_id', at),
  );

export async function versionByNumber(
  db: Queryable,
  bitmap: Bitmap,
  modelNo: No,
  number: number,
  at: Instant | null,
): Promise<ModelVersion | null> {
  const [row] = await db.query<ModelVersion>(
    `${select(at, '$4')} and v.model_no = $2 and v.number = $3`,
    [bitmap, modelNo, number, ...atOr(at)],
    named('registry_version_by_number', at),
  );
  return row ?? null;
}

/** Versions of a model, the highest number first. */
export const listVersions = (
  db: Queryable,
  bitmap: Bitmap,
  modelNo: No,
  { states, before, count }: { readonly states: readonly VersionState[]; readonly before: number | null; readonly count: number },
  at: Instant | null,
): Promise<readonly ModelVersion[]> =>
  db.query<ModelVersion>(
    `select * from (${selectAll(at, '$6')} and v.model_no = $2 and v.number < $3) v where state = any($4) order by number desc limit $5`,
    [bitmap, modelNo, before ?? 2 ** 31 - 1, states, count, ...atOr(at)],
    named('registry_list_versions', at),
  );

/** The highest number of each model. */
export const latestVersions = (
  db: Queryable,
  bitmap: Bitmap,
  modelNos: readonly No[],
  at: Instant | null,
): Promise<readonly ModelVersion[]> =>
  db.query<ModelVersion>(
    `select distinct on ("modelNo") * from (${select(at, '$3')} and v.model_no = any($2::bigint[])) v order by "modelNo", number desc`,
    [bitmap, modelNos, ...atOr(at)],
    named('registry_latest_versions', at),
  );

export const tagsOfVersions = (
  db: Queryable,
  ids: readonly string[],
): Promise<readonly (Tag & { readonly versionId: string })[]> =>
  db.query(
    `select version_id as "versionId", key, value from registry.version_tag where version_id = any($1) order by 1, key collate "C"`,
    [ids],
    'registry_version_tags_of',
  );

export const datasetsOfVersions = (
  db: Queryable,
  ids: readonly string[],
): Promise<readonly (VersionDataset & { readonly versionId: string })[]> =>
  db.query(
    `select version_id as "versionId", role, dataset_id as "datasetId", dataset_urn as urn, as_of as "asOf", digest
     from registry.version_dataset where version_id = any($1) order by 1, role, dataset_urn`,
    [ids],
    'registry_datasets_of',
  );

/** Ids and numbers of all versions of a model that are there, in the order of their numbers. */
export const versionsOfModel = (
  db: Queryable,
  modelNo: No,
): Promise<readonly Pick<ModelVersion, 'id' | 'number' | 'digest' | 'createdBy'>[]> =>
  db.query(
    `select id, number, content_digest as digest, created_by as "createdBy" from registry.model_version
     where model_no = $1 and state <> 'DELETED' order by number`,
    [modelNo],
    'registry_versions_of_model',
  );

/** The id of a model, also of one that was deleted. */
export async function modelIdOf(db: Queryable, modelNo: No): Promise<string> {
  const [row] = await db.query<{ id: string }>('select id from registry.model where no = $1', [modelNo], 'registry_model_id_of');
  if (row === undefined) throw new Error(`there is no model ${modelNo}`);
  return row.id;
}
