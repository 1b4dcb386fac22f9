import type { Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/** Makes these the descriptions that rules give the assets: others end now, new ones begin now, the rest go on. */
export async function replaceRuleTexts(
  tx: Tx,
  nos: readonly No[],
  principalId: string,
  texts: readonly { readonly no: No; readonly text: string }[],
): Promise<void> {
  const rows = JSON.stringify(texts);
  await tx.query(
    `update catalog.curated_description d set recorded_to = $3
     where d.asset_no = any($1::bigint[]) and d.origin = 'rule' and d.recorded_to = 'infinity'
       and not exists (select from json_to_recordset($2) as t(no bigint, text text) where t.no = d.asset_no and t.text = d.description)`,
    [nos, rows, tx.now],
    'catalog_end_rule_texts',
  );
  await tx.query(
    `insert into catalog.curated_description (asset_no, origin, description, principal_id, recorded_from)
     select no, 'rule', text, $2, $3 from json_to_recordset($1) as t(no bigint, text text)
     on conflict (asset_no, origin) where recorded_to = 'infinity' do nothing`,
    [rows, principalId, tx.now],
    'catalog_begin_rule_texts',
  );
}

/** The same for tags. */
export async function replaceRuleTags(
  tx: Tx,
  nos: readonly No[],
  tags: readonly { readonly no: No; readonly tag_id: string }[],
): Promise<void> {
  const rows = JSON.stringify(tags);
  await tx.query(
    `update catalog.tag_assignment a set recorded_to = $3
     where a.asset_no = any($1::bigint[]) and a.origin = 'rule' and a.recorded_to = 'infinity'
       and not exists (select from json_to_recordset($2) as t(no bigint, tag_id text) where t.no = a.asset_no and t.tag_id = a.tag_id)`,
    [nos, rows, tx.now],
    'catalog_end_rule_tags',
  );
  await tx.query(
    `insert into catalog.tag_assignment (asset_no, tag_id, origin, recorded_from)
     select no, tag_id, 'rule', $2 from json_to_recordset($1) as t(no bigint, tag_id text)
     on conflict (asset_no, tag_id, origin) where recorded_to = 'infinity' do nothing`,
    [rows, tx.now],
    'catalog_begin_rule_tags',
  );
}

/** Digests of the versions in force. */
export async function versionDigests(tx: Tx, nos: readonly No[]): Promise<ReadonlyMap<No, string>> {
  const rows = await tx.query<{ no: No; digest: string }>(
    `select asset_no as no, digest from catalog.asset_version where asset_no = any($1::bigint[]) and recorded_to = 'infinity'`,
    [nos],
    'catalog_version_digests',
  );
  return new Map(rows.map((row) => [row.no, row.digest]));
}
