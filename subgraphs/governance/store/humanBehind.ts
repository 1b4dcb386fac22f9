import type { Queryable } from '../../../kernel/db/database.ts';

/** The person who answers for a principal: a service account is its owner, everybody else themselves. */
export async function humanBehind(db: Queryable, id: string): Promise<string> {
  const [row] = await db.query<{ human: string }>(
    'select coalesce(owner_id, id) as human from kernel.principal where id = $1',
    [id],
    'governance_human_behind',
  );
  return row?.human ?? id;
}
