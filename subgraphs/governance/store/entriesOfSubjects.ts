import type { Digest } from '../../../kernel/canonical.ts';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { entryOf } from './entryOf.ts';
import type { EntryWindow } from './listEntries.ts';

export interface WantedTrail extends EntryWindow {
  readonly subjectId: string;
}

interface TrailRow {
  readonly place: number;
  readonly seq: string;
  readonly digest: Digest;
  readonly body: string;
}

const SEQUENCE_MAX = '9223372036854775807';

/** The trail of each subject and of what is below it, latest first, for a whole page of subjects in one statement. */
export async function entriesOfSubjects(
  db: Queryable,
  wanted: readonly WantedTrail[],
  asOf: Instant | null,
): Promise<readonly (readonly AuditEntry[])[]> {
  const rows = await db.query<TrailRow>(
    `select wanted.place::int - 1 as place, trail.seq, trail.digest, trail.body
     from unnest($1::text[], $2::bigint[], $3::int[]) with ordinality as wanted(id, before, count, place)
     cross join lateral (
       (select seq, digest, body from kernel.audit_event
        where subject_id = wanted.id and seq < wanted.before and recorded_at <= $4 order by seq desc limit wanted.count)
       union
       (select seq, digest, body from kernel.audit_event
        where aggregate_id = wanted.id and seq < wanted.before and recorded_at <= $4 order by seq desc limit wanted.count)
       order by seq desc limit wanted.count
     ) as trail
     order by wanted.place, trail.seq desc`,
    [
      wanted.map(({ subjectId }) => subjectId),
      wanted.map(({ before }) => before?.sequence ?? SEQUENCE_MAX),
      wanted.map(({ limit }) => limit),
      asOf ?? 'infinity',
    ],
    'governance_entries_of_subjects',
  );
  const trails: AuditEntry[][] = wanted.map(() => []);
  for (const { place, ...row } of rows) trails[place]?.push(entryOf(row));
  return trails;
}
