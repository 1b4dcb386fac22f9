import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';
import type { StandingEdge, StatedEdge } from '../domain/merge/restand.ts';

/**
 * Takes edges of datasets and columns that are merged away from them: those that somebody stated become the roots of what
 * stands for them from now on.
 */
export async function takeEdges(tx: Tx, nos: readonly No[]): Promise<void> {
  await tx.query(
    `with stated as (
       update catalog.lineage_edge e set recorded_to = $2, closed_xid = pg_current_xact_id()
       where e.recorded_to = 'infinity' and (e.source_no = any($1::bigint[]) or e.target_no = any($1::bigint[]))
         and not exists (select from catalog.moved_edge v where v.edge_id = e.id)
       returning e.id),
     -- What another merge had let stand on one of these has to be placed anew, too.
     displaced as (
       update catalog.merged_edge m set standing_id = null, recorded_at = $2 from stated where m.standing_id = stated.id)
     insert into catalog.merged_edge (root_id, recorded_at) select id, $2 from stated`,
    [nos, tx.now],
    'catalog_take_edges',
  );
}

/**
 * Stated edges of everything that is or was, in one of these merges, the same as these datasets in the end. Left out are those
 * that their evidence does not say any more: what stood for them has ended.
 * @param more numbers of what is not merged any more
 */
export const statedAround = (db: Queryable, targets: readonly No[], more: readonly No[]): Promise<readonly StatedEdge[]> =>
  db.query<StatedEdge>(
    `with recursive below(no) as (
       select unnest($1::bigint[])
       union select m.from_no from below join catalog.asset_merge m on m.into_no = below.no and m.recorded_to = 'infinity'),
     moved(no) as (
       select unnest($2::bigint[])
       union select p.from_no from below join catalog.asset_merge m on m.from_no = below.no and m.recorded_to = 'infinity'
         join catalog.asset_merge_part p on p.merge_id = m.id),
     root as (
       select id, evidence_key, source_no, target_no from moved join catalog.lineage_edge on source_no = moved.no
       union select id, evidence_key, source_no, target_no from moved join catalog.lineage_edge on target_no = moved.no)
     select root.id::text, root.source_no as "sourceNo", root.target_no as "targetNo", s.id::text as "standingId",
       s.source_no as "standingSourceNo", s.target_no as "standingTargetNo"
     from root
     join catalog.merged_edge m on m.root_id = root.id
     left join catalog.lineage_edge s on s.id = m.standing_id
     where case when m.standing_id is not null then s.recorded_to = 'infinity'
       else not exists (select from catalog.lineage_edge later where later.evidence_key = root.evidence_key
         and later.recorded_from > m.recorded_at and not exists (select from catalog.moved_edge v where v.edge_id = later.id)) end
     order by root.id`,
    [targets, more],
    'catalog_stated_around',
  );

/** What numbers stand for at the end of all merges that are in force; null for what is not there. */
export async function standingFor(db: Queryable, nos: readonly No[]): Promise<ReadonlyMap<No, No | null>> {
  const rows = await db.query<{ start: No; no: No | null }>(
    `with recursive way(start, no, step) as (
       select no, no, 0 from unnest($1::bigint[]) as n(no)
       union all
       select way.start, p.into_no, way.step + 1 from way
       join catalog.asset_merge_part p on p.from_no = way.no
       join catalog.asset_merge m on m.id = p.merge_id and m.recorded_to = 'infinity' where way.step < 20),
     last as (select distinct on (start) start, no from way order by start, step desc)
     select last.start, last.no from last where exists (select from catalog.asset a where a.no = last.no and a.state <> 'removed')
       or exists (select from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no
         where c.no = last.no and c.state = 'present' and a.state <> 'removed')`,
    [nos],
    'catalog_standing_for',
  );
  const found = new Map(rows.map(({ start, no }) => [start, no]));
  return new Map(nos.map((no) => [no, found.get(no) ?? null]));
}

/**
 * Ends edges that merges had made and that nothing stands on any more.
 * @param leaving roots that stand on them no longer
 */
export async function endMoved(tx: Tx, ids: readonly string[], leaving: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update catalog.lineage_edge e set recorded_to = $2, closed_xid = pg_current_xact_id()
     where e.id = any($1::bigint[]) and e.recorded_to = 'infinity'
       and exists (select from catalog.moved_edge v where v.edge_id = e.id)
       and not exists (select from catalog.merged_edge m where m.standing_id = e.id and m.root_id <> all($3::bigint[]))`,
    [ids, tx.now, leaving],
    'catalog_end_moved',
  );
}

/** Lets edges stand at other ends from now on; an edge that is there already, by the same evidence, stands for them. */
export async function restand(tx: Tx, edges: readonly StandingEdge[]): Promise<void> {
  if (edges.length === 0) return;
  const rows = JSON.stringify(edges.map(({ id, sourceNo, targetNo }) => ({ id, source_no: sourceNo, target_no: targetNo })));
  await tx.query(
    `with moved as (
       insert into catalog.lineage_edge (source_no, target_no, level, type, subtype, expression, confidence, reasons, masking,
         origin, evidence_key, evidence, recorded_from, last_seen_at)
       select distinct on (r.evidence_key, n.source_no, n.target_no, r.type, r.subtype) n.source_no, n.target_no, r.level, r.type,
         r.subtype, r.expression, r.confidence, r.reasons, r.masking, r.origin, r.evidence_key, r.evidence, $2, r.last_seen_at
       from json_to_recordset($1) as n(id bigint, source_no bigint, target_no bigint) join catalog.lineage_edge r on r.id = n.id
       where n.source_no is not null and n.target_no is not null
       order by r.evidence_key, n.source_no, n.target_no, r.type, r.subtype, r.id
       on conflict (evidence_key, source_no, target_no, type, subtype) where recorded_to = 'infinity' do nothing returning id)
     insert into catalog.moved_edge (edge_id) select id from moved`,
    [rows, tx.now],
    'catalog_restand_edges',
  );
  await tx.query(
    `update catalog.merged_edge m set standing_id = s.id, recorded_at = $2
     from json_to_recordset($1) as n(id bigint, source_no bigint, target_no bigint) join catalog.lineage_edge r on r.id = n.id
     left join catalog.lineage_edge s on s.recorded_to = 'infinity' and s.evidence_key = r.evidence_key and s.source_no = n.source_no
       and s.target_no = n.target_no and s.type = r.type and s.subtype = r.subtype
     where m.root_id = n.id`,
    [rows, tx.now],
    'catalog_note_standing',
  );
}

/** How many edges have no place while something is merged, because the target lacks a column. */
export async function waitingEdges(db: Queryable, mergeIds: readonly string[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(distinct m.root_id)::int as count from catalog.asset_merge_part p
     cross join lateral (
       select id from catalog.lineage_edge where source_no = p.from_no
       union all select id from catalog.lineage_edge where target_no = p.from_no) r
     join catalog.merged_edge m on m.root_id = r.id and m.standing_id is null
     where p.merge_id = any($1::bigint[]) and p.into_no is null`,
    [mergeIds],
    'catalog_waiting_edges',
  );
  return row?.count ?? 0;
}
