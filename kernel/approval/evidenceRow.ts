import type { Digest } from '../canonical.ts';
import type { Queryable } from '../db/database.ts';
import type { Instant } from '../time.ts';
import type { EvidenceKind } from './evidenceValue.ts';

/** What somebody measured of a subject's content. Never changed: a later one of the same kind and name stands for it. */
export interface EvidenceRow {
  readonly id: string;
  readonly subjectId: string;
  readonly subjectDigest: Digest;
  readonly kind: EvidenceKind;
  readonly name: string;
  readonly producerId: string;
  readonly tool: string;
  readonly toolVersion: string;
  readonly inputsDigest: string | null;
  /** Canonical JSON. */
  readonly value: string;
  readonly digest: Digest;
  readonly eventId: string;
  readonly recordedAt: Instant;
}

export const EVIDENCE_COLUMNS = `e.id, e.subject_id as "subjectId", e.subject_digest as "subjectDigest", e.kind, e.name,
  e.producer_id as "producerId", e.tool, e.tool_version as "toolVersion", e.inputs_digest as "inputsDigest", e.value, e.digest,
  e.event_id as "eventId", e.recorded_at as "recordedAt"`;

/** What counts of a subject: the latest of each kind and name, the latest first. */
export function latestEvidence(db: Queryable, subjectId: string): Promise<readonly EvidenceRow[]> {
  return db.query<EvidenceRow>(
    `select * from (
       select distinct on (e.kind, e.name) e.seq, ${EVIDENCE_COLUMNS} from kernel.evidence e where e.subject_id = $1
       order by e.kind, e.name, e.seq desc) latest
     order by seq desc limit 1000`,
    [subjectId],
    'approval_latest_evidence',
  );
}
