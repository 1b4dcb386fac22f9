import type { Origin } from '../../../../kernel/audit/append.ts';
import { digestOf, digestText } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { type Claim, type ClaimEnd, distinctClaims } from '../../../../lineage/openlineage/claim.ts';
import { claimsOf } from '../../../../lineage/openlineage/claims.ts';
import { inForce, type StatedRun } from '../../../../lineage/openlineage/inForce.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { EdgeClaim } from '../../domain/lineage/edge.ts';
import { designOf, type JobToTell, setClaimsDigest } from '../../store/ingestJobs.ts';
import { forgetStatements, statedRuns } from '../../store/ingestRuns.ts';
import { recordEvidence } from '../lineage/recordEvidence.ts';
import { currentNames } from './names.ts';

/** Names in keys are cut where an index could not hold them. */
const KEY_BYTES_MAX = 1_000;

export function evidenceKey(kind: 'openlineage' | 'openlineage:dataset', { namespace, name }: Named): string {
  const key = `${kind}/${namespace}/${name}`;
  return Buffer.byteLength(key) <= KEY_BYTES_MAX ? key : `${kind}/${digestText(key)}`;
}

export interface JobLineage {
  readonly key: string;
  readonly claims: readonly EdgeClaim[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly digest: string;
}

/** The lineage of a job by all that counts of what it said. */
export async function jobLineage(tx: Tx, job: JobToTell): Promise<JobLineage> {
  const design = await designOf(tx, job.id);
  const ran = await statedRuns(tx, job.id);
  await forgetStatements(
    tx,
    job.id,
    ran.map(({ runId }) => runId),
  );
  const telling = inForce([...ran, ...designed(design)]);
  const claims = distinctClaims(telling.flatMap(({ statement }) => claimsOf(statement)));
  const named = await toEdgeClaims(tx, claims);
  return {
    key: evidenceKey('openlineage', job),
    claims: named,
    detail: {
      jobId: job.id,
      job: { namespace: job.namespace, name: job.name },
      runs: telling.flatMap(({ runId }) => (runId === '' ? [] : [runId])),
      masking: claims.filter(({ masking }) => masking).map(({ source, target }) => ({ source, target })),
    },
    digest: digestOf(named),
  };
}

export async function recordJobLineage(tx: Tx, origin: Origin, job: JobToTell, lineage: JobLineage): Promise<void> {
  const { key, claims, detail } = lineage;
  await recordEvidence(tx, origin, [{ key, origin: 'OPENLINEAGE', detail, claims }]);
  await setClaimsDigest(tx, job.id, lineage.digest);
}

/** Claims with the names by which their datasets go here. What flows into itself, perhaps under another name, is no edge. */
export async function toEdgeClaims(tx: Tx, claims: readonly Claim[]): Promise<readonly EdgeClaim[]> {
  const currentName = await currentNames(
    tx,
    claims.flatMap(({ source, target }) => [source, target]),
  );
  const end = ({ column, ...name }: ClaimEnd): ClaimEnd => ({ ...currentName(name), column });
  return claims
    .map(({ source, target, type, subtype, expression, confidence, reasons }) => ({
      source: end(source),
      target: end(target),
      type,
      subtype,
      expression,
      confidence,
      reasons,
    }))
    .filter(({ source, target }) => namedKey(source) !== namedKey(target) || source.column !== target.column);
}

function designed(design: Awaited<ReturnType<typeof designOf>>): readonly StatedRun[] {
  if (design === null || design.statement === null || design.statedAt === null) return [];
  const at = design.statedAt;
  return [{ runId: '', progress: { ended: { at, state: 'COMPLETE' }, lastAt: at }, statement: design.statement }];
}
