import type { Queryable } from '../db/database.ts';
import type { ClassFacts } from './facts.ts';

/** The class of the asset with this public id; null when there is none. */
export async function factsOfId(
  db: Queryable,
  id: string,
): Promise<{ readonly aclId: number; readonly facts: ClassFacts } | null> {
  const [row] = await db.query<{ aclId: number; facts: ClassFacts }>(
    `select acl_id as "aclId", facts from kernel.acl_class where acl_id = (select acl_id from kernel.resource where id = $1)`,
    [id],
    'policy_facts_of_id',
  );
  return row ?? null;
}

/** The different facts of resources; of a column those of its dataset must be asked for. */
export async function factsOf(db: Queryable, nos: readonly string[]): Promise<readonly ClassFacts[]> {
  const rows = await db.query<{ facts: ClassFacts }>(
    `select facts from kernel.acl_class where acl_id in (select acl_id from kernel.resource where no = any($1::bigint[]))
     order by acl_id`,
    [nos],
    'policy_facts_of',
  );
  return rows.map(({ facts }) => facts);
}
