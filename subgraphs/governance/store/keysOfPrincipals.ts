import { desc, sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { AccessKey } from '../domain/principal.ts';
import { accessKey } from '../tables.ts';

const KEYS_MAX = 100;

/** The latest keys of each principal, latest first. Ids of keys are ordered by creation. */
export function keysOfPrincipals({ orm }: Queryable): (principalIds: readonly string[]) => Promise<readonly AccessKey[]> {
  const wanted = sql`unnest(${sql.placeholder('principalIds')}::text[]) as wanted(id)`;
  const latest = orm
    .select()
    .from(accessKey)
    .where(sql`${accessKey.principalId} = wanted.id`)
    .orderBy(desc(accessKey.id))
    .limit(KEYS_MAX)
    .as('latest');
  const { id, principalId, label, scopes, recordedAt, expiresAt, revokedAt, lastUsedAt } = latest;
  const statement = orm
    .select({ id, principalId, label, scopes, recordedAt, expiresAt, revokedAt, lastUsedAt })
    .from(wanted)
    .crossJoinLateral(latest)
    .orderBy(desc(latest.id))
    .prepare('governance_keys_of_principals');
  return (principalIds) => statement.execute({ principalIds });
}
