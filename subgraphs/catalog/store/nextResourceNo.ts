import type { Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/** A number in the space of all resources. */
export async function nextResourceNo(tx: Tx): Promise<No> {
  const [row] = await tx.query<{ no: No }>(`select nextval('kernel.resource_no')::text as no`, [], 'catalog_next_resource_no');
  if (row === undefined) throw new Error('the sequence of resources gave no number');
  return row.no;
}
