import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import { removeUncrawled } from '../../store/ingestDatasets.ts';
import { lockNames } from '../../store/ingestAliases.ts';
import { lockEnds, mergesByAlias } from '../../store/merges.ts';
import { emptyTargets, replaceNamespaceAliases, type Taken, takenNamespaces } from '../../store/namespaceAliases.ts';
import { commitAssets } from '../commitAssets.ts';
import { mergeUnderAliases, type MergedUnder, NOTHING_MERGED } from './mergeUnderAliases.ts';
import { unmergeDatasets } from './unmergeDatasets.ts';

/** Why these cannot be namespaces by which a source goes, too; null when they can. Nobody else gets them meanwhile. */
export async function refuseNamespaces(tx: Tx, sourceId: string, aliases: readonly string[]): Promise<Refusal | null> {
  await lockNames(
    tx,
    aliases.map((namespace) => ({ namespace, name: '' })),
  );
  const [taken] = await takenNamespaces(tx, sourceId, aliases);
  return taken === undefined ? null : { refusal: { code: 'NAMESPACE_TAKEN', message: whyTaken(taken) } };
}

/**
 * Declares by which namespaces a source goes, too: what lineage knows under them is what the source has, from now on and as
 * far as it was heard of before. A namespace that is not declared any more gets back what was its own.
 */
export async function declareNamespaces(
  tx: Tx,
  origin: Origin,
  sourceId: string,
  aliases: readonly string[],
): Promise<MergedUnder> {
  const gone = await replaceNamespaceAliases(tx, sourceId, aliases);
  if (gone.length > 0) await returnUnder(tx, origin, gone);
  return aliases.length === 0 ? NOTHING_MERGED : mergeUnderAliases(tx, origin, sourceId);
}

function whyTaken({ namespace, source, how }: Taken): string {
  const whose = source === null ? 'crawled assets' : `the source "${source}"`;
  return how === 'ALIAS'
    ? `"${namespace}" is an alias of ${whose} already. Take it back there first.`
    : `"${namespace}" is the own namespace of ${whose}, and so no alias of another name. Choose the name under which events speak of it.`;
}

const BATCH = 200;

async function returnUnder(tx: Tx, origin: Origin, namespaces: readonly string[]): Promise<void> {
  for (;;) {
    const merges = await mergesByAlias(tx, namespaces, BATCH);
    if (merges.length === 0) return;
    const ends = await lockEnds(
      tx,
      merges.flatMap(({ fromNo, intoNo }) => [fromNo, intoNo]),
    );
    await unmergeDatasets(tx, origin, merges, ends, 'the namespace is not declared any more');
    const empty = await emptyTargets(
      tx,
      merges.map(({ id }) => id),
    );
    if (empty.length === 0) continue;
    await removeUncrawled(tx, empty);
    await commitAssets(
      tx,
      origin,
      empty.map((no) => ({
        no,
        action: 'catalog.asset.removed.v1',
        fields: ['state'],
        detail: { because: 'unmerge' },
        payload: { kind: 'dataset' },
      })),
    );
  }
}
