import type { Queryable } from '../../../../kernel/db/database.ts';
import type { ClassFacts } from '../../../../kernel/policy/facts.ts';
import type { No } from '../../domain/asset.ts';
import type { SearchDocument } from '../../domain/searchDocument.ts';
import type { SnapshotBody } from '../../domain/snapshot.ts';
import { SEARCH_ROWS, searchRows, SEARCH_VECTOR } from '../writeSearch.ts';

/** An asset with all that follows from its state. */
export interface AssetToCheck {
  readonly no: No;
  readonly id: string;
  readonly version: number;
  readonly isMissingSince: boolean;
  readonly mergedInto: No | null;
  /** By the merges in force. */
  readonly standsFor: No | null;
  /** Of its last version; null when it has none. */
  readonly lastVersion: number | null;
  readonly lastDigest: string | null;
  readonly lastBody: SnapshotBody | null;
  readonly lastEventId: string | null;
  /** The last event of its line. */
  readonly eventId: string | null;
  readonly resourceId: string | null;
  readonly resourceType: string | null;
  readonly aclId: number | null;
  readonly classDigest: string | null;
  readonly classFacts: ClassFacts | null;
}

export const assetsAfter = (db: Queryable, after: No, limit: number): Promise<readonly AssetToCheck[]> =>
  db.query<AssetToCheck>(
    `select a.no, a.id, a.version, a.missing_since is not null as "isMissingSince",
       a.merged_into as "mergedInto", m.no as "standsFor", v.version as "lastVersion", v.digest as "lastDigest", v.body as "lastBody",
       v.event_id as "lastEventId", e.id as "eventId", r.id as "resourceId", r.type as "resourceType", r.acl_id as "aclId",
       c.digest as "classDigest", c.facts as "classFacts"
     from catalog.asset a
     left join lateral (
       select * from catalog.asset_version v where v.asset_no = a.no order by v.version desc limit 1) v on true
     left join lateral (
       select id from kernel.audit_event e where e.aggregate_id = a.id order by e.seq desc limit 1) e on true
     left join lateral (
       select coalesce(i.merged_into, i.no) as no from catalog.asset_merge m join catalog.asset i on i.no = m.into_no
       where m.from_no = a.no and m.recorded_to = 'infinity') m on true
     left join kernel.resource r on r.no = a.no
     left join kernel.acl_class c on c.acl_id = r.acl_id
     where a.no > $1::bigint order by a.no limit $2`,
    [after, limit],
    'catalog_reconcile_assets',
  );

/** Search documents that are not these, by the number of the asset and what is different. */
export async function otherDocuments(
  db: Queryable,
  documents: readonly SearchDocument[],
  aclOf: ReadonlyMap<No, number>,
): Promise<ReadonlyMap<No, string>> {
  const rows = await db.query<{ no: No; what: string }>(
    `select * from (
       select r.no, case when s.no is null then 'missing' when s.acl_id is distinct from r.acl_id then 'acl' when s.tier <> r.tier then 'tier'
         when s.quality <> r.quality then 'quality' when s.name_lc <> r.name_lc then 'name'
         when s.tsv <> (${SEARCH_VECTOR}) then 'words' end as what
       from json_to_recordset($1) as ${SEARCH_ROWS} left join catalog.search_doc s on s.no = r.no) d
     where what is not null`,
    [searchRows(documents, aclOf)],
    'catalog_reconcile_search',
  );
  return new Map(rows.map(({ no, what }) => [no, what]));
}
