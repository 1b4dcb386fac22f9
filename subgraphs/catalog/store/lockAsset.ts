import type { Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/** Locks the heads of assets in the order of their numbers and says their versions. */
export async function lockAssets(
  tx: Tx,
  nos: readonly No[],
): Promise<ReadonlyMap<No, { readonly id: string; readonly version: number }>> {
  const rows = await tx.query<{ no: No; id: string; version: number }>(
    'select no, id, version from catalog.asset where no = any($1::bigint[]) order by no for update',
    [nos],
    'catalog_lock_assets',
  );
  return new Map(rows.map((row) => [row.no, row]));
}
