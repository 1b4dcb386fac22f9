import { readPage, toConnection, type Connection, type Page, type PageArgs } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { Context } from '../context.ts';
import type { AuditEntry, AuditFilter } from '../domain/audit.ts';
import { listEntries, type EntryWindow } from '../store/listEntries.ts';
import { requireField } from '../../../kernel/policy/hiddenField.ts';

/** The place in the log, and the time for lists that are ordered by it. */
const KEY = ['no', 'time'] as const;

type Narrowed = Omit<AuditFilter, 'asOf'>;

/** Entries that fit the filter, latest first, up to the asked moment. @throws Fault FORBIDDEN and those of `readPage` */
export async function auditPage(
  { kernel, request }: Context,
  narrowed: Narrowed,
  args: PageArgs,
): Promise<Connection<AuditEntry>> {
  requireAction(request, 'audit.read');
  const filter = { ...narrowed, asOf: request.asOf };
  const page = readPage(args, JSON.stringify(['auditTrail', filter]), 50, KEY);
  return toConnection(await listEntries(kernel.db, filter, windowOf(page)), page, keyOf);
}

/** What happened to one thing and to what is below it. @throws Fault FORBIDDEN_FIELD and those of `readPage` */
export async function trailOf({ request, loaders }: Context, subjectId: string, args: PageArgs): Promise<Connection<AuditEntry>> {
  requireField(request, 'audit.read', 'auditTrail');
  const page = readPage(args, JSON.stringify(['trailOf', subjectId, request.asOf]), 50, KEY);
  return toConnection(await loaders.trail.load({ subjectId, ...windowOf(page) }), page, keyOf);
}

const keyOf = ({ sequence, event }: AuditEntry): readonly [string, Instant] => [sequence, event.time];

const windowOf = ({ first, after }: Page<typeof KEY>): EntryWindow => ({
  before: after === null ? null : { sequence: after[0], time: after[1] },
  limit: first + 1,
});
