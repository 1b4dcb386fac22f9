import type { Queryable } from '../../../kernel/db/database.ts';

/** The person behind somebody: who answers for a service, or themselves. */
export async function answersFor(db: Queryable, principalId: string): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    'select coalesce(owner_id, id) as id from kernel.principal where id = $1',
    [principalId],
    'registry_answers_for',
  );
  return row?.id ?? principalId;
}
