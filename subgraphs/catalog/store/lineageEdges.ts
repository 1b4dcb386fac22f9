import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';
import type { EdgeOrigin, EdgeRow, EdgeSubtype, EdgeType } from '../domain/lineage/edge.ts';

/**
 * Makes these the edges of one piece of evidence: those it does not say any more end now, new ones begin now, and the rest go
 * on with what is known of them now.
 * @returns how many began and ended
 */
export async function replaceEdges(
  tx: Tx,
  evidence: { readonly key: string; readonly origin: EdgeOrigin; readonly detail: unknown },
  edges: readonly EdgeRow[],
): Promise<{ readonly opened: number; readonly closed: number }> {
  const rows = JSON.stringify(edges);
  const closed = await tx.query(
    `update catalog.lineage_edge e set recorded_to = $3, closed_xid = pg_current_xact_id()
     where e.evidence_key = $1 and e.recorded_to = 'infinity'
       and not exists (select from json_to_recordset($2) as n(source_no bigint, target_no bigint, type text, subtype text, expression text, confidence real)
         where n.source_no = e.source_no and n.target_no = e.target_no and n.type = e.type and n.subtype = e.subtype
           and n.expression is not distinct from e.expression and n.confidence = e.confidence)
     returning 1`,
    [evidence.key, rows, tx.now],
    'catalog_close_edges',
  );
  const opened = await tx.query(
    `insert into catalog.lineage_edge (source_no, target_no, level, type, subtype, expression, confidence, reasons, origin,
       evidence_key, evidence, recorded_from, last_seen_at)
     select source_no, target_no, level, type, subtype, expression, confidence, reasons, $2, $3, $4::jsonb, $5, $5
     from json_to_recordset($1) as n(source_no bigint, target_no bigint, level smallint, type text, subtype text, expression text,
       confidence real, reasons text[])
     on conflict (evidence_key, source_no, target_no, type, subtype) where recorded_to = 'infinity' do nothing
     returning 1`,
    [rows, evidence.origin, evidence.key, JSON.stringify(evidence.detail), tx.now],
    'catalog_open_edges',
  );
  return { opened: opened.length, closed: closed.length };
}

/** Ends every edge of columns or datasets that are gone, in the transaction that takes them away: no ghost edges. */
export async function closeEdgesOf(tx: Tx, nos: readonly No[]): Promise<void> {
  if (nos.length === 0) return;
  await tx.query(
    `update catalog.lineage_edge set recorded_to = $2, closed_xid = pg_current_xact_id()
     where recorded_to = 'infinity' and (source_no = any($1::bigint[]) or target_no = any($1::bigint[]))`,
    [nos, tx.now],
    'catalog_close_edges_of',
  );
}

/** The same for whole datasets, with all their columns. */
export async function closeEdgesOfDatasets(tx: Tx, datasetNos: readonly No[]): Promise<void> {
  const columns = await tx.query<{ no: No }>(
    'select no from catalog.asset_column where dataset_no = any($1::bigint[])',
    [datasetNos],
    'catalog_columns_to_close',
  );
  await closeEdgesOf(tx, [...datasetNos, ...columns.map(({ no }) => no)]);
}

/** What an answer shows of an edge. */
export interface EdgeDetail {
  readonly id: string;
  readonly sourceNo: No;
  readonly targetNo: No;
  readonly type: EdgeType;
  readonly subtype: EdgeSubtype;
  readonly expression: string | null;
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly origin: EdgeOrigin;
  readonly evidenceKey: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

export const edgeDetails = (db: Queryable, ids: readonly string[]): Promise<readonly EdgeDetail[]> =>
  db.query<EdgeDetail>(
    `select id::text, source_no as "sourceNo", target_no as "targetNo", type, subtype, expression, confidence, reasons, origin,
       evidence_key as "evidenceKey", evidence, recorded_from as "firstSeenAt", last_seen_at as "lastSeenAt"
     from catalog.lineage_edge where id = any($1::bigint[]) order by id`,
    [ids],
    'catalog_edge_details',
  );

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
       and ($4 or type = 'DIRECT') and ${filter.at === null ? `recorded_to = 'infinity'` : 'recorded_from <= $6 and recorded_to > $6'}
     order by id limit $5`,
    [nos, filter.level, filter.minConfidence, filter.indirect, limit, ...(filter.at === null ? [] : [filter.at])],
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
