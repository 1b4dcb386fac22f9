import type { Tx } from '../../../kernel/db/database.ts';

/** Lets jobs that read or wrote what was merged read or write its target. */
export async function moveUses(tx: Tx, mergeIds: readonly string[]): Promise<void> {
  await tx.query(
    `with taken as (
       update catalog.job_dataset d set recorded_to = $2 from catalog.asset_merge m
       where m.id = any($1::bigint[]) and d.asset_no = m.from_no and d.recorded_to = 'infinity'
       returning m.id as merge_id, m.into_no, d.job_id, d.role),
     opened as (
       insert into catalog.job_dataset (job_id, asset_no, role, recorded_from)
       select distinct job_id, into_no, role, $2::timestamptz from taken
       on conflict (job_id, role, asset_no) where recorded_to = 'infinity' do nothing returning job_id, asset_no, role)
     insert into catalog.asset_merge_use (merge_id, job_id, role, opened)
     select t.merge_id, t.job_id, t.role, o.job_id is not null from taken t
     left join opened o on o.job_id = t.job_id and o.asset_no = t.into_no and o.role = t.role`,
    [mergeIds, tx.now],
    'catalog_move_uses',
  );
}

/**
 * Lets jobs read and write again what is not merged any more. The target stays read and written where another merge, or the
 * job itself, says so.
 */
export async function returnUses(tx: Tx, mergeIds: readonly string[]): Promise<void> {
  await tx.query(
    `with used as (
       select u.job_id, u.role, m.from_no, m.into_no from catalog.asset_merge_use u
       join catalog.asset_merge m on m.id = u.merge_id
       join catalog.job_dataset d on d.job_id = u.job_id and d.role = u.role and d.asset_no = m.into_no and d.recorded_to = 'infinity'
       where m.id = any($1::bigint[])),
     returned as (
       insert into catalog.job_dataset (job_id, asset_no, role, recorded_from) select job_id, from_no, role, $2 from used
       on conflict (job_id, role, asset_no) where recorded_to = 'infinity' do nothing)
     update catalog.job_dataset d set recorded_to = $2 from used
     where d.job_id = used.job_id and d.role = used.role and d.asset_no = used.into_no and d.recorded_to = 'infinity'
       and exists (select from catalog.asset_merge_use u join catalog.asset_merge m on m.id = u.merge_id
         where m.into_no = used.into_no and u.job_id = used.job_id and u.role = used.role and u.opened)
       and not exists (select from catalog.asset_merge_use u join catalog.asset_merge m on m.id = u.merge_id
         where m.into_no = used.into_no and m.recorded_to = 'infinity' and u.job_id = used.job_id and u.role = used.role)`,
    [mergeIds, tx.now],
    'catalog_return_uses',
  );
}
