import type { z } from 'zod';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { Claim } from '../../../../lineage/openlineage/claim.ts';
import { claimsOf } from '../../../../lineage/openlineage/claims.ts';
import {
  edgeClaims,
  edgesFacet,
  type EdgesFacet,
  edgesInForce,
  type RelayedOrigin,
} from '../../../../lineage/openlineage/edgesFacet.ts';
import type { Said } from '../../../../lineage/openlineage/newest.ts';
import { inForce, spokeUntil, type StatedRun } from '../../../../lineage/openlineage/inForce.ts';
import { columnClaims } from '../../../../lineage/openlineage/columnClaims.ts';
import { columnLineage } from '../../../../lineage/openlineage/columnLineage.ts';
import { mentions, type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { JobRole } from '../../domain/job.ts';
import type { KnownDataset } from '../../store/ingestDatasets.ts';
import type { JobToTell } from '../../store/ingestJobs.ts';
import { forgetStatements, statedRuns } from '../../store/ingestRuns.ts';
import { evidenceKey } from './evidenceKey.ts';

/** A claim with the moments at which its ends were named. */
export interface DatedClaim extends Claim {
  readonly namedAt: { readonly source: Instant; readonly target: Instant };
}

/** A dataset that a job reads or writes, with the moment at which that was said. */
export interface DatedUse extends Named {
  readonly role: JobRole;
  readonly namedAt: Instant;
}

/** What something says of lineage, before anybody looked up what its names stand for. */
export interface Told {
  readonly key: string;
  readonly jobId?: string;
  readonly claims: readonly DatedClaim[];
  /** None of what has no job. */
  readonly uses: readonly DatedUse[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The lineage of jobs by all that counts of what they said. What can never count again is forgotten. */
export async function jobLineages(tx: Tx, jobs: readonly JobToTell[]): Promise<readonly Told[]> {
  if (jobs.length === 0) return [];
  const ids = jobs.map(({ id }) => id);
  const ran = await statedRuns(tx, ids);
  await forgetStatements(
    tx,
    ids,
    [...ran].flatMap(([jobId, runs]) => runs.map(({ runId }) => ({ jobId, runId }))),
  );
  return jobs.map((job) => jobLineage(job, inForce([...(ran.get(job.id) ?? []), ...designed(job)])));
}

const jobLineage = ({ id, namespace, name }: JobToTell, telling: readonly StatedRun[]): Told => ({
  key: evidenceKey('openlineage', { namespace, name }),
  jobId: id,
  claims: telling.flatMap((run) => {
    const at = namings(run);
    return claimsOf(run.statement).map((claim) => ({
      ...claim,
      namedAt: { source: at(claim.source), target: at(claim.target) },
    }));
  }),
  uses: telling.flatMap(usesOf),
  detail: {
    jobId: id,
    job: { namespace, name },
    runs: telling.flatMap(({ runId }) => (runId === '' ? [] : [runId])),
    ...relayed(
      telling.flatMap(({ statement }) => statement.outputs.map((output) => edgesInForce(output.edges, output.columnLineage))),
    ),
  },
});

function usesOf(run: StatedRun): readonly DatedUse[] {
  const at = namings(run);
  const use =
    (role: JobRole) =>
    ({ namespace, name }: Named) => ({ namespace, name, role, namedAt: at({ namespace, name }) });
  const { inputs, outputs } = run.statement;
  // Column lineage may name what the event does not list as an input.
  const read = outputs.flatMap((output) => columnClaims(output, output.columnLineage?.value ?? null).map(({ source }) => source));
  return [...[...inputs, ...read].map(use('INPUT')), ...outputs.map(use('OUTPUT'))];
}

function namings(run: StatedRun): (name: Named) => Instant {
  const named = mentions(run.statement);
  return ({ namespace, name }) => named.get(namedKey({ namespace, name })) ?? spokeUntil(run);
}

function designed({ statement, statedAt }: JobToTell): readonly StatedRun[] {
  if (statement === null || statedAt === null) return [];
  return [{ runId: '', progress: { ended: { at: statedAt, state: 'COMPLETE' }, lastAt: statedAt }, statement }];
}

/** What a dataset says of its own lineage, without a job. */
export function datasetLineage(dataset: KnownDataset): Told {
  const lineage = saidAs(dataset.said['columnLineage'], columnLineage);
  const edges = saidAs(dataset.said['edges'], edgesFacet);
  const stated = edgesInForce(edges, lineage);
  const claims = stated === null ? columnClaims(dataset, lineage?.value ?? null) : edgeClaims(dataset, stated);
  const at = (stated === null ? lineage : edges)?.at;
  return {
    key: evidenceKey('openlineage:dataset', dataset),
    claims: at === undefined ? [] : claims.map((claim) => ({ ...claim, namedAt: { source: at, target: at } })),
    uses: [],
    detail: { datasetNo: dataset.no, ...relayed([stated]) },
  };
}

const saidAs = <T>(said: Said | undefined, schema: z.ZodType<T>): { readonly at: Instant; readonly value: T | null } | null =>
  said === undefined ? null : { at: said.at, value: schema.nullish().parse(said.value) ?? null };

/** What said first what another catalog relays to us. */
function relayed(stated: readonly (EdgesFacet | null)[]): { readonly relayed?: { readonly origin: RelayedOrigin } } {
  const [origin] = stated.flatMap((edges) => edges?.origin ?? []);
  return origin === undefined ? {} : { relayed: { origin } };
}
