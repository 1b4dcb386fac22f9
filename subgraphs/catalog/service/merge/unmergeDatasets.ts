import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Receipt } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import { withdrawCarried } from '../../store/carryCuration.ts';
import { linkedColumns } from '../../store/ingestDatasets.ts';
import { returnUses } from '../../store/mergedUses.ts';
import { bringBack, endMerges, type Merge, type MergeEnd, partsOf } from '../../store/merges.ts';
import { recountColumns } from '../../store/uncrawledAssets.ts';
import { removeColumns } from '../../store/writeColumns.ts';
import { type AssetChange, commitAssets } from '../commitAssets.ts';
import { changesOf } from './changesOf.ts';
import { restandEdges } from './restandEdges.ts';

export interface Unmerged {
  readonly receipt: Receipt;
  readonly returnedEdges: number;
}

/**
 * Undoes merges: names, ids, jobs and edges are those of the datasets again that were merged. What was stated since is where
 * it was stated; what its evidence has taken back since does not return. The ends are locked.
 */
export async function unmergeDatasets(
  tx: Tx,
  origin: Origin,
  merges: readonly Merge[],
  ends: ReadonlyMap<No, MergeEnd>,
  reason: string | null,
): Promise<Unmerged> {
  const ids = merges.map(({ id }) => id);
  const froms = merges.map(({ fromNo }) => fromNo);
  const targets = [...new Set(merges.map(({ intoNo }) => intoNo))];
  const parts = await partsOf(tx, ids);
  await endMerges(tx, merges);
  await withdrawCarried(tx, ids);
  await returnUses(tx, ids);
  await bringBack(tx, froms);
  const returnedEdges = await restandEdges(tx, [...targets, ...froms], parts);
  await shrinkTargets(tx, merges);
  const changes = [...froms.map((no) => backFrom(no, ends, merges, reason)), ...(await changesOf(tx, targets, 'unmerge'))];
  return { returnedEdges, receipt: await commitAssets(tx, origin, changes) };
}

/** Takes columns away again that targets had got by merges, unless an edge has reached them since. */
async function shrinkTargets(tx: Tx, merges: readonly Merge[]): Promise<void> {
  const grown = merges.flatMap(({ columns }) => columns);
  if (grown.length === 0) return;
  const targets = [...new Set(merges.filter(({ columns }) => columns.length > 0).map(({ intoNo }) => intoNo))];
  const linked = await linkedColumns(tx, targets);
  await removeColumns(
    tx,
    grown.filter((no) => !linked.has(no)),
  );
  await recountColumns(tx, targets);
}

function backFrom(no: No, ends: ReadonlyMap<No, MergeEnd>, merges: readonly Merge[], reason: string | null): AssetChange {
  const into = ends.get(merges.find(({ fromNo }) => fromNo === no)?.intoNo ?? '');
  return {
    no,
    action: 'catalog.asset.unmerged.v1',
    fields: ['state'],
    detail: { from: into === undefined ? null : { id: into.id, namespace: into.namespace, name: into.name }, reason },
    payload: { kind: 'dataset', fromId: into?.id ?? '' },
  };
}
