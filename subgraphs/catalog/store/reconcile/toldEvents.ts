import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';

/** An event of the catalog, and what the tables have of it. */
export interface ToldEvent {
  readonly seq: string;
  readonly id: string;
  readonly at: Instant;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly isOfAsset: boolean;
  readonly hasRow: boolean;
  readonly body: string;
  /** The history row that has the state after it: its own, or that of the last event of its transaction. */
  readonly version: number | null;
  readonly versionDigest: string | null;
  readonly versionFrom: Instant | null;
}

/** Successful events about things of the catalog. */
export const eventsAfter = (db: Queryable, after: string, limit: number): Promise<readonly ToldEvent[]> =>
  db.query<ToldEvent>(
    `select e.seq::text, e.id, e.recorded_at as at, e.action, e.subject_type as "subjectType", e.subject_id as "subjectId", e.body,
       e.aggregate_id like 'ast\\_%' as "isOfAsset", v.version, v.digest as "versionDigest", v.recorded_from as "versionFrom",
       case when e.action = 'catalog.term.assigned.v1' then exists (select from catalog.term_assignment g where g.event_id = e.id)
         else case e.subject_type
         when 'Column' then exists (select from catalog.asset_column c where c.id = e.subject_id)
         when 'Tag' then exists (select from catalog.tag t where t.id = e.subject_id)
         when 'Source' then exists (select from catalog.source s where s.id = e.subject_id)
         when 'Crawl' then exists (select from catalog.crawl c where c.id = e.subject_id)
         when 'Job' then exists (select from catalog.job j where j.id = e.subject_id)
         when 'JobRun' then exists (select from catalog.job_run r where r.id = e.subject_id)
         when 'Metric' then exists (select from catalog.metric m where m.id = e.subject_id)
         when 'GlossaryTerm' then exists (select from catalog.glossary_term t where t.id = e.subject_id)
         when 'DataProduct' then exists (select from catalog.data_product p where p.id = e.subject_id)
         else exists (select from catalog.asset a where a.id = e.subject_id) end end as "hasRow"
     from kernel.audit_event e
     left join lateral (
       select v.* from catalog.asset a join catalog.asset_version v on v.asset_no = a.no
       where a.id = e.aggregate_id and v.version >= e.aggregate_version order by v.version limit 1) v on true
     where e.seq > $1::bigint and e.outcome = 'success' and e.action like 'catalog.%'
       and e.subject_type in ('Container', 'Dataset', 'Dashboard', 'Column', 'Tag', 'Source', 'Crawl', 'Job', 'JobRun', 'Metric',
         'GlossaryTerm', 'DataProduct')
     order by e.seq limit $2`,
    [after, limit],
    'catalog_reconcile_events',
  );
