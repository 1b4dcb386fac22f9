import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { No } from '../domain/asset.ts';
import type { EdgeOrigin, EdgeSubtype, EdgeType } from '../domain/lineage/edge.ts';
import type { JobRights } from './jobRights.ts';

/** What one event will be about, and how many columns or edges it has. */
export interface ExportEntry {
  /** A number of a dataset, or a key of evidence. */
  readonly key: string;
  readonly weight: number;
}

/** Visible datasets in service in the order of their numbers. */
export const datasetEntries = (
  db: Queryable,
  bitmap: Bitmap,
  only: readonly No[] | null,
  after: No,
  limit: number,
): Promise<readonly ExportEntry[]> =>
  db.query<ExportEntry>(
    `select a.no::text as key, coalesce(a.column_count, 0)::int as weight
     from catalog.asset a join kernel.resource r on r.no = a.no
     where a.kind = 'dataset' and a.state = 'present' and a.no > $3::bigint and ($2::bigint[] is null or a.no = any($2))
       and kernel.may_see($1, r.acl_id)
     order by a.no limit $4`,
    [bitmap, only, after, limit],
    'catalog_export_datasets',
  );

/** Whether an end of edge `e` may be seen; a column is seen with its dataset. */
const seesEnd = (end: 'source_no' | 'target_no', bitmap: string): string =>
  `(select kernel.may_see(${bitmap}, r.acl_id) from kernel.resource r
    where r.no = coalesce((select c.dataset_no from catalog.asset_column c where c.no = e.${end}), e.${end}))`;

/** Asked edge by edge, in the order of the keys, so that a page reads no more than it has. With null everything may be seen. */
const seesAnyEdge = (bitmap: string): string =>
  `bool_or(${bitmap}::bytea is null or (${seesEnd('source_no', bitmap)} and ${seesEnd('target_no', bitmap)}))`;

/**
 * Pieces of evidence with edges now that may be seen, in the order of their keys; of those datasets alone, where some are named.
 * The keys stand in cursors, so those of what is hidden must not be among them.
 */
export const evidenceEntries = (
  db: Queryable,
  bitmap: Bitmap | null,
  only: readonly No[] | null,
  after: string,
  limit: number,
): Promise<readonly ExportEntry[]> =>
  only === null
    ? db.query<ExportEntry>(
        `select e.evidence_key as key, count(*)::int as weight from catalog.lineage_edge e
         where e.recorded_to = 'infinity' and e.evidence_key > $1 group by e.evidence_key having ${seesAnyEdge('$3')}
         order by e.evidence_key limit $2`,
        [after, limit, bitmap],
        'catalog_export_evidence',
      )
    : db.query<ExportEntry>(
        `with numbers as (
           select no from unnest($1::bigint[]) as n(no)
           union all select no from catalog.asset_column where dataset_no = any($1::bigint[])),
         touching as (
           select e.evidence_key from numbers n join catalog.lineage_edge e on e.source_no = n.no where e.recorded_to = 'infinity'
           union
           select e.evidence_key from numbers n join catalog.lineage_edge e on e.target_no = n.no where e.recorded_to = 'infinity')
         select e.evidence_key as key, count(*)::int as weight from touching t
         join catalog.lineage_edge e on e.evidence_key = t.evidence_key and e.recorded_to = 'infinity'
         where e.evidence_key > $2 group by e.evidence_key having ${seesAnyEdge('$4')} order by e.evidence_key limit $3`,
        [only, after, limit, bitmap],
        'catalog_export_evidence_of',
      );

/** Under which key a job's edges are kept: a long one by its digest. */
const JOB_KEY = `(select case when octet_length(k.key) <= 1000 then k.key
    else 'openlineage/sha256:' || encode(sha256(convert_to(k.key, 'UTF8')), 'hex') end
  from (select 'openlineage/' || j.namespace || '/' || j.name as key) k)`;

/** Jobs that read or write something visible, and of which no edge tells, in the order of their ids. */
export const edgelessJobEntries = (
  db: Queryable,
  bitmap: Bitmap,
  only: readonly No[] | null,
  after: string,
  limit: number,
): Promise<readonly ExportEntry[]> =>
  db.query<ExportEntry>(
    `select j.id as key, 1 as weight from catalog.job j
     where j.id > $3 and exists (
         select from catalog.job_dataset d join kernel.resource r on r.no = d.asset_no
         where d.job_id = j.id and d.recorded_to = 'infinity' and ($2::bigint[] is null or d.asset_no = any($2))
           and kernel.may_see($1, r.acl_id))
       and not exists (select from catalog.lineage_edge e where e.evidence_key = ${JOB_KEY} and e.recorded_to = 'infinity')
     order by j.id limit $4`,
    [bitmap, only, after, limit],
    'catalog_export_edgeless_jobs',
  );

export interface ExportDatasetRow {
  readonly no: No;
  readonly namespace: string;
  readonly name: string;
  readonly description: string | null;
  readonly columns: readonly { readonly name: string; readonly type: string | null; readonly description: string | null }[];
  readonly aliases: readonly { readonly namespace: string; readonly name: string }[];
}

export const exportDatasets = (db: Queryable, nos: readonly No[]): Promise<readonly ExportDatasetRow[]> =>
  db.query<ExportDatasetRow>(
    `select a.no, a.namespace, a.name, a.description,
       coalesce((select json_agg(json_build_object('name', c.name, 'type', nullif(c.native_type, ''), 'description', c.description)
           order by c.ordinal, c.no)
         from catalog.asset_column c where c.dataset_no = a.no and c.state = 'present'), '[]') as columns,
       coalesce((select json_agg(json_build_object('namespace', l.namespace, 'name', l.name) order by l.namespace, l.name)
         from (select namespace, name from catalog.asset_alias where asset_no = a.no order by namespace, name limit 100) l), '[]')
         as aliases
     from catalog.asset a where a.no = any($1::bigint[]) order by a.no`,
    [nos],
    'catalog_export_dataset_rows',
  );

export interface ExportEdgeRow {
  readonly key: string;
  readonly sourceNamespace: string;
  readonly sourceName: string;
  readonly sourceColumn: string | null;
  readonly targetNamespace: string;
  readonly targetName: string;
  readonly targetColumn: string | null;
  readonly type: EdgeType;
  readonly subtype: EdgeSubtype;
  readonly expression: string | null;
  readonly masking: boolean;
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly origin: EdgeOrigin;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly isVisible: boolean;
}

/** All edges between datasets and their columns of pieces of evidence, by names; expressions are SQL, with rights of its own. */
export const exportEdges = (
  db: Queryable,
  keys: readonly string[],
  { read, sql }: JobRights,
): Promise<readonly ExportEdgeRow[]> =>
  db.query<ExportEdgeRow>(
    `select e.evidence_key as key, s.namespace as "sourceNamespace", s.name as "sourceName", sc.name as "sourceColumn",
       t.namespace as "targetNamespace", t.name as "targetName", tc.name as "targetColumn", e.type, e.subtype,
       case when kernel.may_see($3, sr.acl_id) and kernel.may_see($3, tr.acl_id) then e.expression end as expression,
       e.masking, e.confidence, e.reasons, e.origin, e.evidence,
       kernel.may_see($2, sr.acl_id) and kernel.may_see($2, tr.acl_id) as "isVisible"
     from catalog.lineage_edge e
     left join catalog.asset_column sc on sc.no = e.source_no
     join catalog.asset s on s.no = coalesce(sc.dataset_no, e.source_no) and s.kind = 'dataset'
     join kernel.resource sr on sr.no = s.no
     left join catalog.asset_column tc on tc.no = e.target_no
     join catalog.asset t on t.no = coalesce(tc.dataset_no, e.target_no) and t.kind = 'dataset'
     join kernel.resource tr on tr.no = t.no
     where e.recorded_to = 'infinity' and e.evidence_key = any($1)
     order by e.evidence_key, t.namespace, t.name, tc.ordinal nulls first, tc.name, s.namespace, s.name, sc.ordinal nulls first,
       sc.name, e.type, e.subtype`,
    [keys, read, sql],
    'catalog_export_edges',
  );

export interface ExportUseRow {
  readonly jobId: string;
  readonly role: 'INPUT' | 'OUTPUT';
  readonly namespace: string;
  readonly name: string;
  readonly isVisible: boolean;
}

/** What jobs read and write now. */
export const exportUses = (db: Queryable, jobIds: readonly string[], bitmap: Bitmap): Promise<readonly ExportUseRow[]> =>
  db.query<ExportUseRow>(
    `select d.job_id as "jobId", d.role, a.namespace, a.name, kernel.may_see($2, r.acl_id) as "isVisible"
     from catalog.job_dataset d join catalog.asset a on a.no = d.asset_no join kernel.resource r on r.no = a.no
     where d.job_id = any($1) and d.recorded_to = 'infinity' order by d.job_id, d.role, a.namespace, a.name`,
    [jobIds, bitmap],
    'catalog_export_uses',
  );
