import type { Origin } from '../audit/append.ts';
import type { Tx } from '../db/database.ts';
import { creatorsOf } from './creators.ts';
import { revalidateSubject } from './revalidate.ts';
import { lockSubject, type Subject } from './subjectRow.ts';
import { voidByContent } from './voiding.ts';

export type { Subject } from './subjectRow.ts';

/**
 * States facts in the transaction that changes them. A content that changed voids what was asked for the one before; tags may
 * bring another policy in force. Who made a content has made it also when somebody else states it again.
 */
export async function stateSubject(tx: Tx, origin: Origin, subject: Subject): Promise<void> {
  const before = await lockSubject(tx, subject.subjectId);
  await tx.query(
    `insert into kernel.approval_subject as s (subject_id, subject_type, group_id, name, resource_no, content_digest, content,
       creator_ids, owner_ids, tags, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (subject_id) do update set subject_type = excluded.subject_type, group_id = excluded.group_id, name = excluded.name,
       resource_no = excluded.resource_no, content_digest = excluded.content_digest, content = excluded.content,
       creator_ids = excluded.creator_ids, owner_ids = excluded.owner_ids, tags = excluded.tags, recorded_at = excluded.recorded_at`,
    [
      subject.subjectId,
      subject.subjectType,
      subject.groupId,
      subject.name,
      subject.resourceNo,
      subject.contentDigest,
      subject.content ?? null,
      creatorsOf(subject, before),
      unique(subject.ownerIds),
      unique(subject.tags),
      tx.now,
    ],
    'approval_state_subject',
  );
  if (before === null) return;
  await voidByContent(tx, origin, subject);
  if (unique(before.tags).join('\0') !== unique(subject.tags).join('\0')) await revalidateSubject(tx, origin, subject.subjectId);
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();
