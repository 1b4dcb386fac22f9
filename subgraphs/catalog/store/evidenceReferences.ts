import type { Tx } from '../../../kernel/db/database.ts';
import { newId } from '../../../kernel/ids.ts';
import { toMs } from '../../../kernel/time.ts';
import { isOpaqueKey } from '../domain/lineage/isOpaqueKey.ts';

/**
 * What the audit log calls pieces of evidence by: a key without names as it is, and for any other an id that is made at the
 * first time and stays.
 * @returns references by key
 */
export async function evidenceReferences(tx: Tx, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const opaque = keys.filter(isOpaqueKey).map((key) => [key, key] as const);
  const named = [...new Set(keys)].filter((key) => !isOpaqueKey(key)).toSorted();
  const known = await idsOf(tx, named);
  const unknown = named.filter((key) => !known.has(key));
  if (unknown.length === 0) return new Map([...opaque, ...known]);
  await tx.query(
    `insert into catalog.evidence (key, id) select key, id from unnest($1::text[], $2::text[]) as e(key, id) order by key
     on conflict do nothing`,
    [unknown, unknown.map(() => newId('evidence', toMs(tx.now)))],
    'catalog_new_evidence',
  );
  // Read back: somebody else may have made the same in between.
  return new Map([...opaque, ...known, ...(await idsOf(tx, unknown))]);
}

async function idsOf(tx: Tx, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.query<{ key: string; id: string }>(
    'select key, id from catalog.evidence where key = any($1)',
    [keys],
    'catalog_evidence_references',
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}
