import type { Queryable } from '../../../kernel/db/database.ts';
import { packTraits, SUBTYPES_BY_PLACE } from '../domain/lineage/csr.ts';
import type { EdgeSubtype } from '../domain/lineage/edge.ts';
import type { EdgeList } from '../domain/lineage/edgeList.ts';

/** An edge as the index in memory holds it. */
export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly level: 0 | 1;
  readonly subtype: EdgeSubtype;
  readonly confidence: number;
}

export interface GraphMark {
  /** Which transactions this state knows, as PostgreSQL writes it. */
  readonly snapshot: string;
  /** The outbox sequence that this state reflects. */
  readonly sequence: string;
}

/** Where the log stands. Read before the edges, so that what commits in between is read a second time instead of missed. */
export async function graphMark(db: Queryable): Promise<GraphMark> {
  const [row] = await db.query<GraphMark>(
    `select pg_current_snapshot()::text as snapshot,
       coalesce((select max(seq) from kernel.outbox where xid < pg_snapshot_xmin(pg_current_snapshot())), 0)::text as sequence`,
    [],
    'catalog_graph_mark',
  );
  return row ?? { snapshot: '', sequence: '0' };
}

/** How far the outbox tells, as far as it can be seen. */
export interface ToldMark {
  readonly seq: string;
  /** True when nobody was writing: whatever is committed later has a greater sequence. */
  readonly isStill: boolean;
}

/** Whoever ends while this is asked has ended before anything is read after it. */
export async function toldMark(db: Queryable): Promise<ToldMark> {
  const [row] = await db.query<ToldMark>(
    `select coalesce((select max(seq) from kernel.outbox), 0)::text as seq,
       not exists (select from pg_stat_activity
         where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()) as "isStill"`,
    [],
    'catalog_told_mark',
  );
  return row ?? { seq: '0', isStill: false };
}

const PACKED_BYTES = 30;

/**
 * Puts current edges after an id into a list, in the order of ids: packed, because rows of text cost ten times as much.
 * @returns how many there were
 */
export async function currentEdges(db: Queryable, after: number, count: number, into: EdgeList): Promise<number> {
  const [row] = await db.query<{ packed: Buffer | null }>(
    `select string_agg(int8send(id) || int8send(source_no) || int8send(target_no) || int2send(level)
         || int2send(array_position($3::text[], subtype)::int2) || int2send(round(100 * confidence::numeric)::int2), '' order by id) as packed
     from (select id, source_no, target_no, level, subtype, confidence from catalog.lineage_edge
       where recorded_to = 'infinity' and id > $1::bigint order by id limit $2) page`,
    [after, count, SUBTYPES_BY_PLACE],
    'catalog_current_edges',
  );
  const packed = row?.packed ?? Buffer.alloc(0);
  const long = (at: number): number => packed.readInt32BE(at) * 2 ** 32 + packed.readUInt32BE(at + 4);
  for (let at = 0; at < packed.length; at += PACKED_BYTES) {
    const [level, subtype, hundredths] = [packed.readInt16BE(at + 24), packed.readInt16BE(at + 26), packed.readInt16BE(at + 28)];
    into.add(long(at), long(at + 8), long(at + 16), packTraits(level, subtype - 1, hundredths));
  }
  return packed.length / PACKED_BYTES;
}

/** An edge that began or ended. */
export interface GraphChange extends GraphEdge {
  readonly ended: boolean;
}

/**
 * Edges that began or ended in a transaction that the mark does not know. One statement, so that what took the place of an edge
 * is never missing beside it.
 */
export const changesSince = (db: Queryable, { snapshot }: GraphMark, limit: number): Promise<readonly GraphChange[]> =>
  db.query<GraphChange>(
    `select id::text, source_no::text as source, target_no::text as target, level, subtype, confidence, false as ended
     from catalog.lineage_edge
     where opened_xid >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(opened_xid, $1::pg_snapshot)
       and recorded_to = 'infinity'
     union all
     select id::text, source_no::text, target_no::text, level, subtype, confidence, true
     from catalog.lineage_edge
     where closed_xid >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(closed_xid, $1::pg_snapshot)
     limit $2`,
    [snapshot, limit],
    'catalog_edge_changes_since',
  );
