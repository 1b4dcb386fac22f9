import type { Digest } from '../canonical.ts';
import type { Queryable, Tx } from '../db/database.ts';

/** What approvals are about, as the subgraph that owns it states. */
export interface Subject {
  readonly subjectId: string;
  /** As in audit events, e.g. `ModelVersion`. */
  readonly subjectType: string;
  /** What it is a version of; null for what has none. */
  readonly groupId: string | null;
  readonly name: string;
  /** The resource by whose class it is decided who may see it, a bigint as text; null for what everybody may see who reads approvals. */
  readonly resourceNo: string | null;
  /** Null until its content is sealed. */
  readonly contentDigest: Digest | null;
  /** The content itself where it is small, for reviewers to read. */
  readonly content?: string | null;
  /** Principals who made it; services stand for the people who answer for them. */
  readonly creatorIds: readonly string[];
  /** Principals who own it, teams among them. */
  readonly ownerIds: readonly string[];
  readonly tags: readonly string[];
}

export const SUBJECT_COLUMNS = `s.subject_id as "subjectId", s.subject_type as "subjectType", s.group_id as "groupId", s.name,
  s.resource_no::text as "resourceNo", s.content_digest as "contentDigest", s.content, s.creator_ids as "creatorIds",
  s.owner_ids as "ownerIds", s.tags`;

/** Everybody who decides about a subject, changes it or applies an approval takes this row first; null when nobody stated it. */
export async function lockSubject(tx: Tx, subjectId: string): Promise<Subject | null> {
  const [row] = await tx.query<Subject>(
    `select ${SUBJECT_COLUMNS} from kernel.approval_subject s where s.subject_id = $1 for update`,
    [subjectId],
    'approval_lock_subject',
  );
  return row ?? null;
}

export async function subjectById(db: Queryable, subjectId: string): Promise<Subject | null> {
  const [row] = await db.query<Subject>(
    `select ${SUBJECT_COLUMNS} from kernel.approval_subject s where s.subject_id = $1`,
    [subjectId],
    'approval_subject_by_id',
  );
  return row ?? null;
}
