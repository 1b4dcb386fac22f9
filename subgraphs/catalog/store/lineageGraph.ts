import type { Queryable } from '../../../kernel/db/database.ts';

/** An edge as the index in memory holds it. */
export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly level: 0 | 1;
  readonly type: 'DIRECT' | 'INDIRECT';
  readonly confidence: number;
}

export interface GraphMark {
  /** Transactions below this one are settled: their edges are all visible. */
  readonly xid: string;
  /** The outbox sequence that this state reflects. */
  readonly sequence: string;
}

/** Where the log stands. Read before the edges, so that what commits in between is read a second time instead of missed. */
export async function graphMark(db: Queryable): Promise<GraphMark> {
  const [row] = await db.query<GraphMark>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as xid,
       coalesce((select max(seq) from kernel.outbox where xid < pg_snapshot_xmin(pg_current_snapshot())), 0)::text as sequence`,
    [],
    'catalog_graph_mark',
  );
  return row ?? { xid: '0', sequence: '0' };
}

const FIELDS = `id::text, source_no::text as source, target_no::text as target, level, type, confidence`;

/** Current edges after an id, in the order of ids. */
export const currentEdges = (db: Queryable, after: string, count: number): Promise<readonly GraphEdge[]> =>
  db.query<GraphEdge>(
    `select ${FIELDS} from catalog.lineage_edge where recorded_to = 'infinity' and id > $1::bigint order by id limit $2`,
    [after, count],
    'catalog_current_edges',
  );

/** Edges that began in a transaction from the mark on and have not ended. */
export const edgesOpenedSince = (db: Queryable, xid: string): Promise<readonly GraphEdge[]> =>
  db.query<GraphEdge>(
    `select ${FIELDS} from catalog.lineage_edge where opened_xid >= $1::xid8 and recorded_to = 'infinity' order by id`,
    [xid],
    'catalog_edges_opened_since',
  );

/** Edges that ended in a transaction from the mark on. */
export async function edgesClosedSince(db: Queryable, xid: string): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>(
    `select id::text from catalog.lineage_edge where closed_xid >= $1::xid8`,
    [xid],
    'catalog_edges_closed_since',
  );
  return rows.map((row) => row.id);
}
