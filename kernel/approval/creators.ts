import type { Tx } from '../db/database.ts';
import { Fault } from '../fault.ts';
import { lockSubject, type Subject } from './subjectRow.ts';

/** How many may have made one thing: nobody of them reviews it. */
const CREATORS_MAX = 100;

/** Whoever changes what is not sealed yet has made it as well. */
export async function addCreator(tx: Tx, subjectId: string, creatorId: string): Promise<void> {
  const subject = await lockSubject(tx, subjectId);
  if (subject === null || subject.creatorIds.includes(creatorId)) return;
  await tx.query(
    'update kernel.approval_subject set creator_ids = $2, recorded_at = $3 where subject_id = $1',
    [subjectId, bounded([...subject.creatorIds, creatorId]), tx.now],
    'approval_add_creator',
  );
}

/**
 * Who made a content that is stated: whoever is said to have, and for the same content, or the draft that it was, also everybody
 * who was said to have made that.
 */
export function creatorsOf({ creatorIds, contentDigest }: Subject, before: Subject | null): readonly string[] {
  const isSame = before !== null && (before.contentDigest === null || before.contentDigest === contentDigest);
  return bounded([...(isSame ? before.creatorIds : []), ...creatorIds]);
}

/** @throws Fault LIMIT_EXCEEDED instead of forgetting one of them */
function bounded(creatorIds: readonly string[]): readonly string[] {
  const all = [...new Set(creatorIds)].toSorted();
  if (all.length <= CREATORS_MAX) return all;
  throw new Fault('LIMIT_EXCEEDED', {
    public: `More than ${CREATORS_MAX} people and services would have made it, and none of them may review it. Begin another one.`,
  });
}
