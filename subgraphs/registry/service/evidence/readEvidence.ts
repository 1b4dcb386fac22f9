import { EVIDENCE_KINDS, type EvidenceKind } from '../../../../kernel/approval/evidenceValue.ts';
import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import type { Context } from '../../context.ts';
import type { Evidence, ModelVersion } from '../../domain/model.ts';
import { evidenceById, listEvidence } from '../../store/readEvidence.ts';

export interface EvidenceFilter {
  readonly kinds?: readonly EvidenceKind[] | null;
  readonly latestOnly?: boolean | null;
}

/** Evidence about a version, the latest first. */
export async function evidenceConnection(
  { kernel, request }: Context,
  { id }: Pick<ModelVersion, 'id'>,
  filter: EvidenceFilter,
  args: PageArgs,
): Promise<Connection<Evidence>> {
  const kinds = filter.kinds ?? EVIDENCE_KINDS;
  const latestOnly = filter.latestOnly ?? false;
  const page = readPage(args, JSON.stringify(['evidence', id, kinds, latestOnly, request.asOf]), 50, ['no']);
  const rows = await listEvidence(
    kernel.db,
    id,
    { kinds, latestOnly, before: page.after?.[0] ?? null, count: page.first + 1 },
    request.asOf,
  );
  return toConnection(rows, page, ({ seq }) => [seq]);
}

/** One piece of evidence about a version whose model may be read; null when there is none, or none then. */
export async function evidenceOf(context: Context, id: string): Promise<Evidence | null> {
  const { kernel, request } = context;
  const found = await evidenceById(kernel.db, id);
  if (found === null || (request.asOf !== null && found.recordedAt > request.asOf)) return null;
  return (await context.anyVersions.load(found.versionId)) === null ? null : found;
}
