import type { Queryable } from '../../../../kernel/db/database.ts';

export interface MergeToCheck {
  readonly id: string;
  readonly fromId: string;
  readonly isOpen: boolean;
  readonly hasBegun: boolean;
  readonly hasEnded: boolean;
}

/** Merges, and whether events of what was merged tell of their beginning and their end. */
export const mergesAfter = (db: Queryable, after: string, limit: number): Promise<readonly MergeToCheck[]> =>
  db.query<MergeToCheck>(
    `select m.id::text, a.id as "fromId", m.recorded_to = 'infinity' as "isOpen",
       exists (select from kernel.audit_event e where e.subject_id = a.id and e.action = 'catalog.asset.merged.v1'
         and e.recorded_at = m.recorded_from) as "hasBegun",
       exists (select from kernel.audit_event e where e.subject_id = a.id and e.action = 'catalog.asset.unmerged.v1'
         and e.recorded_at = m.recorded_to) as "hasEnded"
     from catalog.asset_merge m join catalog.asset a on a.no = m.from_no where m.id > $1::bigint order by m.id limit $2`,
    [after, limit],
    'catalog_reconcile_merges',
  );
