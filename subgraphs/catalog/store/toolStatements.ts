import type { Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';

/**
 * Takes the place of one who speaks for a tool about a namespace: two of them take turns.
 * @returns when the same tool spoke last of it; null before the first time
 */
export async function lockStatement(tx: Tx, producer: string, namespace: string, statedAt: Instant): Promise<Instant | null> {
  const made = await tx.query(
    `insert into catalog.tool_statement (producer, namespace, stated_at, recorded_at) values ($1, $2, $3, $4)
     on conflict do nothing returning 1`,
    [producer, namespace, statedAt, tx.now],
    'catalog_first_statement',
  );
  if (made.length > 0) return null;
  const [row] = await tx.query<{ stated_at: Instant }>(
    'select stated_at from catalog.tool_statement where producer = $1 and namespace = $2 for update',
    [producer, namespace],
    'catalog_lock_statement',
  );
  return row?.stated_at ?? null;
}

export async function setStatement(tx: Tx, producer: string, namespace: string, statedAt: Instant): Promise<void> {
  await tx.query(
    `update catalog.tool_statement set stated_at = $3, recorded_at = $4
     where producer = $1 and namespace = $2 and stated_at < $3`,
    [producer, namespace, statedAt, tx.now],
    'catalog_set_statement',
  );
}

/** What datasets are called, for the events about them. */
export async function datasetNames(
  tx: Tx,
  nos: readonly No[],
): Promise<ReadonlyMap<No, { readonly id: string; readonly namespace: string; readonly name: string }>> {
  const rows = await tx.query<{ no: No; id: string; namespace: string; name: string }>(
    'select no, id, namespace, name from catalog.asset where no = any($1::bigint[])',
    [nos],
    'catalog_dataset_names',
  );
  return new Map(rows.map((row) => [row.no, row]));
}
