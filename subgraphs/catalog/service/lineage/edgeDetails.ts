import type { Queryable } from '../../../../kernel/db/database.ts';
import { jobDatasetsById, type JobDatasetRow } from '../../store/jobDatasets.ts';
import { edgeDetails, type EdgeDetail } from '../../store/lineageEdges.ts';
import { evidenceKey } from '../ingest/evidenceKey.ts';

/** Id of the edge between a job and what it reads or writes. */
export const edgeIdOfJob = (id: string): string => `${OF_JOB}${id}`;

const OF_JOB = 'j';

/** What answers show of edges: those between assets, and those between assets and jobs. */
export async function anyEdgeDetails(db: Queryable, ids: readonly string[]): Promise<readonly EdgeDetail[]> {
  const [between, ofJobs] = [ids.filter((id) => !id.startsWith(OF_JOB)), ids.filter((id) => id.startsWith(OF_JOB))];
  const stated = between.length === 0 ? [] : await edgeDetails(db, between);
  const touching =
    ofJobs.length === 0
      ? []
      : await jobDatasetsById(
          db,
          ofJobs.map((id) => id.slice(OF_JOB.length)),
        );
  return [...stated, ...touching.map(toDetail)];
}

/** That a job reads or writes a dataset is certain; how each value gets through it is said between datasets and columns. */
const toDetail = ({ id, no, role, jobId, since, namespace, name }: JobDatasetRow): EdgeDetail => ({
  id: edgeIdOfJob(id),
  sourceNo: role === 'INPUT' ? no : null,
  targetNo: role === 'INPUT' ? null : no,
  jobId,
  type: 'DIRECT',
  subtype: 'TRANSFORMATION',
  expression: null,
  confidence: 1,
  reasons: [],
  masking: false,
  origin: 'OPENLINEAGE',
  evidenceKey: evidenceKey('openlineage', { namespace, name }),
  evidence: { jobId, job: { namespace, name }, role },
  firstSeenAt: since,
  lastSeenAt: since,
});
