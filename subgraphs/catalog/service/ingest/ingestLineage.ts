import type { Recorded } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import { columnsOfEvidence, type KnownDataset, lockDatasets } from '../../store/ingestDatasets.ts';
import { type JobToTell, setClaimsDigests } from '../../store/ingestJobs.ts';
import { replaceJobDatasets } from '../../store/jobDatasets.ts';
import type { ColumnChanges } from '../crawl/applyColumns.ts';
import { markSeen } from '../../store/evidenceSeen.ts';
import { storeEvidence } from '../lineage/recordEvidence.ts';
import type { DatasetBook } from './datasetBook.ts';
import type { DatasetChange } from './datasetChange.ts';
import { datasetFacetsOf } from './facets.ts';
import { datasetLineage, jobLineages } from './jobLineage.ts';
import { resolveMet } from './resolveMet.ts';
import type { ColumnLeft } from './settleLifecycles.ts';
import { type ColumnsToSettle, SettlingColumns } from './settleColumns.ts';
import { type MeantLineage, whatIsMeant } from './whatIsMeant.ts';

/** A job whose lineage may be another now. */
export interface Teller extends JobToTell {
  readonly claimsDigest: string | null;
  /** Looks again even at the same claims: a crawl may have found since what they speak of. */
  readonly always: boolean;
}

export interface LineageToTell {
  readonly jobs: readonly Teller[];
  /** Datasets that say themselves, without a job, what they are made of. */
  readonly datasets: readonly KnownDataset[];
  readonly changes: readonly DatasetChange[];
  /** Columns that lost an edge already, because of what was dropped. */
  readonly left: readonly ColumnLeft[];
  readonly book: DatasetBook;
}

export interface LineageTold {
  readonly columns: ReadonlyMap<No, ColumnChanges>;
  /** What is to be recorded: of each piece of evidence of which edges began or ended. */
  readonly happenings: readonly Recorded[];
}

/** Stores the lineage of jobs and datasets where it is another than before, and settles the columns that it speaks of. */
export async function tellLineage(tx: Tx, { jobs, datasets, changes, left, book }: LineageToTell): Promise<LineageTold> {
  const ofJobs = await jobLineages(tx, jobs);
  const meant = await whatIsMeant(tx, [...ofJobs, ...datasets.map(datasetLineage)], book);
  const digests = meant.map(({ claims }) => digestOf(claims));
  const isSilent = (i: number): boolean =>
    jobs[i] !== undefined && meant[i]?.claims.length === 0 && jobs[i].claimsDigest === null;
  const isSame = (i: number): boolean => jobs[i] !== undefined && jobs[i].claimsDigest === digests[i];
  const pieces = meant.filter((_, i) => !isSilent(i) && (!isSame(i) || jobs[i]?.always === true));
  await markSeen(
    tx,
    meant.filter((_, i) => isSame(i)).map(({ key }) => key),
  );
  const leaving = meant.filter((_, i) => !isSilent(i) && !isSame(i)).map(({ key }) => key);
  const lost = [...left, ...(await columnsOfEvidence(tx, leaving))];
  const settling = await SettlingColumns.of(
    tx,
    await datasetsToSettle(tx, { changes, pieces, left: new Set(lost.map(({ datasetNo }) => datasetNo)), book }),
  );
  await settling.grow();
  const { happenings } = await storeEvidence(
    tx,
    pieces.map(({ uses: _, ...piece }) => ({ ...piece, origin: 'OPENLINEAGE' })),
    (ends) => resolveMet(tx, ends, book),
  );
  await replaceJobDatasets(
    tx,
    jobs.map(({ id }) => id),
    jobs.flatMap(({ id }, i) => (meant[i]?.uses ?? []).map((use) => ({ jobId: id, ...use }))),
  );
  await setClaimsDigests(
    tx,
    jobs.flatMap(({ id }, i) => (isSilent(i) || isSame(i) ? [] : [{ id, digest: digests[i] ?? '' }])),
  );
  await settling.shrink(new Set(lost.map(({ no }) => no)));
  return { columns: await settling.end(), happenings };
}

interface Settling {
  readonly changes: readonly DatasetChange[];
  readonly pieces: readonly MeantLineage[];
  /** Datasets of columns that may have lost an edge. */
  readonly left: ReadonlySet<No>;
  readonly book: DatasetBook;
}

/** Datasets that nobody crawls and whose schema is another now, or that an edge has reached or left. */
async function datasetsToSettle(tx: Tx, { changes, pieces, left, book }: Settling): Promise<readonly ColumnsToSettle[]> {
  const linked = linkedColumns(
    pieces.flatMap(({ claims }) => claims.flatMap(({ source, target }) => [source, target])),
    book,
  );
  const isTouched = (no: No): boolean => left.has(no) || linked.has(no);
  const spokenOf = new Set(changes.map(({ dataset }) => dataset.no));
  const others = await lockDatasets(
    tx,
    [...new Set([...left, ...linked.keys()])].filter((no) => !spokenOf.has(no)),
  );
  const all = [
    ...changes
      .filter(({ dataset, facets }) => facets.includes('schema') || isTouched(dataset.no))
      .map(({ dataset, before, now }) => ({ dataset, before: before.schema, now: now.schema })),
    ...[...others.values()].map(unchanged),
  ];
  return all
    .filter(({ dataset }) => !dataset.isCrawled)
    .map((one) => ({ ...one, linked: [...(linked.get(one.dataset.no) ?? [])] }));
}

function unchanged(dataset: KnownDataset): Omit<ColumnsToSettle, 'linked'> {
  const { schema } = datasetFacetsOf(dataset.said);
  return { dataset, before: schema, now: schema };
}

/** Names of columns by dataset. */
function linkedColumns(ends: readonly EdgeEnd[], book: DatasetBook): ReadonlyMap<No, ReadonlySet<string>> {
  const linked = new Map<No, Set<string>>();
  for (const end of ends) {
    const no = book.of(end)?.no;
    if (no === undefined || end.column === null) continue;
    const columns = linked.get(no) ?? new Set();
    linked.set(no, columns.add(end.column));
  }
  return linked;
}
