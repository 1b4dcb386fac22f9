import type { Queryable, Tx } from '../../db/database.ts';
import type { Instant } from '../../time.ts';
import type { TileGrowth } from '../log/growTiles.ts';
import { HASH_BYTES } from '../log/hash.ts';
import type { Tile } from '../log/tile.ts';
import { TileReader } from '../log/tileReader.ts';

/** One log. A database has one, and another after each restore behind what was published. */
export interface Log {
  readonly epoch: number;
  readonly origin: string;
  /** The published checkpoint that the log before could not reach any more. */
  readonly precededBy: string | null;
}

export interface Head {
  readonly epoch: number;
  readonly size: number;
  readonly root: Buffer;
  /** The signed checkpoint. */
  readonly note: string;
  readonly recordedAt: Instant;
}

/** All logs, the newest first. At most a handful: each is a restore that somebody remembers. */
export function listLogs(db: Queryable): Promise<readonly Log[]> {
  return db.query<Log>(
    'select epoch, origin, preceded_by as "precededBy" from kernel.log order by epoch desc limit 100',
    [],
    'log_list',
  );
}

export async function addLog(tx: Tx, { epoch, origin, precededBy }: Log): Promise<void> {
  await tx.query('insert into kernel.log (epoch, origin, preceded_by, recorded_at) values ($1, $2, $3, $4)', [
    epoch,
    origin,
    precededBy,
    tx.now,
  ]);
}

interface HeadRow extends Omit<Head, 'size'> {
  readonly size: string;
}

/** The newest checkpoint of a log, or the newest that is not larger than `size`; null before the first. */
export async function headOf(db: Queryable, epoch: number, size: number | null = null): Promise<Head | null> {
  const [row] = await db.query<HeadRow>(
    `select epoch, size, root, note, recorded_at as "recordedAt" from kernel.log_checkpoint
     where epoch = $1 and ($2::bigint is null or size <= $2) order by size desc limit 1`,
    [epoch, size],
    'log_head',
  );
  return row === undefined ? null : { ...row, size: Number(row.size) };
}

/** The first checkpoint of a log that has so many entries, or more; null when there is none. */
export async function headFrom(db: Queryable, epoch: number, size: number): Promise<Head | null> {
  const [row] = await db.query<HeadRow>(
    `select epoch, size, root, note, recorded_at as "recordedAt" from kernel.log_checkpoint
     where epoch = $1 and size >= $2 order by size limit 1`,
    [epoch, size],
    'log_head_from',
  );
  return row === undefined ? null : { ...row, size: Number(row.size) };
}

/** Checkpoints are never changed: a second leader who comes to the same size fails here instead of forking the log. */
export async function addHead(tx: Tx, { epoch, size, root, note }: Omit<Head, 'recordedAt'>): Promise<void> {
  await tx.query('insert into kernel.log_checkpoint (epoch, size, root, note, recorded_at) values ($1, $2, $3, $4, $5)', [
    epoch,
    size,
    root,
    note,
    tx.now,
  ]);
}

/** Takes the earliest events that wait. `any(array(…))`, because a LIMIT in a joined subquery is run again for every row. */
export async function takePending(tx: Tx, limit: number): Promise<readonly string[]> {
  const rows = await tx.query<{ event_seq: string }>(
    `delete from kernel.audit_pending
     where event_seq = any(array(select event_seq from kernel.audit_pending order by event_seq limit $1)) returning event_seq`,
    [limit],
    'log_take_pending',
  );
  return rows.map(({ event_seq }) => event_seq);
}

export interface Body {
  readonly seq: string;
  readonly body: string;
}

/** The exact text of events, in the order of the log to be. */
export function bodiesOf(db: Queryable, seqs: readonly string[]): Promise<readonly Body[]> {
  return db.query<Body>(
    'select seq, body from kernel.audit_event where seq = any($1::bigint[]) order by seq',
    [seqs],
    'log_bodies',
  );
}

export async function addEntries(
  tx: Tx,
  epoch: number,
  first: number,
  entries: readonly { readonly seq: string; readonly leaf: Buffer }[],
): Promise<void> {
  await tx.query(
    `insert into kernel.log_entry (epoch, leaf_index, event_seq, leaf)
     select $1, $2::bigint + e.place - 1, e.seq, e.leaf
     from unnest($3::bigint[], $4::bytea[]) with ordinality as e(seq, leaf, place)`,
    [epoch, first, entries.map(({ seq }) => seq), entries.map(({ leaf }) => leaf)],
    'log_add_entries',
  );
}

/** @throws when a tile is not as the leader believes */
export async function growStoredTiles(tx: Tx, epoch: number, growths: readonly TileGrowth[]): Promise<void> {
  const rows = growths.map(({ hashes, ...place }) => ({ ...place, hashes: hashes.toString('hex') }));
  const [row] = await tx.query<{ grown: number }>(
    `with growth as (
       select * from json_to_recordset($2) as g(level smallint, index bigint, start int, hashes text)
     ), updated as (
       update kernel.log_tile t set data = t.data || decode(g.hashes, 'hex') from growth g
       where t.epoch = $1 and t.level = g.level and t.index = g.index and length(t.data) = g.start * ${HASH_BYTES} returning 1
     ), inserted as (
       insert into kernel.log_tile (epoch, level, index, data)
       select $1, level, index, decode(hashes, 'hex') from growth where start = 0 on conflict do nothing returning 1
     ) select ((select count(*) from updated) + (select count(*) from inserted))::int as grown`,
    [epoch, JSON.stringify(rows)],
    'log_grow_tiles',
  );
  if (row?.grown !== growths.length) throw new Error(`the tiles of log ${epoch} are not as its leader left them`);
}

/** Hashes of a tree of that size. */
export const tileReader = (db: Queryable, epoch: number, size: number): TileReader =>
  new TileReader(size, (tiles) => loadTiles(db, epoch, tiles));

/** Tiles in the order that was asked; an empty one where there is none. */
export async function loadTiles(db: Queryable, epoch: number, tiles: readonly Tile[]): Promise<readonly Buffer[]> {
  const rows = await db.query<{ place: number; data: Buffer }>(
    `select w.place, t.data from json_to_recordset($2) as w(place int, level smallint, index bigint)
     join kernel.log_tile t on t.epoch = $1 and t.level = w.level and t.index = w.index`,
    [epoch, JSON.stringify(tiles.map(({ level, index }, place) => ({ place, level, index })))],
    'log_load_tiles',
  );
  const found = new Map(rows.map(({ place, data }) => [place, data]));
  return tiles.map((_, place) => found.get(place) ?? Buffer.alloc(0));
}

export interface Entry {
  readonly leafIndex: number;
  readonly seq: string;
  readonly leaf: Buffer;
  readonly body: string;
}

/** Consecutive entries of a log with the leaves that were computed when they came, in its order. */
export async function entriesInLog(db: Queryable, epoch: number, first: number, count: number): Promise<readonly Entry[]> {
  const rows = await db.query<Omit<Entry, 'leafIndex'> & { readonly leafIndex: string }>(
    `select e.leaf_index as "leafIndex", e.leaf, a.seq, a.body
     from kernel.log_entry e join kernel.audit_event a on a.seq = e.event_seq
     where e.epoch = $1 and e.leaf_index >= $2 and e.leaf_index < $2::bigint + $3 order by e.leaf_index`,
    [epoch, first, count],
    'log_entries_in',
  );
  return rows.map((row) => ({ ...row, leafIndex: Number(row.leafIndex) }));
}

/** How many events are not in the log yet; counts no further than a million. */
export async function waiting(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from (select from kernel.audit_pending limit 1000000) p',
    [],
    'log_waiting',
  );
  return row?.count ?? 0;
}
