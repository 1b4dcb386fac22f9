import type { ApprovalState } from '../../../../kernel/approval/states.ts';
import type { TargetKind } from '../../../../kernel/approval/target.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Page } from '../../../../kernel/page.ts';
import { type RequestRow, requestsSeen, type Sight, sightValues } from './requestRows.ts';

export interface RequestFilter {
  readonly states: readonly ApprovalState[] | null;
  readonly targetKind: TargetKind | null;
  readonly subjectId: string | null;
  readonly targetKey: string | null;
  readonly requestedBy: string | null;
  /** Only those that this reviewer may decide about and has not; null for all. */
  readonly toDecide: Reviewing | null;
}

/** Somebody who may be named as reviewer. */
export interface Reviewing {
  readonly humanId: string;
  readonly roles: readonly string[];
  readonly teams: readonly string[];
}

/** Requests that fit every given part of the filter, latest first, one more than the page holds. */
export function listRequests(
  db: Queryable,
  sight: Sight,
  { states, targetKind, subjectId, targetKey, requestedBy, toDecide }: RequestFilter,
  { first, after }: Page<readonly ['time', 'text']>,
): Promise<readonly RequestRow[]> {
  const values = [...sightValues(sight)];
  const $ = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    ...(states === null ? [] : [`r.state = any(${$(states)})`]),
    ...(targetKind === null ? [] : [`r.target_kind = ${$(targetKind)}`]),
    ...(subjectId === null ? [] : [`r.subject_id = ${$(subjectId)}`]),
    ...(targetKey === null ? [] : [`r.target_key = ${$(targetKey)}`]),
    ...(requestedBy === null ? [] : [`r.requested_by = ${$(requestedBy)}`]),
    ...(toDecide === null ? [] : [toDecideBy(toDecide, $)]),
    ...(after === null ? [] : [`(r.requested_at, r.id) < (${$(after[0])}::timestamptz, ${$(after[1])}::text)`]),
  ];
  return db.query<RequestRow>(
    `${requestsSeen(sight)} ${conditions.map((condition) => `and ${condition}`).join(' ')}
     order by r.requested_at desc, r.id desc limit ${$(first + 1)}`,
    values,
  );
}

function toDecideBy({ humanId, roles, teams }: Reviewing, $: (value: unknown) => string): string {
  const [me, mine, theirs] = [$(humanId), $(roles), $(teams)];
  const isMine = (ids: string): string =>
    `exists (select from kernel.principal h where h.id = any(${ids}) and coalesce(h.owner_id, h.id) = ${me})`;
  return `r.state in ('OPEN', 'NEEDS_REVALIDATION') and r.decide_by > clock_timestamp()
    and not exists (select from kernel.approval_decision d where d.request_id = r.id and d.round = r.round and d.resolved_at is null
      and (d.reviewer_id = ${me} or d.made_by = ${me}))
    and exists (select from kernel.approval_policy p where p.name = r.policy_name and p.version = r.policy_version
      and exists (select from jsonb_array_elements(p.document -> 'reviewers') e
        where e ->> 'role' = any(${mine}::text[]) or e ->> 'team' = any(${theirs}::text[]))
      and not (p.document -> 'forbid' ? 'requester' and ${isMine('array[r.requested_by]')})
      and not (p.document -> 'forbid' ? 'creator' and ${isMine('s.creator_ids')})
      and not (p.document -> 'forbid' ? 'ownerTeam' and (${isMine('s.owner_ids')} or s.owner_ids && ${theirs}::text[])))`;
}
