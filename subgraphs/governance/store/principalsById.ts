import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { Principal } from '../domain/principal.ts';
import { principal } from '../tables.ts';
import { principalOf } from './principalOf.ts';

/** Finds principals by id, whatever their state, in no order. */
export function principalsById({ orm }: Queryable): (ids: readonly string[]) => Promise<readonly Principal[]> {
  const statement = orm
    .select()
    .from(principal)
    .where(sql`${principal.id} = any(${sql.placeholder('ids')})`)
    .prepare('governance_principals_by_id');
  return async (ids) => (await statement.execute({ ids })).map(principalOf);
}
