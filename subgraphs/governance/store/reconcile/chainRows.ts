import type { Digest } from '../../../../kernel/canonical.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';

/** An event with its place in the line of its thing, in the log and beside its detail. */
export interface EventToCheck {
  readonly seq: string;
  readonly id: string;
  readonly at: Instant;
  readonly action: string;
  readonly actorId: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly outcome: string;
  readonly correlationId: string;
  readonly digest: Digest;
  readonly body: string;
  readonly previousDigest: Digest | null;
  readonly previousVersion: number | null;
  readonly isLast: boolean;
  readonly headVersion: number | null;
  readonly headDigest: string | null;
  readonly salt: Buffer | null;
  readonly detail: string | null;
  readonly leaf: Buffer | null;
  readonly isWaiting: boolean;
  /** False when it tells of something of the kernel's that is not there. */
  readonly hasRow: boolean;
}

export const eventsAfter = (db: Queryable, after: string, limit: number): Promise<readonly EventToCheck[]> =>
  db.query<EventToCheck>(
    `select e.seq::text, e.id, e.recorded_at as at, e.action, e.actor_id as "actorId", e.subject_type as "subjectType",
       e.subject_id as "subjectId", e.aggregate_id as "aggregateId", e.aggregate_version as "aggregateVersion", e.outcome,
       e.correlation_id as "correlationId", e.digest, e.body, p.digest as "previousDigest", p.aggregate_version as "previousVersion",
       not exists (select from kernel.audit_event n where n.aggregate_id = e.aggregate_id and n.seq > e.seq) as "isLast",
       h.version as "headVersion", h.event_digest as "headDigest", d.salt, d.body as detail, l.leaf,
       exists (select from kernel.audit_pending w where w.event_seq = e.seq) as "isWaiting",
       e.outcome <> 'success' or (case e.subject_type
         when 'User' then exists (select from kernel.principal r where r.id = e.subject_id)
         when 'Team' then exists (select from kernel.principal r where r.id = e.subject_id)
         when 'ServiceAccount' then exists (select from kernel.principal r where r.id = e.subject_id)
         when 'AccessKey' then exists (select from kernel.access_key k where k.id = e.subject_id)
         when 'Policies' then exists (select from kernel.policy_version v where strpos(e.body, '"subject":{"digest":"' || v.digest) > 0)
         when 'ApprovalRequest' then exists (select from kernel.approval_request r where r.id = e.subject_id)
         when 'ApprovalDecision' then exists (select from kernel.approval_decision c where c.id = e.subject_id)
         when 'ApprovalDelegation' then exists (select from kernel.approval_delegation g where g.id = e.subject_id)
         when 'AccessGrant' then exists (select from kernel.access_grant g where g.id = e.subject_id)
         when 'ApprovalPolicy' then exists (select from kernel.approval_policy o where 'approval-policy/' || o.name = e.subject_id)
         else true end) and (e.action <> 'registry.evidence.added.v1' or exists (
           select from kernel.evidence v where v.id = e.subject_id)) and (e.action <> 'governance.hold.placed.v1' or exists (
           select from kernel.legal_hold o where o.id = e.aggregate_id)) as "hasRow"
     from kernel.audit_event e
     left join lateral (
       select digest, aggregate_version from kernel.audit_event q where q.aggregate_id = e.aggregate_id and q.seq < e.seq
       order by q.seq desc limit 1) p on true
     left join kernel.aggregate h on h.id = e.aggregate_id
     left join kernel.audit_detail d on d.event_id = e.id
     left join kernel.log_entry l on l.event_seq = e.seq
     where e.seq > $1::bigint order by e.seq limit $2`,
    [after, limit],
    'governance_reconcile_events',
  );

export interface HeadToCheck {
  readonly id: string;
  readonly version: number;
  readonly hasEvents: boolean;
}

export const headsAfter = (db: Queryable, after: string, limit: number): Promise<readonly HeadToCheck[]> =>
  db.query<HeadToCheck>(
    `select id, version, exists (select from kernel.audit_event e where e.aggregate_id = a.id) as "hasEvents"
     from kernel.aggregate a where id > $1 order by id limit $2`,
    [after, limit],
    'governance_reconcile_heads',
  );

export interface EntryToCheck {
  readonly seq: string;
  readonly hasEvent: boolean;
}

export const entriesAfter = (db: Queryable, after: string, limit: number): Promise<readonly EntryToCheck[]> =>
  db.query<EntryToCheck>(
    `select event_seq::text as seq, exists (select from kernel.audit_event e where e.seq = l.event_seq) as "hasEvent"
     from kernel.log_entry l where event_seq > $1::bigint order by event_seq limit $2`,
    [after, limit],
    'governance_reconcile_entries',
  );
