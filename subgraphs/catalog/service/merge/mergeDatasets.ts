import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Receipt } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import { type MatchedColumn, matchColumns } from '../../domain/merge/matchColumns.ts';
import { carryCuration } from '../../store/carryCuration.ts';
import { removeUncrawled } from '../../store/ingestDatasets.ts';
import { insertMerges, type MergeEnd, type NewMerge } from '../../store/merges.ts';
import { takeEdges, waitingEdges } from '../../store/mergedEdges.ts';
import { moveUses } from '../../store/mergedUses.ts';
import { recountColumns } from '../../store/uncrawledAssets.ts';
import { knownColumns } from '../../store/writeColumns.ts';
import { type AssetChange, commitAssets } from '../commitAssets.ts';
import { changesOf } from './changesOf.ts';
import { growTarget } from './growTarget.ts';
import { restandEdges } from './restandEdges.ts';

/** A dataset that only lineage knows, and the one that it is. */
export interface MergePair {
  readonly from: MergeEnd;
  readonly into: MergeEnd;
}

export interface MergeCause {
  readonly reason: string | null;
  /** The declared namespace that brought the merge about; null when somebody asked for it. */
  readonly namespaceAlias: string | null;
}

export interface Merged {
  readonly receipt: Receipt;
  readonly movedEdges: number;
  /** Edges on columns that a target lacks: none stands for them until the merge is undone. */
  readonly waitingEdges: number;
  readonly unmatchedColumns: readonly string[];
}

/**
 * Merges datasets into others: from now on their names, ids, edges, jobs and what people set on them are those of their
 * targets. Everything is kept that undoing needs. The ends are locked.
 */
export async function mergeDatasets(tx: Tx, origin: Origin, pairs: readonly MergePair[], cause: MergeCause): Promise<Merged> {
  const froms = pairs.map(({ from }) => from.no);
  const targets = [...new Set(pairs.map(({ into }) => into.no))];
  const matched = await matchAll(tx, pairs);
  const merges = await insertMerges(
    tx,
    origin.actor.id,
    matched.map(({ from, into, columns, grown }) => newMerge(from, into, cause, columns, grown)),
  );
  const ids = merges.map(({ id }) => id);
  await carryCuration(tx, ids);
  await moveUses(tx, ids);
  await removeUncrawled(tx, froms);
  await takeEdges(tx, [...froms, ...matched.flatMap(({ columns }) => columns.map(({ column }) => column.no))]);
  const movedEdges = await restandEdges(tx, targets);
  await recountColumns(
    tx,
    matched.filter(({ grown }) => grown.length > 0).map(({ into }) => into.no),
  );
  const unmatched = matched.flatMap(({ columns }) => columns.filter(({ target }) => target === null));
  const outcome = {
    movedEdges,
    waitingEdges: await waitingEdges(tx, ids),
    unmatchedColumns: unmatched.map(({ column }) => column.name),
  };
  const changes = [...matched.map((one) => goneInto(one, cause)), ...(await changesOf(tx, targets, 'merge'))];
  return { ...outcome, receipt: await commitAssets(tx, origin, changes) };
}

interface MatchedPair extends MergePair {
  readonly columns: readonly MatchedColumn[];
  /** Columns that the target got by the merge. */
  readonly grown: readonly No[];
}

async function matchAll(tx: Tx, pairs: readonly MergePair[]): Promise<readonly MatchedPair[]> {
  const matched: MatchedPair[] = [];
  const known = new Map(
    await knownColumns(
      tx,
      pairs.flatMap(({ from, into }) => [from.no, into.no]),
    ),
  );
  for (const { from, into } of pairs) {
    const own = known.get(from.no) ?? [];
    // Of what only lineage knows, columns are what lineage speaks of.
    const grown = into.isCrawled ? [] : await growTarget(tx, into, own, known.get(into.no) ?? []);
    if (grown.length > 0) known.set(into.no, (await knownColumns(tx, [into.no])).get(into.no) ?? []);
    matched.push({ from, into, grown, columns: matchColumns(own, known.get(into.no) ?? [], into.platform) });
  }
  return matched;
}

const newMerge = (
  from: MergeEnd,
  into: MergeEnd,
  cause: MergeCause,
  columns: readonly MatchedColumn[],
  grown: readonly No[],
): NewMerge => ({
  from_no: from.no,
  into_no: into.no,
  namespace_alias: cause.namespaceAlias,
  reason: cause.reason,
  columns: grown,
  parts: [
    { from_no: from.no, into_no: into.no },
    ...columns.map(({ column, target }) => ({ from_no: column.no, into_no: target?.no ?? null })),
  ],
});

const goneInto = ({ from, into, columns }: MatchedPair, { reason, namespaceAlias }: MergeCause): AssetChange => ({
  no: from.no,
  action: 'catalog.asset.merged.v1',
  fields: ['state'],
  detail: {
    into: { id: into.id, namespace: into.namespace, name: into.name },
    unmatchedColumns: columns.filter(({ target }) => target === null).map(({ column }) => column.name),
    namespaceAlias,
    reason,
  },
  payload: { kind: 'dataset', intoId: into.id },
});
