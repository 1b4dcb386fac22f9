import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeSubtype, EdgeType } from '../../domain/lineage/edge.ts';

/** An event that told of a piece of evidence. */
export interface EvidenceTold {
  readonly seq: string;
  readonly id: string;
  readonly key: string;
  /** What the log calls it by. */
  readonly reference: string;
  readonly at: Instant;
  readonly body: string;
  readonly isLast: boolean;
}

export const evidenceAfter = (db: Queryable, after: string, limit: number): Promise<readonly EvidenceTold[]> =>
  db.query<EvidenceTold>(
    `select e.seq::text, e.id, coalesce(v.key, e.aggregate_id) as key, e.aggregate_id as reference, e.recorded_at as at, e.body,
       not exists (select from kernel.audit_event n where n.aggregate_id = e.aggregate_id and n.seq > e.seq)
       -- Events of a while ago were called by the key itself.
       and not exists (select from catalog.evidence o join kernel.audit_event n on n.aggregate_id = o.id
         where o.key = e.aggregate_id) as "isLast"
     from kernel.audit_event e left join catalog.evidence v on v.id = e.aggregate_id
     where e.action = 'catalog.lineage.recorded.v1' and e.seq > $1::bigint order by e.seq limit $2`,
    [after, limit],
    'catalog_reconcile_evidence',
  );

export interface EdgeToCheck {
  readonly id: string;
  readonly key: string;
  readonly source_no: No;
  readonly target_no: No;
  readonly type: EdgeType;
  readonly subtype: EdgeSubtype;
  readonly expression: string | null;
  readonly confidence: number;
  readonly masking: boolean;
}

const EDGE = `e.id::text, e.evidence_key as key, e.source_no, e.target_no, e.type, e.subtype, e.expression, e.confidence, e.masking`;

export const edgesInForce = (db: Queryable, keys: readonly string[]): Promise<readonly EdgeToCheck[]> =>
  db.query<EdgeToCheck>(
    `select ${EDGE} from catalog.lineage_edge e where e.evidence_key = any($1) and e.recorded_to = 'infinity'`,
    [keys],
    'catalog_reconcile_edges_in_force',
  );

export interface EdgeSince extends EdgeToCheck {
  /** True when it was there at the moment. */
  readonly wasThere: boolean;
  /** True when it ended at the very moment. */
  readonly endedThen: boolean;
  /** True when it began or ended since and nothing that happened to its ends then tells why. */
  readonly isUnexplained: boolean;
}

/**
 * Edges of a piece of evidence that there were at a moment or since. What begins since is made by merges, what ends since goes
 * with its ends: both happen to an asset at that time.
 */
export const edgesSince = (db: Queryable, key: string, at: Instant): Promise<readonly EdgeSince[]> =>
  db.query<EdgeSince>(
    `select ${EDGE}, e.recorded_from <= $2 as "wasThere", e.recorded_to = $2 as "endedThen",
       (e.recorded_from > $2 and (v.edge_id is null or not exists (
         select from catalog.asset_version w where w.recorded_from = e.recorded_from and w.asset_no in (ends.source, ends.target)
         union all
         select from catalog.asset_merge m where e.recorded_from in (m.recorded_from, m.recorded_to))))
       or (e.recorded_to <> 'infinity' and e.recorded_to > $2 and not exists (
         select from catalog.asset_version w where w.recorded_from = e.recorded_to and w.asset_no in (ends.source, ends.target)
         union all
         select from catalog.asset_merge m where e.recorded_to in (m.recorded_from, m.recorded_to))) as "isUnexplained"
     from catalog.lineage_edge e
     left join catalog.moved_edge v on v.edge_id = e.id
     cross join lateral (select
       coalesce((select dataset_no from catalog.asset_column c where c.no = e.source_no), e.source_no) as source,
       coalesce((select dataset_no from catalog.asset_column c where c.no = e.target_no), e.target_no) as target) ends
     -- In two parts, each with an index: as one comparison it would read all edges there ever were.
     where e.evidence_key = $1 and (e.recorded_to = 'infinity' or e.recorded_to < 'infinity' and e.recorded_to >= $2)`,
    [key, at],
    'catalog_reconcile_edges_since',
  );

export interface OddEdge {
  readonly id: string;
  readonly key: string;
  readonly hasEvent: boolean;
}

/** Of a page of edges, the last one, and those in force that no event tells of or that a merge made unlike what they stand for. */
export async function oddEdges(
  db: Queryable,
  after: string,
  limit: number,
): Promise<{ readonly count: number; readonly last: string | null; readonly odd: readonly OddEdge[] }> {
  const [row] = await db.query<{ count: number; last: string | null; odd: readonly OddEdge[] | null }>(
    `with page as materialized (
       select * from catalog.lineage_edge where id > $1::bigint order by id limit $2),
     judged as (
       select p.id::text, p.evidence_key as key, exists (
           select from kernel.aggregate g where g.id = p.evidence_key) or exists (
           select from catalog.evidence o join kernel.aggregate g on g.id = o.id where o.key = p.evidence_key) as "hasEvent",
         v.edge_id is null or not exists (select from catalog.merged_edge m where m.standing_id = p.id) or exists (
           select from catalog.merged_edge m join catalog.lineage_edge r on r.id = m.root_id
           where m.standing_id = p.id and r.type = p.type and r.subtype = p.subtype and r.expression is not distinct from p.expression
             and r.confidence = p.confidence and r.masking = p.masking) as "isLike"
       from page p left join catalog.moved_edge v on v.edge_id = p.id where p.recorded_to = 'infinity')
     select (select count(*)::int from page) as count, (select max(id)::text from page) as last,
       (select json_agg(j) from judged j where not j."hasEvent" or not j."isLike") as odd`,
    [after, limit],
    'catalog_reconcile_edges',
  );
  return { count: row?.count ?? 0, last: row?.last ?? null, odd: row?.odd ?? [] };
}
