import { EVIDENCE_COLUMNS, type EvidenceRow } from '../../../../kernel/approval/evidenceRow.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';

/** Evidence as it is shown. */
export interface AttachedEvidence extends EvidenceRow {
  /** A bigint as text: the order in which it came. */
  readonly seq: string;
  readonly isLatest: boolean;
}

const FIELDS = `${EVIDENCE_COLUMNS}, e.seq::text as seq`;

/** Evidence about a subject, the latest first, as it was at a moment. */
export const evidenceOfSubject = (
  db: Queryable,
  subjectId: string,
  { before, count }: { readonly before: string | null; readonly count: number },
  at: Instant | null,
): Promise<readonly AttachedEvidence[]> =>
  db.query<AttachedEvidence>(
    `select * from (
       select ${FIELDS}, row_number() over (partition by e.kind, e.name order by e.seq desc) = 1 as "isLatest", e.seq as place
       from kernel.evidence e where e.subject_id = $1 and ($4::timestamptz is null or e.recorded_at <= $4)) e
     where place < $2::bigint order by place desc limit $3`,
    [subjectId, before ?? '9223372036854775807', count, at],
    'governance_evidence_of_subject',
  );

export async function attachedEvidence(db: Queryable, id: string): Promise<AttachedEvidence | null> {
  const [row] = await db.query<AttachedEvidence>(
    `select ${FIELDS}, not exists (select from kernel.evidence l where l.subject_id = e.subject_id and l.kind = e.kind and l.name = e.name
       and l.seq > e.seq) as "isLatest"
     from kernel.evidence e where e.id = $1`,
    [id],
    'governance_attached_evidence',
  );
  return row ?? null;
}
