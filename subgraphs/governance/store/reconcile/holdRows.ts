import type { Queryable } from '../../../../kernel/db/database.ts';
import type { LegalHold } from '../../domain/legalHold.ts';

export interface HoldToCheck extends LegalHold {
  /** The last event of its line; null when there is none. */
  readonly event: { readonly id: string; readonly body: string; readonly detail: string | null } | null;
}

export const holdsAfter = (db: Queryable, after: string, limit: number): Promise<readonly HoldToCheck[]> =>
  db.query<HoldToCheck>(
    `select h.id, h.subject_type as "subjectType", h.subject_id as "subjectId", h.reason, h.placed_by as "placedBy",
       h.placed_at as "placedAt", h.released_by as "releasedBy", h.released_at as "releasedAt", h.release_reason as "releaseReason",
       (select json_build_object('id', e.id, 'body', e.body, 'detail', d.body) from kernel.audit_event e
         left join kernel.audit_detail d on d.event_id = e.id
         where e.aggregate_id = h.id order by e.seq desc limit 1) as event
     from kernel.legal_hold h where h.id > $1 order by h.id limit $2`,
    [after, limit],
    'governance_reconcile_holds',
  );
