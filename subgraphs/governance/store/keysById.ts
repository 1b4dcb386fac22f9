import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { AccessKey } from '../domain/principal.ts';
import { accessKey } from '../tables.ts';

/** Finds keys by id, in force or not, in no order. */
export function keysById({ orm }: Queryable): (ids: readonly string[]) => Promise<readonly AccessKey[]> {
  const statement = orm
    .select()
    .from(accessKey)
    .where(sql`${accessKey.id} = any(${sql.placeholder('ids')})`)
    .prepare('governance_keys_by_id');
  return (ids) => statement.execute({ ids });
}
