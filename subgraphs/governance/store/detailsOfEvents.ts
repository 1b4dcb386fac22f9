import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import { auditDetail } from '../tables.ts';

export interface Detail {
  readonly eventId: string;
  /** Canonical JSON, as the event commits to it. */
  readonly body: string;
}

/** What was recorded apart from these events and is not forgotten, in no order. */
export function detailsOfEvents({ orm }: Queryable): (eventIds: readonly string[]) => Promise<readonly Detail[]> {
  const statement = orm
    .select({ eventId: auditDetail.eventId, body: auditDetail.body })
    .from(auditDetail)
    .where(sql`${auditDetail.eventId} = any(${sql.placeholder('eventIds')})`)
    .prepare('governance_details_of_events');
  return (eventIds) => statement.execute({ eventIds });
}
