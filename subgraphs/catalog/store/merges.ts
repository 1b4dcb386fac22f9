import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/** A dataset as a merge finds it. */
export interface MergeEnd {
  readonly no: No;
  readonly id: string;
  readonly platform: string;
  readonly namespace: string;
  readonly name: string;
  readonly isCrawled: boolean;
  readonly state: 'present' | 'missing' | 'removed';
  /** What it stands for at the end of all merges; null when it was not merged. */
  readonly mergedInto: No | null;
}

/** Locks the ends of merges in the order of their numbers. */
export async function lockEnds(tx: Tx, nos: readonly No[]): Promise<ReadonlyMap<No, MergeEnd>> {
  const rows = await tx.query<MergeEnd>(
    `select no, id, platform, namespace, name, source_id is not null as "isCrawled", state, merged_into as "mergedInto"
     from catalog.asset where no = any($1::bigint[]) and kind = 'dataset' order by no for update`,
    [nos],
    'catalog_lock_merge_ends',
  );
  return new Map(rows.map((row) => [row.no, row]));
}

/** A merge in force. */
export interface Merge {
  readonly id: string;
  readonly fromNo: No;
  readonly intoNo: No;
  /** Columns that the target got by it. */
  readonly columns: readonly No[];
}

const MERGE = `m.id::text, m.from_no as "fromNo", m.into_no as "intoNo", m.columns::text[]`;

export const mergesOf = (db: Queryable, fromNos: readonly No[]): Promise<readonly Merge[]> =>
  db.query<Merge>(
    `select ${MERGE} from catalog.asset_merge m where m.from_no = any($1::bigint[]) and m.recorded_to = 'infinity' order by m.id`,
    [fromNos],
    'catalog_merges_of',
  );

/** Merges that declared namespaces brought about, the latest first. */
export const mergesByAlias = (db: Queryable, namespaces: readonly string[], count: number): Promise<readonly Merge[]> =>
  db.query<Merge>(
    `select ${MERGE} from catalog.asset_merge m where m.namespace_alias = any($1) and m.recorded_to = 'infinity'
     order by m.id desc limit $2`,
    [namespaces, count],
    'catalog_merges_by_alias',
  );

/** Numbers of what merges made into something else: datasets and columns. */
export async function partsOf(db: Queryable, mergeIds: readonly string[]): Promise<readonly No[]> {
  const rows = await db.query<{ no: No }>(
    'select from_no as no from catalog.asset_merge_part where merge_id = any($1::bigint[])',
    [mergeIds],
    'catalog_merge_parts_of',
  );
  return rows.map(({ no }) => no);
}

export interface NewMerge {
  readonly from_no: No;
  readonly into_no: No;
  readonly namespace_alias: string | null;
  readonly reason: string | null;
  readonly columns: readonly No[];
  /** The dataset itself and its columns, with what each is now. */
  readonly parts: readonly { readonly from_no: No; readonly into_no: No | null }[];
}

/** Writes merges down and lets what was merged stand for its target, also what had been merged into it before. */
export async function insertMerges(tx: Tx, principalId: string, merges: readonly NewMerge[]): Promise<readonly Merge[]> {
  const values = [JSON.stringify(merges), tx.now];
  const made = await tx.query<Merge>(
    `insert into catalog.asset_merge as m (from_no, into_no, namespace_alias, reason, principal_id, columns, recorded_from)
     select from_no, into_no, namespace_alias, reason, $3, columns, $2
     from json_to_recordset($1) as r(from_no bigint, into_no bigint, namespace_alias text, reason text, columns bigint[])
     returning ${MERGE}`,
    [...values, principalId],
    'catalog_insert_merges',
  );
  const idOf = new Map(made.map(({ id, fromNo }) => [fromNo, id]));
  const parts = merges.flatMap(({ from_no, parts: own }) => own.map((part) => ({ ...part, merge_id: idOf.get(from_no) })));
  await tx.query(
    `insert into catalog.asset_merge_part (merge_id, from_no, into_no)
     select merge_id, from_no, into_no from json_to_recordset($1) as r(merge_id bigint, from_no bigint, into_no bigint)`,
    [JSON.stringify(parts)],
    'catalog_insert_merge_parts',
  );
  await standFor(
    tx,
    merges.map(({ from_no }) => from_no),
  );
  return made;
}

/** Ends merges; the rows stay. */
export async function endMerges(tx: Tx, merges: readonly Merge[]): Promise<void> {
  await tx.query(
    'update catalog.asset_merge set recorded_to = $2 where id = any($1::bigint[])',
    [merges.map(({ id }) => id), tx.now],
    'catalog_end_merges',
  );
  await standFor(
    tx,
    merges.map(({ fromNo }) => fromNo),
  );
}

/** Says anew what these datasets stand for, and those that were merged into them. */
async function standFor(tx: Tx, nos: readonly No[]): Promise<void> {
  await tx.query(
    `with recursive below(no) as (
       select unnest($1::bigint[])
       union select m.from_no from below join catalog.asset_merge m on m.into_no = below.no and m.recorded_to = 'infinity'),
     way(start, no, step) as (
       select no, no, 0 from below
       union all
       select way.start, m.into_no, way.step + 1 from way
       join catalog.asset_merge m on m.from_no = way.no and m.recorded_to = 'infinity' where way.step < 20),
     last as (select distinct on (start) start, no, step from way order by start, step desc)
     update catalog.asset a set merged_into = case when last.step = 0 then null else last.no end
     from last where a.no = last.start`,
    [nos],
    'catalog_stand_for',
  );
}

/** Brings datasets back into service that a merge took out of it, unless a crawl has found them since. */
export async function bringBack(tx: Tx, nos: readonly No[]): Promise<void> {
  await tx.query(
    `update catalog.asset set state = 'present' where no = any($1::bigint[]) and source_id is null`,
    [nos],
    'catalog_bring_back',
  );
}
