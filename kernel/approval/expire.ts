import { originOf } from '../audit/record.ts';
import type { Database, Tx } from '../db/database.ts';
import { PLAYED_SINCE } from '../db/playedSince.ts';
import { internalRequest } from '../identity/internal.ts';
import { decide } from '../policy/decision.ts';
import { liveDataset } from './datasetSubject.ts';
import { lockRequest } from './lockRequest.ts';
import { moveRequest } from './move.ts';
import { isLive, isUndecided } from './states.ts';
import { stateSubject } from './subject.ts';
import { lockSubject } from './subjectRow.ts';

/** Until when the reviewers of `r` have time, or until when it holds. */
const UNTIL = `case when r.state in ('OPEN', 'NEEDS_REVALIDATION') then r.decide_by else r.valid_until end`;

/** What may be due: what a history that is played asked for in the past waits for the decisions that come next. */
const LIVE = `r.state in ('OPEN', 'APPROVED', 'NEEDS_REVALIDATION', 'APPLIED', 'SUPERSEDED')
       and coalesce(${UNTIL} >= ${PLAYED_SINCE}, true)`;

/** Ends what is over, one transaction each; somebody else may have done it in between. @returns how many ended */
export async function expireDue(db: Database, signal: AbortSignal): Promise<number> {
  const due = await db.query<{ id: string; subjectId: string }>(
    `select id, subject_id as "subjectId" from kernel.approval_request r
     where ${LIVE} and ${UNTIL} <= clock_timestamp() order by ${UNTIL} limit 500`,
    [],
    'approval_due',
  );
  return each(db, due, signal, async (tx, { id, subjectId }) => {
    await lockSubject(tx, subjectId);
    const request = await lockRequest(tx, id);
    const until = isUndecided(request.state) ? request.decideBy : request.validUntil;
    const isDue =
      (isLive(request.state) || request.state === 'APPLIED' || request.state === 'SUPERSEDED') &&
      until !== null &&
      until <= tx.now;
    if (isDue) await moveRequest(tx, internal('expireApproval'), request, { to: 'EXPIRED', reason: 'TIME_IS_OVER' });
    return isDue;
  });
}

/** States anew what the catalog changed of datasets that somebody asks about, which voids what was asked for. @returns how many changed */
export async function restateDatasets(db: Database, signal: AbortSignal): Promise<number> {
  const changed = await db.query<{ id: string; name: string }>(
    `select s.subject_id as id, s.name from kernel.approval_subject s left join kernel.aggregate a on a.id = s.subject_id
     where s.subject_type = 'Dataset' and a.event_digest is distinct from s.content_digest and exists (
       select from kernel.approval_request r where r.subject_id = s.subject_id and r.state in ('OPEN', 'APPROVED', 'NEEDS_REVALIDATION'))
     order by s.subject_id limit 500`,
    [],
    'approval_changed_datasets',
  );
  return each(db, changed, signal, async (tx, { id, name }) => {
    await lockSubject(tx, id);
    const dataset = await liveDataset(tx, id, name);
    if (dataset !== null) await stateSubject(tx, internal('restateDataset'), dataset);
    return dataset !== null;
  });
}

/** When the next request or grant ends, as far as it is known now, in milliseconds; null when nothing ends. */
export async function msToNext(db: Database): Promise<number | null> {
  const [row] = await db.query<{ ms: number | null }>(
    `select extract(epoch from min(${UNTIL}) - clock_timestamp())::float8 * 1000 as ms from kernel.approval_request r where ${LIVE}`,
    [],
    'approval_next_due',
  );
  return row?.ms ?? null;
}

function internal(operation: string) {
  const request = internalRequest(operation);
  return originOf(request, decide(request, 'approval.manage'));
}

async function each<R>(
  db: Database,
  rows: readonly R[],
  signal: AbortSignal,
  work: (tx: Tx, row: R) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  for (const row of rows) {
    if (signal.aborted) break;
    if (await db.transaction((tx) => work(tx, row))) done++;
  }
  return done;
}
