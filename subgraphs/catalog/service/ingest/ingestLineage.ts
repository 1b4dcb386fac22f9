import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { columnLineage } from '../../../../lineage/openlineage/columnLineage.ts';
import { columnClaims } from '../../../../lineage/openlineage/columnClaims.ts';
import { distinctClaims } from '../../../../lineage/openlineage/claim.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeClaim, EdgeEnd } from '../../domain/lineage/edge.ts';
import { columnsOfEvidence, type KnownDataset, lockDatasets } from '../../store/ingestDatasets.ts';
import { jobsThatTouch, type JobToTell, tellersThatTouch } from '../../store/ingestJobs.ts';
import { recordEvidence } from '../lineage/recordEvidence.ts';
import type { Absorbed } from './aliases.ts';
import type { Arrivals } from './arrivals.ts';
import { meetColumns } from './meet.ts';
import { evidenceKey, jobLineage, recordJobLineage, toEdgeClaims } from './recordJobLineage.ts';

/** What lineage does to datasets in one transaction. */
export interface Effects {
  readonly arrivals: Arrivals;
  /** Columns that had an edge before, by number, with their datasets. */
  readonly lost: Map<No, No>;
}

/**
 * Stores the lineage of a job, if it is another than before.
 * @param always look again even at the same claims: a crawl may have found since what they speak of
 */
export async function tellJob(
  tx: Tx,
  origin: Origin,
  job: JobToTell & { readonly claimsDigest: string | null },
  effects: Effects,
  always: boolean,
): Promise<boolean> {
  const lineage = await jobLineage(tx, job);
  if (lineage.claims.length === 0 && job.claimsDigest === null) return false;
  const isSame = lineage.digest === job.claimsDigest;
  if (isSame && !always) return false;
  if (!isSame) await remember(tx, lineage.key, effects);
  await meetColumns(tx, endsOf(lineage.claims), effects.arrivals);
  await recordJobLineage(tx, origin, job, lineage);
  return !isSame;
}

/** Stores what a dataset says of its own lineage, without a job. */
export async function tellDataset(tx: Tx, origin: Origin, dataset: KnownDataset, effects: Effects): Promise<void> {
  const key = evidenceKey('openlineage:dataset', dataset);
  await remember(tx, key, effects);
  const said = columnLineage.nullish().parse(dataset.said['columnLineage']?.value) ?? null;
  const claims = await toEdgeClaims(tx, distinctClaims(columnClaims(dataset, said)));
  await meetColumns(tx, endsOf(claims), effects.arrivals);
  await recordEvidence(tx, origin, [{ key, origin: 'OPENLINEAGE', detail: { datasetNo: dataset.no }, claims }]);
}

/** Lets everything that spoke of an absorbed dataset speak of the other one. */
export async function retell(tx: Tx, origin: Origin, { from }: Absorbed, effects: Effects): Promise<void> {
  const tellers = await tellersThatTouch(tx, from);
  for (const job of await jobsThatTouch(tx, from)) await tellJob(tx, origin, { ...job, claimsDigest: '' }, effects, true);
  for (const dataset of (await lockDatasets(tx, tellers)).values()) {
    // What the absorbed dataset said is said by the other one now.
    const silent = { ...dataset, said: {} };
    await tellDataset(tx, origin, dataset.no === from ? silent : dataset, effects);
  }
}

async function remember(tx: Tx, key: string, { lost }: Effects): Promise<void> {
  for (const { no, datasetNo } of await columnsOfEvidence(tx, key)) lost.set(no, datasetNo);
}

const endsOf = (claims: readonly EdgeClaim[]): readonly EdgeEnd[] => claims.flatMap(({ source, target }) => [source, target]);
