import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';
import type { EdgeOrigin, EdgeRow, EdgeSubtype, EdgeType } from '../domain/lineage/edge.ts';

/** A piece of evidence with the edges that it means. */
export interface EvidenceEdges {
  readonly key: string;
  readonly origin: EdgeOrigin;
  readonly detail: unknown;
  readonly edges: readonly EdgeRow[];
}

/**
 * Makes these the edges of pieces of evidence: those that a piece does not say any more end now, new ones begin now, and the
 * rest go on with what is known of them now.
 * @returns how many began and ended, by place of the piece
 */
export async function replaceEdges(
  tx: Tx,
  pieces: readonly EvidenceEdges[],
): Promise<readonly { readonly opened: number; readonly closed: number }[]> {
  if (pieces.length === 0) return [];
  const heads = JSON.stringify(pieces.map(({ key, origin, detail }, place) => ({ place, key, origin, detail })));
  const rows = JSON.stringify(pieces.flatMap(({ edges }, place) => edges.map((edge) => ({ place, ...edge }))));
  const closed = await tx.query<{ key: string; count: number }>(
    `with said as materialized (
       select p.key, n.* from json_to_recordset($1) as p(place int, key text)
       join json_to_recordset($2) as n(place int, source_no bigint, target_no bigint, type text, subtype text, expression text,
         confidence real, masking boolean) on n.place = p.place),
     closed as (
       update catalog.lineage_edge e set recorded_to = $3, closed_xid = pg_current_xact_id()
       where e.evidence_key = any($4) and e.recorded_to = 'infinity'
         and not exists (select from said n
           where n.key = e.evidence_key and n.source_no = e.source_no and n.target_no = e.target_no and n.type = e.type
             and n.subtype = e.subtype and n.expression is not distinct from e.expression and n.confidence = e.confidence
             and n.masking = e.masking)
       returning e.evidence_key)
     select evidence_key as key, count(*)::int as count from closed group by 1`,
    [heads, rows, tx.now, pieces.map(({ key }) => key)],
    'catalog_close_edges',
  );
  const opened = await tx.query<{ key: string; count: number }>(
    `with opened as (
       insert into catalog.lineage_edge (source_no, target_no, level, type, subtype, expression, confidence, reasons, masking,
         origin, evidence_key, evidence, recorded_from, last_seen_at)
       select source_no, target_no, level, type, subtype, expression, confidence, reasons, masking, origin, key, detail, $3, $3
       from json_to_recordset($1) as p(place int, key text, origin text, detail jsonb)
       join json_to_recordset($2) as n(place int, source_no bigint, target_no bigint, level smallint, type text, subtype text,
         expression text, confidence real, reasons text[], masking boolean) on n.place = p.place
       on conflict (evidence_key, source_no, target_no, type, subtype) where recorded_to = 'infinity' do nothing
       returning evidence_key)
     select evidence_key as key, count(*)::int as count from opened group by 1`,
    [heads, rows, tx.now],
    'catalog_open_edges',
  );
  const [closedOf, openedOf] = [closed, opened].map((counts) => new Map(counts.map(({ key, count }) => [key, count])));
  return pieces.map(({ key }) => ({ opened: openedOf?.get(key) ?? 0, closed: closedOf?.get(key) ?? 0 }));
}

/**
 * Ends every edge of columns or datasets that are gone, in the transaction that takes them away: no ghost edges.
 * @returns numbers of both ends of what ended
 */
export async function closeEdgesOf(tx: Tx, nos: readonly No[]): Promise<readonly No[]> {
  if (nos.length === 0) return [];
  const closed = await tx.query<{ source: No; target: No }>(
    `update catalog.lineage_edge set recorded_to = $2, closed_xid = pg_current_xact_id()
     where recorded_to = 'infinity' and (source_no = any($1::bigint[]) or target_no = any($1::bigint[]))
     returning source_no as source, target_no as target`,
    [nos, tx.now],
    'catalog_close_edges_of',
  );
  return [...new Set(closed.flatMap(({ source, target }) => [source, target]))];
}

/** The same for whole datasets, with all their columns. */
export async function closeEdgesOfDatasets(tx: Tx, datasetNos: readonly No[]): Promise<readonly No[]> {
  const columns = await tx.query<{ no: No }>(
    'select no from catalog.asset_column where dataset_no = any($1::bigint[])',
    [datasetNos],
    'catalog_columns_to_close',
  );
  return closeEdgesOf(tx, [...datasetNos, ...columns.map(({ no }) => no)]);
}

/** What an answer shows of an edge. */
export interface EdgeDetail {
  readonly id: string;
  /** Null where the source is the job. */
  readonly sourceNo: No | null;
  /** Null where the target is the job. */
  readonly targetNo: No | null;
  /** The job that says so, if one does. */
  readonly jobId: string | null;
  readonly type: EdgeType;
  readonly subtype: EdgeSubtype;
  readonly expression: string | null;
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly masking: boolean;
  readonly origin: EdgeOrigin;
  readonly evidenceKey: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

export const edgeDetails = (db: Queryable, ids: readonly string[]): Promise<readonly EdgeDetail[]> =>
  db.query<EdgeDetail>(
    `select id::text, source_no as "sourceNo", target_no as "targetNo",
       case when origin = 'OPENLINEAGE' then evidence->>'jobId' end as "jobId", type, subtype, expression,
       confidence, reasons, masking, origin, evidence_key as "evidenceKey", evidence, recorded_from as "firstSeenAt",
       case when recorded_to = 'infinity' then greatest(last_seen_at, s.seen_at) else last_seen_at end as "lastSeenAt"
     from catalog.lineage_edge left join catalog.evidence_seen s using (evidence_key)
     where id = any($1::bigint[]) order by id`,
    [ids],
    'catalog_edge_details',
  );

/** Of edges, those that a job says, each with its job. */
export async function edgesOfJobs(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ id: string; jobId: string }>(
    `select id::text, evidence->>'jobId' as "jobId" from catalog.lineage_edge
     where id = any($1::bigint[]) and origin = 'OPENLINEAGE' and evidence ? 'jobId'`,
    [ids],
    'catalog_edges_of_jobs',
  );
  return new Map(rows.map(({ id, jobId }) => [id, jobId]));
}

/** An edge as a walk over the graph needs it. */
export interface Hop {
  readonly id: string;
  readonly sourceNo: No;
  readonly targetNo: No;
}

export interface HopFilter {
  readonly level: 0 | 1;
  readonly minConfidence: number;
  /** False leaves out joins, filters, groups and sorts. */
  readonly indirect: boolean;
  /** Only these; all unless given. */
  readonly subtypes?: readonly EdgeSubtype[];
  /** The moment to look at; null for now. */
  readonly at: Instant | null;
}

/** Edges that leave (downstream) or enter (upstream) the given numbers, now or at a moment. */
export const hopsFrom = (
  db: Queryable,
  nos: readonly No[],
  direction: 'UPSTREAM' | 'DOWNSTREAM',
  filter: HopFilter,
  limit: number,
): Promise<readonly Hop[]> =>
  db.query<Hop>(
    `select id::text, source_no as "sourceNo", target_no as "targetNo" from catalog.lineage_edge
     where ${direction === 'UPSTREAM' ? 'target_no' : 'source_no'} = any($1::bigint[]) and level = $2 and round(100 * confidence::numeric) >= round(100 * $3::numeric)
       and ($4 or type = 'DIRECT') and ($6::text[] is null or subtype = any($6))
       and ${filter.at === null ? `recorded_to = 'infinity'` : 'recorded_from <= $7 and recorded_to > $7'}
     order by id limit $5`,
    [
      nos,
      filter.level,
      filter.minConfidence,
      filter.indirect,
      limit,
      filter.subtypes ?? null,
      ...(filter.at === null ? [] : [filter.at]),
    ],
    `catalog_hops_${direction.toLowerCase()}${filter.at === null ? '' : '_at'}`,
  );

/** Types of edges by their ids. */
export async function edgeKinds(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly type: EdgeType; readonly subtype: EdgeSubtype }>> {
  const rows = await db.query<{ id: string; type: EdgeType; subtype: EdgeSubtype }>(
    'select id::text, type, subtype from catalog.lineage_edge where id = any($1::bigint[])',
    [ids],
    'catalog_edge_kinds',
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** True while a piece of evidence has edges in force. */
export async function isCurrentEvidence(db: Queryable, key: string): Promise<boolean> {
  const rows = await db.query(
    `select 1 from catalog.lineage_edge where evidence_key = $1 and recorded_to = 'infinity' limit 1`,
    [key],
    'catalog_is_current_evidence',
  );
  return rows.length > 0;
}
