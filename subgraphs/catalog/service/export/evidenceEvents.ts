import { z } from 'zod';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { visible } from '../../../../kernel/policy/visible.ts';
import type { Instant } from '../../../../kernel/time.ts';
import { RELAYED_ORIGINS } from '../../../../lineage/openlineage/edgesFacet.ts';
import {
  type ExportedEdge,
  type ExportedEdges,
  type ExportedJob,
  jobEvent,
  ownLineageEvent,
} from '../../../../lineage/openlineage/export.ts';
import { type ExportEdgeRow, exportEdges, type ExportUseRow, exportUses } from '../../store/exportRows.ts';
import type { Context } from '../../context.ts';
import type { Job } from '../../domain/job.ts';
import type { JobReader } from '../jobs/jobReader.ts';
import type { ExportedEvent } from './openLineageEvents.ts';

/** Namespace of the jobs that stand for what is no job: views, models, statements by hand. */
const OWN_NAMESPACE = 'cadastre';

/** What the evidence of edges tells of where it comes from. */
const detail = z.object({
  jobId: z.string().optional(),
  datasetNo: z.string().optional(),
  relayed: z.object({ origin: z.enum(RELAYED_ORIGINS) }).optional(),
});

/** What pieces of evidence say, by their keys. Those of which the caller may see nothing are left out. */
export async function evidenceEvents(
  { kernel: { db }, request, jobs: reader, visible: mayRead }: Context,
  keys: readonly string[],
  at: Instant,
): Promise<readonly (readonly [string, ExportedEvent])[]> {
  const bitmap = await mayRead();
  const rights = { read: bitmap, sql: await visible(db, request, 'catalog.readDefinition') };
  const pieces = [...groupBy(await exportEdges(db, keys, rights), ({ key }) => key)].map(([key, rows]) => readPiece(key, rows));
  const jobIds = pieces.flatMap(({ detail: { jobId } }) => jobId ?? []);
  const jobs = await jobsById(reader, jobIds);
  const uses = groupBy(await exportUses(db, jobIds, bitmap), ({ jobId }) => jobId);
  return pieces.flatMap((piece) => {
    const { jobId } = piece.detail;
    const job = jobs.get(jobId ?? '');
    // A job that the caller may not see says nothing to them.
    if (jobId !== undefined && job === undefined) return [];
    const event = eventOf(piece, job, uses.get(jobId ?? '') ?? [], at);
    return event === null ? [] : [[piece.key, event] as const];
  });
}

/** What jobs read and write of which no edge tells, by their ids. */
export async function edgelessJobEvents(
  { kernel: { db }, jobs: reader, visible: mayRead }: Context,
  ids: readonly string[],
  at: Instant,
): Promise<readonly (readonly [string, ExportedEvent])[]> {
  const uses = groupBy(await exportUses(db, ids, await mayRead()), ({ jobId }) => jobId);
  const silent = { key: '', detail: {}, origin: 'OPENLINEAGE' as const, edges: [], isPartial: false };
  return [...(await jobsById(reader, ids))].map(([id, job]) => [id, jobEventOf(silent, job, uses.get(id) ?? [], at)]);
}

async function jobsById(reader: JobReader, ids: readonly string[]): Promise<ReadonlyMap<string, Job>> {
  const jobs = await Promise.all(ids.map((id) => reader.job(id)));
  return new Map(jobs.flatMap((job) => (job === null ? [] : [[job.id, job] as const])));
}

interface Piece extends ExportedEdges {
  readonly key: string;
  readonly detail: z.infer<typeof detail>;
}

function readPiece(key: string, rows: readonly ExportEdgeRow[]): Piece {
  const [first] = rows;
  const read = detail.safeParse(first?.evidence).data ?? {};
  const seen = rows.filter(({ isVisible }) => isVisible);
  return {
    key,
    detail: read,
    origin: read.relayed?.origin ?? first?.origin ?? 'OPENLINEAGE',
    isPartial: seen.length < rows.length,
    edges: seen.map(toEdge),
  };
}

const toEdge = (row: ExportEdgeRow): ExportedEdge => ({
  source: { namespace: row.sourceNamespace, name: row.sourceName, column: row.sourceColumn },
  target: { namespace: row.targetNamespace, name: row.targetName, column: row.targetColumn },
  type: row.type,
  subtype: row.subtype,
  expression: row.expression,
  masking: row.masking,
  confidence: row.confidence,
  reasons: row.reasons,
});

function eventOf(piece: Piece, job: Job | undefined, uses: readonly ExportUseRow[], at: Instant): ExportedEvent | null {
  const [first] = piece.edges;
  if (first === undefined) return null;
  // A dataset says it itself, and leads into nothing but itself.
  if (piece.detail.datasetNo !== undefined)
    return { kind: 'DATASET', isPartial: piece.isPartial, event: ownLineageEvent({ ...piece, ...nameOf(first.target) }, at) };
  return jobEventOf(piece, job, uses, at);
}

function jobEventOf(piece: Piece, job: Job | undefined, uses: readonly ExportUseRow[], at: Instant): ExportedEvent {
  const isPartial = piece.isPartial || uses.some(({ isVisible }) => !isVisible);
  return { kind: 'JOB', isPartial, event: jobEvent({ ...asJob(piece, job, uses, isPartial), isPartial }, at) };
}

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) => ({ namespace, name });

function asJob(piece: Piece, job: Job | undefined, uses: readonly ExportUseRow[], isPartial: boolean): ExportedJob {
  const used = (wanted: ExportUseRow['role']) => uses.filter(({ role, isVisible }) => role === wanted && isVisible).map(nameOf);
  return {
    ...piece,
    namespace: job?.namespace ?? OWN_NAMESPACE,
    name: job?.name ?? piece.key,
    description: job?.description ?? null,
    // A statement would name what was left out.
    sql: job === undefined || job.sql === null || isPartial ? null : { query: job.sql, dialect: job.sqlDialect },
    integration: job?.integration ?? null,
    processingType: job?.processingType ?? null,
    jobType: job?.jobType ?? null,
    inputs: used('INPUT'),
    outputs: used('OUTPUT'),
  };
}
