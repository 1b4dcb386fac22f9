import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import type { GraphNode } from '../../domain/lineage/edge.ts';
import type { Merged } from '../../domain/lineage/mergeWalks.ts';
import type { Direction, Truncation, Walk, WalkBounds } from '../../domain/lineage/walk.ts';
import { jobDatasetsAmong, jobsAround } from '../../store/jobDatasets.ts';
import { edgesOfJobs } from '../../store/lineageEdges.ts';
import { edgeIdOfJob } from './edgeDetails.ts';

export interface DirectedWalk {
  readonly direction: Direction;
  readonly walk: Walk;
}

export interface JobLevel {
  readonly nodes: readonly GraphNode[];
  readonly edgeIds: readonly string[];
  readonly truncation: readonly Truncation[];
}

/**
 * Puts jobs between datasets: a walk between datasets decides what is reached, and edges that a job says lead through that job.
 * Jobs that only read or only write what was reached belong to the answer too. A job is as far away as the far dataset.
 */
export async function throughJobs(
  context: Context,
  walks: readonly DirectedWalk[],
  merged: Merged,
  bounds: WalkBounds,
): Promise<JobLevel> {
  const truncation = new Set<Truncation>();
  const degrees = await jobDegrees(context, walks, merged, bounds, truncation);
  const room = bounds.nodesMax - merged.nodes.length;
  if (degrees.size > room) truncation.add('NODES');
  const jobs = [...degrees].toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).slice(0, room);
  const shown = new Set(jobs.map(([id]) => id));
  const { db } = context.kernel;
  const jobOf = await edgesOfJobs(
    db,
    merged.edges.map(({ id }) => id),
  );
  const plain = merged.edges.map(({ id }) => id).filter((id) => !shown.has(jobOf.get(id) ?? ''));
  const numbers = merged.nodes.map(({ no }) => no);
  const limit = bounds.edgesMax - plain.length;
  const touching = await jobDatasetsAmong(db, [...shown], numbers, limit + 1, context.request.asOf);
  if (touching.length > limit) truncation.add('EDGES');
  return {
    nodes: jobs.map(([jobId, degree]) => ({ no: null, jobId, degree, isStopped: false })),
    edgeIds: [...plain, ...touching.slice(0, limit).map(({ id }) => edgeIdOfJob(id))],
    truncation: [...truncation],
  };
}

async function jobDegrees(
  context: Context,
  walks: readonly DirectedWalk[],
  { nodes }: Merged,
  { depth, edgesMax }: WalkBounds,
  truncation: Set<Truncation>,
): Promise<ReadonlyMap<string, number>> {
  const degrees = new Map<string, number>();
  const beyond = new Set<string>();
  for (const { direction, walk } of walks) {
    const near = new Map<No, number>();
    for (const { no, isStopped } of nodes) {
      const degree = walk.degrees.get(no);
      if (degree !== undefined && !isStopped) near.set(no, degree);
    }
    const role = direction === 'UPSTREAM' ? 'OUTPUT' : 'INPUT';
    const rows = await jobsAround(context.kernel.db, [...near.keys()], role, edgesMax + 1, context.request.asOf);
    if (rows.length > edgesMax) truncation.add('EDGES');
    for (const { jobId, no } of rows) {
      const degree = (near.get(no) ?? 0) + 1;
      if (degree > depth) beyond.add(jobId);
      else degrees.set(jobId, Math.min(degree, degrees.get(jobId) ?? degree));
    }
  }
  if ([...beyond].some((jobId) => !degrees.has(jobId))) truncation.add('DEPTH');
  return degrees;
}
