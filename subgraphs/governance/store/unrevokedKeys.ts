import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../../../kernel/db/database.ts';
import type { AccessKey } from '../domain/principal.ts';
import { accessKey } from '../tables.ts';

/** The keys of a principal with this label that are not revoked. */
export const unrevokedKeys = ({ orm }: Tx, principalId: string, label: string): Promise<readonly AccessKey[]> =>
  orm
    .select()
    .from(accessKey)
    .where(and(eq(accessKey.principalId, principalId), eq(accessKey.label, label), isNull(accessKey.revokedAt)))
    .orderBy(accessKey.id)
    .for('update');
