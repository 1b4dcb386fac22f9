import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../../kernel/db/database.ts';
import type { AccessKey } from '../domain/principal.ts';
import { accessKey } from '../tables.ts';

/** Ends all keys of somebody at once; answers those that were not revoked before. */
export const revokeKeysOf = ({ orm, now }: Tx, principalId: string): Promise<readonly AccessKey[]> =>
  orm
    .update(accessKey)
    .set({ revokedAt: now })
    .where(and(eq(accessKey.principalId, principalId), isNull(accessKey.revokedAt)))
    .returning();
