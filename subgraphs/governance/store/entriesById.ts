import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { auditEvent } from '../tables.ts';
import { entryOf } from './entryOf.ts';

/** Finds entries by the id of their event, in no order. */
export function entriesById({ orm }: Queryable): (ids: readonly string[]) => Promise<readonly AuditEntry[]> {
  const statement = orm
    .select({ seq: auditEvent.seq, digest: auditEvent.digest, body: auditEvent.body })
    .from(auditEvent)
    .where(sql`${auditEvent.id} = any(${sql.placeholder('ids')})`)
    .prepare('governance_entries_by_id');
  return async (ids) => (await statement.execute({ ids })).map(entryOf);
}
