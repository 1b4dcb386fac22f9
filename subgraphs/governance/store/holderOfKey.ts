import type { Queryable } from '../../../kernel/db/database.ts';

/** Whose key it is, for ever; null when there is none. */
export async function holderOfKey(db: Queryable, id: string): Promise<string | null> {
  const [row] = await db.query<{ holder: string }>(
    'select principal_id as holder from kernel.access_key where id = $1',
    [id],
    'governance_holder_of_key',
  );
  return row?.holder ?? null;
}
