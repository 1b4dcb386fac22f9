import type { Tx } from '../../../kernel/db/database.ts';

/** Gives the targets of merges what people had set on what was merged: owners, tags and descriptions, where they have none. */
export async function carryCuration(tx: Tx, mergeIds: readonly string[]): Promise<void> {
  const values = [mergeIds, tx.now];
  await tx.query(
    `insert into catalog.ownership (asset_no, principal_id, role, origin, external, recorded_from)
     select m.into_no, o.principal_id, o.role, 'human', o.external, $2 from catalog.asset_merge m
     join catalog.ownership o on o.asset_no = m.from_no and o.origin = 'human' and o.recorded_to = 'infinity'
     where m.id = any($1::bigint[]) and not exists (select from catalog.ownership own where own.asset_no = m.into_no
       and own.role = o.role and own.origin = 'human' and own.recorded_to = 'infinity')
     on conflict do nothing`,
    values,
    'catalog_carry_owners',
  );
  await tx.query(
    `insert into catalog.tag_assignment (asset_no, tag_id, origin, recorded_from)
     select p.into_no, t.tag_id, 'human', $2 from catalog.asset_merge_part p
     join catalog.tag_assignment t on t.asset_no = p.from_no and t.origin = 'human' and t.recorded_to = 'infinity'
     where p.merge_id = any($1::bigint[]) and p.into_no is not null
     on conflict (asset_no, tag_id, origin) where recorded_to = 'infinity' do nothing`,
    values,
    'catalog_carry_tags',
  );
  await tx.query(
    `insert into catalog.curated_description (asset_no, origin, description, principal_id, recorded_from)
     select p.into_no, 'human', d.description, d.principal_id, $2 from catalog.asset_merge_part p
     join catalog.curated_description d on d.asset_no = p.from_no and d.origin = 'human' and d.recorded_to = 'infinity'
     where p.merge_id = any($1::bigint[]) and p.into_no is not null
     on conflict (asset_no, origin) where recorded_to = 'infinity' do nothing`,
    values,
    'catalog_carry_descriptions',
  );
}

/** Takes back what was carried, but for what people have set anew since. */
export async function withdrawCarried(tx: Tx, mergeIds: readonly string[]): Promise<void> {
  for (const table of ['ownership', 'tag_assignment', 'curated_description'] as const) {
    await tx.query(
      `update catalog.${table} c set recorded_to = $2 from catalog.asset_merge m
       join catalog.asset_merge_part p on p.merge_id = m.id
       where m.id = any($1::bigint[]) and c.asset_no = p.into_no and c.origin = 'human' and c.recorded_to = 'infinity'
         and c.recorded_from = m.recorded_from`,
      [mergeIds, tx.now],
      `catalog_withdraw_carried_${table}`,
    );
  }
}
