import type { EvidenceKind } from '../../../kernel/approval/evidenceValue.ts';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { Evidence } from '../domain/model.ts';

const FIELDS = `e.seq::text as seq, e.id, e.subject_id as "versionId", e.subject_digest as "subjectDigest", e.kind, e.name,
  e.producer_id as "producerId", e.tool, e.tool_version as "toolVersion", e.inputs_digest as "inputsDigest", e.value, e.digest,
  e.event_id as "eventId", e.recorded_at as "recordedAt"`;

/** Evidence about a version, the latest first, as it was at a moment. */
export const listEvidence = (
  db: Queryable,
  versionId: string,
  {
    kinds,
    latestOnly,
    before,
    count,
  }: {
    readonly kinds: readonly EvidenceKind[];
    readonly latestOnly: boolean;
    readonly before: string | null;
    readonly count: number;
  },
  at: Instant | null,
): Promise<readonly Evidence[]> =>
  db.query<Evidence>(
    `select * from (
       select ${FIELDS}, row_number() over (partition by e.kind, e.name order by e.seq desc) = 1 as "isLatest", e.seq as place
       from kernel.evidence e where e.subject_id = $1 ${at === null ? '' : 'and e.recorded_at <= $6'}) e
     where place < $2::bigint and kind = any($3) and ("isLatest" or not $4) order by place desc limit $5`,
    [versionId, before ?? '9223372036854775807', kinds, latestOnly, count, ...(at === null ? [] : [at])],
    at === null ? 'registry_list_evidence' : 'registry_list_evidence_at',
  );

export async function evidenceById(db: Queryable, id: string): Promise<Evidence | null> {
  const [row] = await db.query<Evidence>(
    `select ${FIELDS}, not exists (select from kernel.evidence l where l.subject_id = e.subject_id and l.kind = e.kind and l.name = e.name
       and l.seq > e.seq) as "isLatest"
     from kernel.evidence e where e.id = $1`,
    [id],
    'registry_evidence_by_id',
  );
  return row ?? null;
}
