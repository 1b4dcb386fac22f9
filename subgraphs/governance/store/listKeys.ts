import { and, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { Page } from '../../../kernel/page.ts';
import type { AccessKey } from '../domain/principal.ts';
import { accessKey } from '../tables.ts';

export interface KeyFilter {
  readonly principalId: string | null;
  readonly inForce: boolean;
}

/** Keys, latest first, one more than the page holds. */
export function listKeys(
  { orm }: Queryable,
  { principalId, inForce }: KeyFilter,
  { first, after }: Page,
): Promise<readonly AccessKey[]> {
  return orm
    .select()
    .from(accessKey)
    .where(
      and(
        principalId === null ? undefined : eq(accessKey.principalId, principalId),
        inForce ? isNull(accessKey.revokedAt) : undefined,
        inForce ? or(isNull(accessKey.expiresAt), gt(accessKey.expiresAt, sql`clock_timestamp()`)) : undefined,
        after === null ? undefined : lt(accessKey.id, after[0]),
      ),
    )
    .orderBy(desc(accessKey.id))
    .limit(first + 1);
}
