import { Fault } from '../../../kernel/fault.ts';
import { readPage, toConnection, type Connection, type Page, type PageArgs } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import { parseInstant } from '../../../kernel/time.ts';
import type { Context } from '../context.ts';
import type { AuditEntry, AuditFilter } from '../domain/audit.ts';
import { listEntries, type EntryWindow } from '../store/listEntries.ts';
import { requireField } from './requireField.ts';

type Narrowed = Omit<AuditFilter, 'asOf'>;

/** Entries that fit the filter, latest first, up to the asked moment. @throws Fault FORBIDDEN and those of `readPage` */
export async function auditPage(
  { kernel, request }: Context,
  narrowed: Narrowed,
  args: PageArgs,
): Promise<Connection<AuditEntry>> {
  requireAction(request.principal, 'audit.read');
  const filter = { ...narrowed, asOf: request.asOf };
  const page = readPage(args, JSON.stringify(['auditTrail', filter]));
  return toConnection(await listEntries(kernel.db, filter, windowOf(page)), page, keyOf);
}

/** What happened to one thing and to what is below it. @throws Fault FORBIDDEN_FIELD and those of `readPage` */
export async function trailOf({ request, loaders }: Context, subjectId: string, args: PageArgs): Promise<Connection<AuditEntry>> {
  requireField(request, 'audit.read', 'auditTrail');
  const page = readPage(args, JSON.stringify(['trailOf', subjectId, request.asOf]));
  return toConnection(await loaders.trail.load({ subjectId, ...windowOf(page) }), page, keyOf);
}

const keyOf = ({ sequence, event }: AuditEntry): readonly string[] => [sequence, event.time];

function windowOf({ first, after }: Page): EntryWindow {
  if (after === null) return { before: null, limit: first + 1 };
  const [sequence, time] = after.map(String);
  if (sequence === undefined || time === undefined || !/^\d{1,18}$/.test(sequence)) {
    throw new Fault('INVALID_CURSOR', { public: 'The cursor is malformed. Start again without `after`.' });
  }
  return { before: { sequence, time: parseInstant(time) }, limit: first + 1 };
}
