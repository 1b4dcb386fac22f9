import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';

/** An event as rows name it; null where there is none of the id. */
interface Begun {
  readonly eventId: string;
  readonly action: string | null;
  readonly subjectId: string | null;
  readonly at: Instant | null;
  readonly body: string | null;
  readonly detail: string | null;
  readonly boundFrom: Instant;
  readonly boundTo: Instant | null;
  readonly endAt: Instant | null;
  /** An event says that it ended, although it has not. */
  readonly endedBy: string | null;
}

const BEGUN = `e.action, e.subject_id as "subjectId", e.recorded_at as at, e.body, d.body as detail, f.recorded_at as "endAt"`;

export interface AliasToCheck extends Begun {
  /** The id of the event that began it: each begins one. */
  readonly id: string;
  readonly modelId: string;
  readonly alias: string;
  readonly versionId: string;
}

export const aliasesAfter = (db: Queryable, after: string, limit: number): Promise<readonly AliasToCheck[]> =>
  db.query<AliasToCheck>(
    `select a.event_id as id, a.event_id as "eventId", m.id as "modelId", a.alias, a.version_id as "versionId",
       a.bound_from as "boundFrom", a.bound_to as "boundTo", ${BEGUN},
       (select l.id from kernel.audit_event l join kernel.audit_detail ld on ld.event_id = l.id
        where a.bound_to is null and l.subject_id = m.id and l.seq > e.seq and l.action in ('registry.alias.set.v1', 'registry.alias.deleted.v1')
          and position('"folded":' || to_json(a.folded_alias)::text in ld.body) > 0 limit 1) as "endedBy"
     from registry.alias_binding a join registry.model m on m.no = a.model_no
       left join kernel.audit_event e on e.id = a.event_id left join kernel.audit_detail d on d.event_id = e.id
       left join kernel.audit_event f on f.id = a.end_event_id
     where a.event_id > $1 order by a.event_id limit $2`,
    [after, limit],
    'registry_reconcile_aliases',
  );

export interface BindingToCheck extends Begun {
  readonly id: string;
  readonly stage: string;
  readonly kind: string;
  readonly versionId: string;
  readonly digest: string;
  readonly approvalId: string | null;
  readonly hasReview: boolean;
}

export const bindingsAfter = (db: Queryable, after: string, limit: number): Promise<readonly BindingToCheck[]> =>
  db.query<BindingToCheck>(
    `select b.id, b.event_id as "eventId", b.stage, b.kind, b.version_id as "versionId", b.content_digest as digest,
       b.approval_id as "approvalId", b.bound_from as "boundFrom", b.bound_to as "boundTo", ${BEGUN},
       exists (select from registry.break_glass_review g where g.binding_id = b.id) as "hasReview",
       (select l.id from kernel.audit_event l join kernel.audit_detail ld on ld.event_id = l.id
        where b.bound_to is null and l.aggregate_id = m.id and l.seq > e.seq
          and (l.action = 'registry.stage.bound.v1' and position('"previousBindingId":"' || b.id || '"' in ld.body) > 0
            or l.action = 'registry.stage.unbound.v1' and position('"bindingId":"' || b.id || '"' in ld.body) > 0) limit 1) as "endedBy"
     from registry.stage_binding b join registry.model m on m.no = b.model_no
       left join kernel.audit_event e on e.id = b.event_id left join kernel.audit_detail d on d.event_id = e.id
       left join kernel.audit_event f on f.id = b.end_event_id
     where b.id > $1 order by b.id limit $2`,
    [after, limit],
    'registry_reconcile_bindings',
  );

export interface BoundEvent {
  readonly seq: string;
  readonly id: string;
  readonly subjectId: string;
  readonly hasRow: boolean;
}

/** What events say came into a stage. */
export const boundEventsAfter = (db: Queryable, after: string, limit: number): Promise<readonly BoundEvent[]> =>
  db.query<BoundEvent>(
    `select e.seq::text as seq, e.id, e.subject_id as "subjectId",
       exists (select from registry.stage_binding b where b.event_id = e.id and b.version_id = e.subject_id) as "hasRow"
     from kernel.audit_event e where e.action = 'registry.stage.bound.v1' and e.seq > $1::bigint order by e.seq limit $2`,
    [after, limit],
    'registry_reconcile_bound',
  );

export interface ReviewToCheck {
  readonly id: string;
  readonly outcome: string | null;
  readonly versionId: string;
  readonly eventId: string | null;
  readonly action: string | null;
  readonly subjectId: string | null;
  readonly actorId: string | null;
  readonly reviewedBy: string | null;
  readonly detail: string | null;
  readonly told: string | null;
}

export const reviewsAfter = (db: Queryable, after: string, limit: number): Promise<readonly ReviewToCheck[]> =>
  db.query<ReviewToCheck>(
    `select g.binding_id as id, g.outcome, b.version_id as "versionId", g.event_id as "eventId", e.action, e.subject_id as "subjectId",
       e.actor_id as "actorId", g.reviewed_by as "reviewedBy", d.body as detail,
       (select l.id from kernel.audit_event l join kernel.audit_detail ld on ld.event_id = l.id
        where g.outcome is null and l.subject_id = b.version_id and l.action = 'registry.glass.reviewed.v1'
          and position('"bindingId":"' || b.id || '"' in ld.body) > 0 limit 1) as told
     from registry.break_glass_review g join registry.stage_binding b on b.id = g.binding_id
       left join kernel.audit_event e on e.id = g.event_id left join kernel.audit_detail d on d.event_id = e.id
     where g.binding_id > $1 order by g.binding_id limit $2`,
    [after, limit],
    'registry_reconcile_reviews',
  );

export interface UploadToCheck {
  /** Digest and who brought it. */
  readonly id: string;
  readonly digest: string;
  readonly eventId: string;
  readonly action: string | null;
  readonly subjectId: string | null;
  readonly actorId: string | null;
  readonly principalId: string;
}

export const uploadsAfter = (db: Queryable, after: string, limit: number): Promise<readonly UploadToCheck[]> =>
  db.query<UploadToCheck>(
    `select u.digest || ' ' || u.principal_id as id, u.digest, u.event_id as "eventId", e.action, e.subject_id as "subjectId",
       e.actor_id as "actorId", u.principal_id as "principalId"
     from registry.blob_upload u left join kernel.audit_event e on e.id = u.event_id
     where (u.digest || ' ' || u.principal_id) collate "C" > $1 order by (u.digest || ' ' || u.principal_id) collate "C" limit $2`,
    [after, limit],
    'registry_reconcile_uploads',
  );
