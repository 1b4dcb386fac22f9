import type { Tx } from '../../../kernel/db/database.ts';
import type { No, Origin } from '../domain/asset.ts';

/** Ends the description of one origin and, unless it is null, begins another. */
export async function replaceDescription(
  tx: Tx,
  assetNo: No,
  origin: 'rule' | 'human',
  description: { readonly text: string; readonly principalId: string } | null,
): Promise<void> {
  await tx.query(
    `update catalog.curated_description set recorded_to = $3 where asset_no = $1 and origin = $2 and recorded_to = 'infinity'`,
    [assetNo, origin, tx.now],
  );
  if (description === null) return;
  await tx.query(
    `insert into catalog.curated_description (asset_no, origin, description, principal_id, recorded_from) values ($1, $2, $3, $4, $5)
     on conflict (asset_no, origin, recorded_from) do update set description = excluded.description,
       principal_id = excluded.principal_id, recorded_to = 'infinity'`,
    [assetNo, origin, description.text, description.principalId, tx.now],
  );
}

export async function insertTag(
  tx: Tx,
  tag: { readonly id: string; readonly name: string; readonly description: string | null },
): Promise<boolean> {
  const made = await tx.query(
    'insert into catalog.tag (id, name, description, recorded_at) values ($1, $2, $3, $4) on conflict do nothing returning id',
    [tag.id, tag.name, tag.description, tx.now],
  );
  return made.length > 0;
}

/** Puts tags on assets that do not have them from this origin. */
export async function assignTags(tx: Tx, assetNos: readonly No[], tagIds: readonly string[], origin: Origin): Promise<void> {
  await tx.query(
    `insert into catalog.tag_assignment (asset_no, tag_id, origin, recorded_from)
     select a.no, t.id, $3, $4 from unnest($1::bigint[]) as a(no) cross join unnest($2::text[]) as t(id)
     on conflict (asset_no, tag_id, origin) where recorded_to = 'infinity' do nothing`,
    [assetNos, tagIds, origin, tx.now],
  );
}

export async function withdrawTags(tx: Tx, assetNos: readonly No[], tagIds: readonly string[], origin: Origin): Promise<void> {
  await tx.query(
    `update catalog.tag_assignment set recorded_to = $4
     where asset_no = any($1::bigint[]) and tag_id = any($2) and origin = $3 and recorded_to = 'infinity'`,
    [assetNos, tagIds, origin, tx.now],
  );
}
