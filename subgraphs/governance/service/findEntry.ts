import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { AuditEntry } from '../domain/audit.ts';

/** One entry, unless it was recorded after the asked moment. @throws Fault FORBIDDEN */
export async function findEntry({ request, loaders }: Context, id: string): Promise<AuditEntry | null> {
  requireAction(request, 'audit.read');
  const entry = await loaders.entry.load(id);
  return entry !== null && request.asOf !== null && entry.event.time > request.asOf ? null : entry;
}
