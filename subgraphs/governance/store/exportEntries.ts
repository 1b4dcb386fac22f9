import type { ExportEntry } from '../../../kernel/audit/log/export/exportFormat.ts';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { AuditFilter } from '../domain/audit.ts';

export interface ExportWindow {
  readonly epoch: number;
  /** Leaves [from, to). */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly withDetails: boolean;
  /** Null for all entries. */
  readonly filter: Omit<AuditFilter, 'asOf'> | null;
}

interface Row {
  readonly leaf_index: string;
  readonly leaf: Buffer;
  readonly body: string;
  readonly salt: Buffer | null;
  readonly detail: string | null;
}

/** Entries of a log in its order, as an export has them, out of a window that bounds how many are looked at. */
export async function exportEntries(db: Queryable, window: ExportWindow): Promise<readonly ExportEntry[]> {
  const { epoch, from, to, limit, withDetails, filter } = window;
  // Without a name, so that it is planned for the parts of the filter that are given.
  const rows = await db.query<Row>(
    `select e.leaf_index, e.leaf, a.body, d.salt, d.body as detail
     from kernel.log_entry e join kernel.audit_event a on a.seq = e.event_seq
     left join kernel.audit_detail d on $5 and d.event_id = a.id
     where e.epoch = $1 and e.leaf_index >= $2 and e.leaf_index < $3
       and ($6::text is null or a.actor_id = $6)
       and ($7::text is null or a.subject_id = $7 or a.aggregate_id = $7)
       and ($8::text is null or a.action = $8)
       and ($9::text is null or a.outcome = $9)
       and ($10::text is null or a.correlation_id = $10)
       and ($11::timestamptz is null or a.recorded_at >= $11)
       and ($12::timestamptz is null or a.recorded_at < $12)
     order by e.leaf_index limit $4`,
    [epoch, from, to, limit, withDetails, ...partsOf(filter)],
  );
  return rows.map(({ leaf_index, leaf, body, salt, detail }) => ({
    index: Number(leaf_index),
    leaf,
    body,
    detail: salt === null || detail === null ? null : { salt, body: detail },
  }));
}

const partsOf = (filter: ExportWindow['filter']): readonly (string | null)[] =>
  filter === null
    ? [null, null, null, null, null, null, null]
    : [filter.actorId, filter.subjectId, filter.action, filter.outcome, filter.correlationId, filter.from, filter.to];
