import type { Queryable } from '../db/database.ts';
import type { Instant } from '../time.ts';
import { contentDigestOf } from './contentDigest.ts';
import { liveDataset } from './datasetSubject.ts';
import { decisionsOf } from './decisions.ts';
import type { Facts } from './facts.ts';
import { latestEvidence } from './evidenceRow.ts';
import { type ApprovalPolicy, guardOf, policyVersion } from './guards.ts';
import { countReviewingTeams, peopleById } from './people.ts';
import { type ApprovalRequest, lastRequest } from './request.ts';
import type { ApprovalState } from './states.ts';
import { type Subject, subjectById } from './subjectRow.ts';
import type { Target } from './target.ts';

/** What is asked about. */
export interface Asked {
  readonly subjectId: string;
  readonly target: Target;
  /** Its facts where they are about to be stated. */
  readonly state?: Subject;
}

export type Gathered = Facts | { readonly nothing: 'NO_SUBJECT' | 'NO_POLICY' };

/** States of requests whose rules are of interest. */
const COUNTING: readonly ApprovalState[] = ['OPEN', 'APPROVED', 'NEEDS_REVALIDATION', 'APPLIED'];

/**
 * Reads all that a verdict needs, as it is now.
 * @param request the one that is meant; the live or last one unless given
 */
export async function gather(
  db: Queryable,
  { subjectId, target, state }: Asked,
  at: Instant,
  request?: ApprovalRequest,
): Promise<Gathered> {
  const subject = state ?? (await currentSubject(db, subjectId));
  if (subject === null) return { nothing: 'NO_SUBJECT' };
  const last = request ?? (await lastRequest(db, subjectId, target));
  const counting = request ?? (last !== null && COUNTING.includes(last.state) ? last : null);
  const frozen = counting === null ? null : await policyVersion(db, counting.policyName, counting.policyVersion);
  const policy = (await guardOf(db, { ...target, tags: subject.tags })) ?? (request === undefined ? null : frozen);
  if (policy === null) return { nothing: 'NO_POLICY' };
  const decisions = counting === null ? [] : await decisionsOf(db, counting.id, counting.round);
  const championId = await championOf(db, subject, target);
  return {
    target,
    subject,
    contentDigest: contentDigestOf(subject, target),
    policy,
    request: counting,
    frozen,
    decisions,
    evidence: await latestEvidence(db, subjectId),
    championEvidence: championId === null ? null : await latestEvidence(db, championId),
    people: await peopleById(db, [
      ...subject.creatorIds,
      ...subject.ownerIds,
      ...(counting === null ? [] : [counting.requestedBy]),
      ...decisions.flatMap(({ reviewerId, madeBy }) => [reviewerId, madeBy]),
    ]),
    reviewingTeams: await reviewingTeams(db, frozen ?? policy),
    lastRejectedAt: await lastRejectedAt(db, subjectId, target),
    lastEnd: last === null || counting !== null ? null : { id: last.id, state: last.state, reason: last.stateReason },
    at,
  };
}

/** A dataset is what the catalog says of it now, also before anybody asked about it; everything else is what its owner stated. */
export async function currentSubject(db: Queryable, subjectId: string): Promise<Subject | null> {
  const stated = await subjectById(db, subjectId);
  if (stated !== null && stated.subjectType !== 'Dataset') return stated;
  return (await liveDataset(db, subjectId, stated?.name ?? subjectId)) ?? stated;
}

const reviewingTeams = (db: Queryable, { document: { reviewers } }: ApprovalPolicy): Promise<number> =>
  reviewers.some(({ distinctTeams }) => distinctTeams === true)
    ? countReviewingTeams(
        db,
        reviewers.flatMap(({ role }) => role ?? []),
        reviewers.flatMap(({ team }) => team ?? []),
      )
    : Promise.resolve(0);

/**
 * What is in the place of the target by approval: another, or the same, version of the same thing. While nothing is, what was there
 * last, whatever ended it but a revocation: whoever could empty the place could otherwise do without the comparison.
 */
async function championOf(db: Queryable, { groupId }: Subject, { kind, key }: Target): Promise<string | null> {
  if (groupId === null) return null;
  const [row] = await db.query<{ id: string }>(
    `select r.subject_id as id from kernel.approval_request r join kernel.approval_subject s on s.subject_id = r.subject_id
     cross join lateral (select max(m.moved_at) as at from kernel.approval_move m where m.request_id = r.id and m.state = 'APPLIED') used
     where r.state in ('APPLIED', 'SUPERSEDED', 'EXPIRED', 'VOIDED') and r.target_kind = $2 and r.target_key = $3 and s.group_id = $1
       and used.at is not null
     order by (r.state = 'APPLIED') desc, used.at desc, r.id desc limit 1`,
    [groupId, kind, key],
    'approval_champion_of',
  );
  return row?.id ?? null;
}

async function lastRejectedAt(db: Queryable, subjectId: string, { kind, key }: Target): Promise<Instant | null> {
  const [row] = await db.query<{ at: Instant | null }>(
    `select max(ended_at) as at from kernel.approval_request
     where subject_id = $1 and target_kind = $2 and target_key = $3 and state = 'REJECTED'`,
    [subjectId, kind, key],
    'approval_last_rejected_at',
  );
  return row?.at ?? null;
}
