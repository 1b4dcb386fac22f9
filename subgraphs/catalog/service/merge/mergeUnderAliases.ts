import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import { refuseMerge } from '../../domain/merge/refuseMerge.ts';
import { lockNames } from '../../store/ingestAliases.ts';
import { lockEnds } from '../../store/merges.ts';
import { namespacesOf, orphansUnder } from '../../store/namespaceAliases.ts';
import { meetDatasets } from '../ingest/meet.ts';
import { addUncrawled } from '../lineage/uncrawled.ts';
import { mergeDatasets, type MergePair } from './mergeDatasets.ts';

export interface MergedUnder {
  readonly mergedDatasets: number;
  /** Whether more are to be merged than one transaction takes. */
  readonly isMore: boolean;
}

export const NOTHING_MERGED: MergedUnder = { mergedDatasets: 0, isMore: false };

/** How many datasets one transaction merges. */
const DATASETS_MAX = 200;

/**
 * Merges what lineage knows under the declared aliases of a source into what the source has under the same names. What has not
 * been crawled is made where it belongs, so that a later crawl finds it there.
 */
export async function mergeUnderAliases(tx: Tx, origin: Origin, sourceId: string): Promise<MergedUnder> {
  const { namespace, aliases } = await namespacesOf(tx, sourceId);
  if (namespace === null || aliases.length === 0) return NOTHING_MERGED;
  const found = await orphansUnder(tx, aliases, DATASETS_MAX + 1);
  const orphans = found.slice(0, DATASETS_MAX);
  await lockNames(tx, orphans);
  const made = new Set<No>();
  const homes = await meetDatasets(
    tx,
    orphans.map(({ name }) => ({ namespace, name })),
    'ALIASES',
    made,
  );
  if (made.size > 0) await addUncrawled(tx, origin, { made, ends: [], datasets: homes });
  const wanted = orphans.flatMap((orphan) => {
    const into = homes.get(namedKey({ namespace, name: orphan.name }));
    return into === undefined ? [] : [{ alias: orphan.namespace, fromNo: orphan.no, intoNo: into.no }];
  });
  const ends = await lockEnds(
    tx,
    wanted.flatMap(({ fromNo, intoNo }) => [fromNo, intoNo]),
  );
  let mergedDatasets = 0;
  for (const [alias, ofAlias] of groupBy(wanted, (pair) => pair.alias)) {
    const pairs = ofAlias.flatMap(({ fromNo, intoNo }): readonly MergePair[] => {
      const [from, into] = [ends.get(fromNo), ends.get(intoNo)];
      return from === undefined || into === undefined || refuseMerge(from, into, false) !== null ? [] : [{ from, into }];
    });
    if (pairs.length === 0) continue;
    await mergeDatasets(tx, origin, pairs, { reason: null, namespaceAlias: alias });
    mergedDatasets += pairs.length;
  }
  return { mergedDatasets, isMore: found.length > DATASETS_MAX && mergedDatasets > 0 };
}
