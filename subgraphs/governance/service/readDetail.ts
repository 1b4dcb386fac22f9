import type { Context } from '../context.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { requireField } from '../../../kernel/policy/hiddenField.ts';

/** The values behind an event, which may be personal: that they were read is an event, too. @throws Fault FORBIDDEN_FIELD */
export async function readDetail({ request, loaders, disclosures }: Context, { event }: AuditEntry): Promise<unknown> {
  requireField(request, 'audit.readDetail', 'detail');
  const detail = event.changes.commitment === null ? null : await loaders.detail.load(event.id);
  if (detail !== null) await disclosures.load({ kind: 'detail', id: event.id });
  return detail;
}

/** Whether there were values that are there no more. */
export const isErased = async ({ loaders }: Context, { event }: AuditEntry): Promise<boolean> =>
  event.changes.commitment !== null && (await loaders.detail.load(event.id)) === null;
