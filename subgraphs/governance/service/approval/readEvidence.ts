import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import { requireField } from '../../../../kernel/policy/hiddenField.ts';
import type { Context } from '../../context.ts';
import { type AttachedEvidence, attachedEvidence, evidenceOfSubject } from '../../store/approval/evidenceRows.ts';
import { seesSubject } from '../../store/approval/requestRows.ts';

/** Evidence about something, the latest first; null where the caller may not see it. @throws Fault FORBIDDEN_FIELD and those of `readPage` */
export async function evidencePage(
  { kernel, request, approvals }: Context,
  subjectId: string,
  args: PageArgs,
): Promise<Connection<AttachedEvidence> | null> {
  requireField(request, 'approval.read', 'evidence');
  const page = readPage(args, JSON.stringify(['evidence', subjectId, request.asOf]), 50, ['no']);
  if (!(await seesSubject(kernel.db, await approvals.sight(), subjectId))) return null;
  const window = { before: page.after?.[0] ?? null, count: page.first + 1 };
  return toConnection(await evidenceOfSubject(kernel.db, subjectId, window, request.asOf), page, ({ seq }) => [seq]);
}

/** One that our own answer names; null where the caller may not see what it is about any more. */
export async function evidenceNow({ kernel, approvals }: Context, id: string): Promise<AttachedEvidence | null> {
  const found = await attachedEvidence(kernel.db, id);
  return found !== null && (await seesSubject(kernel.db, await approvals.sight(), found.subjectId)) ? found : null;
}
