import type { Queryable } from '../../../kernel/db/database.ts';

/** Which of these principals exist and may be named as owners. */
export async function knownPrincipals(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(
    `select id from kernel.principal where id = any($1) and state <> 'deactivated'`,
    [ids],
    'catalog_known_principals',
  );
  return new Set(rows.map((row) => row.id));
}
