import { type ApprovalRequest, REQUEST_COLUMNS } from '../../../../kernel/approval/request.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Instant } from '../../../../kernel/time.ts';
import { CATALOG_SUBJECTS } from '../../domain/approval/subjectTypes.ts';

/** What a reader may see, and as of when. */
export interface Sight {
  readonly catalog: Bitmap;
  readonly models: Bitmap;
  /** Null for the present. */
  readonly asOf: Instant | null;
}

/** A request together with the name of what it is about. */
export interface RequestRow extends ApprovalRequest {
  readonly subjectName: string;
  readonly subjectType: string;
  readonly content: string | null;
  /** Whether what it is about has no content now: it is not sealed, or was deleted. */
  readonly isWithoutContent: boolean;
}

/** Parameters that every statement over requests begins with. */
export const sightValues = ({ catalog, models, asOf }: Sight): readonly unknown[] => [catalog, models, asOf];

/** $1 to $3 are a sight. Of an earlier time, requests are as they were then. */
const PRESENT = 'kernel.approval_request r';
const PAST = `(
  select q.id, q.target_kind, q.target_key, q.subject_id, q.content_digest, m.evidence_digest, m.policy_name, m.policy_version,
    p.digest as policy_digest, q.reason, m.state, m.state_reason, m.version, m.round, q.requested_by, q.requested_at, m.decide_by,
    case when m.valid_until is null or q.decided_at > $3 then null else q.decided_at end as decided_at, m.valid_until, q.grant_seconds,
    q.grant_until, case when q.ended_at <= $3 then q.ended_at end as ended_at
  from kernel.approval_request q
  cross join lateral (
    select * from kernel.approval_move w where w.request_id = q.id and w.moved_at <= $3 order by w.version desc limit 1) m
  join kernel.approval_policy p on p.name = m.policy_name and p.version = m.policy_version) r`;

/** By the class of what it is about: the catalog's own go by who may read it, models by who may read those. */
const SEEN = `(s.resource_no is null or coalesce(kernel.may_see(
     case when s.subject_type in (${CATALOG_SUBJECTS.map((type) => `'${type}'`).join(', ')}) then $1::bytea else $2::bytea end, v.acl_id), false))`;

/** All requests that may be seen: `r` the request, `s` what it is about. */
export const requestsSeen = ({ asOf }: Sight): string =>
  `select ${REQUEST_COLUMNS}, s.name as "subjectName", s.subject_type as "subjectType", s.content, s.content_digest is null as "isWithoutContent"
   from ${asOf === null ? PRESENT : PAST} join kernel.approval_subject s on s.subject_id = r.subject_id
   left join kernel.resource v on v.no = s.resource_no
   where $3::timestamptz is not distinct from $3 and ${SEEN}`;

const nameOf = (name: string, { asOf }: Sight): string => `${name}${asOf === null ? '' : '_as_of'}`;

export const requestsByIds = (db: Queryable, sight: Sight, ids: readonly string[]): Promise<readonly RequestRow[]> =>
  db.query<RequestRow>(
    `${requestsSeen(sight)} and r.id = any($4)`,
    [...sightValues(sight), ids],
    nameOf('governance_requests_by_ids', sight),
  );

export interface WantedLast {
  readonly subjectId: string;
  readonly kind: string;
  readonly key: string;
}

/** For each subject and target the request that counts: live, or in use, or the last. */
export async function lastRequests(
  db: Queryable,
  sight: Sight,
  wanted: readonly WantedLast[],
): Promise<readonly (RequestRow | null)[]> {
  const rows = await db.query<RequestRow & { readonly place: number }>(
    `select distinct on (w.place) w.place::int - 1 as place, l.*
     from unnest($4::text[], $5::text[], $6::text[]) with ordinality as w(subject_id, kind, key, place)
     join (${requestsSeen(sight)}) l on l."subjectId" = w.subject_id and l."targetKind" = w.kind and l."targetKey" = w.key
     order by w.place, (l.state in ('OPEN', 'APPROVED', 'NEEDS_REVALIDATION')) desc, (l.state = 'APPLIED') desc, l."requestedAt" desc, l.id desc`,
    [
      ...sightValues(sight),
      wanted.map(({ subjectId }) => subjectId),
      wanted.map(({ kind }) => kind),
      wanted.map(({ key }) => key),
    ],
    nameOf('governance_last_requests', sight),
  );
  const found = new Map(rows.map(({ place, ...row }) => [place, row]));
  return wanted.map((_, place) => found.get(place) ?? null);
}

/** Approvals of datasets and data products that are exactly what was approved: of a dataset its last event says what it is. */
export const certifications = (db: Queryable, sight: Sight, subjectIds: readonly string[]): Promise<readonly RequestRow[]> =>
  db.query<RequestRow>(
    `${requestsSeen(sight)} and r.subject_id = any($4) and r.target_kind in ('DATASET_CERTIFIED', 'DATA_PRODUCT_CERTIFIED')
       and r.state = 'APPROVED' and r.valid_until > clock_timestamp()
       and r.content_digest = case when s.subject_type = 'Dataset'
         then (select a.event_digest from kernel.aggregate a where a.id = r.subject_id) else s.content_digest end`,
    [...sightValues(sight), subjectIds],
    'governance_certifications',
  );

/** Whether there is such a subject that may be seen: a dataset is one before anybody has asked about it, too. */
export async function seesSubject(db: Queryable, { catalog, models }: Sight, subjectId: string): Promise<boolean> {
  const rows = await db.query(
    `select 1 from kernel.approval_subject s left join kernel.resource v on v.no = s.resource_no where s.subject_id = $3 and ${SEEN}
     union all select 1 from kernel.resource v where v.id = $3 and v.type = 'Dataset' and kernel.may_see($1::bytea, v.acl_id)`,
    [catalog, models, subjectId],
    'governance_sees_subject',
  );
  return rows.length > 0;
}
