import { groupBy } from '../../../../kernel/groupBy.ts';
import type { Page } from '../../../../kernel/page.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import { shellWord } from '../../../../kernel/shellWord.ts';
import { makeUrn } from '../../../../kernel/urn.ts';
import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import type { MergeCandidate, MergeProposal, NamespaceProposal } from '../../domain/merge/proposal.ts';
import { byLikeness, similarity, type Similarity, tailOf } from '../../domain/merge/similarity.ts';
import { type Candidate, candidatesFor, columnNames, listOrphans, type Orphan, sameNames } from '../../store/orphans.ts';

const SHOWN = 3;

/**
 * Datasets that only lineage knows, each with the crawled ones that it may be, the most alike first. One more than the page
 * holds, to know whether there is another page.
 */
export async function mergeProposals(context: Context, page: Page): Promise<readonly MergeProposal[]> {
  requireAction(context.request, 'catalog.browse');
  const { db } = context.kernel;
  const bitmap = await context.visible();
  const orphans = await listOrphans(db, bitmap, page.after?.[0] ?? null, page.first + 1);
  if (orphans.length === 0) return [];
  const found = await candidatesFor(
    db,
    bitmap,
    orphans.map((orphan) => ({ ...orphan, tail: tailOf(orphan.name) })),
  );
  const columns = await columnNames(db, [...new Set([...orphans, ...found].map(({ no }) => no))]);
  const columnsOf = (no: No): ReadonlySet<string> => columns.get(no) ?? new Set();
  const byOrphan = groupBy(found, ({ orphanNo }) => orphanNo);
  const alike = orphans.map((orphan) => ({
    orphan,
    best: (byOrphan.get(orphan.no) ?? [])
      .flatMap((candidate) => compared(orphan, candidate, columnsOf))
      .toSorted(better)
      .slice(0, SHOWN),
  }));
  const aliasFor = await namespaceProposals(context, bitmap, alike);
  return alike.map(({ orphan, best }) => ({
    no: orphan.no,
    id: orphan.id,
    candidates: best.map((one) => toCandidate(orphan, one, aliasFor(orphan, one.candidate))),
  }));
}

interface Compared {
  readonly candidate: Candidate;
  readonly likeness: Similarity;
}

const better = (a: Compared, b: Compared): number => byLikeness(a.likeness, b.likeness);

function compared(orphan: Orphan, candidate: Candidate, columnsOf: (no: No) => ReadonlySet<string>): readonly Compared[] {
  const likeness = similarity({ ...orphan, columns: columnsOf(orphan.no) }, { ...candidate, columns: columnsOf(candidate.no) });
  return likeness === null ? [] : [{ candidate, likeness }];
}

const toCandidate = (
  orphan: Orphan,
  { candidate, likeness }: Compared,
  namespaceAlias: NamespaceProposal | null,
): MergeCandidate => ({
  no: candidate.no,
  score: likeness.score,
  reasons: likeness.reasons,
  sharedColumns: likeness.sharedColumns,
  command: `cadastre assets merge ${[orphan, candidate].map((one) => shellWord(urnOf(one))).join(' ')}`,
  namespaceAlias,
});

const urnOf = ({ namespace, name }: Orphan | Candidate): string => makeUrn({ kind: 'dataset', namespace, name, column: null });

/** Where several datasets of one namespace are in another one under the same names, an alias of the source settles all. */
async function namespaceProposals(
  { kernel }: Context,
  bitmap: Bitmap,
  alike: readonly { readonly orphan: Orphan; readonly best: readonly Compared[] }[],
): Promise<(orphan: Orphan, candidate: Candidate) => NamespaceProposal | null> {
  const pairs = new Map(
    alike.flatMap(({ orphan, best }) =>
      best
        .filter(({ candidate }) => candidate.source !== null && candidate.namespace !== orphan.namespace)
        .map(
          ({ candidate }) => [pairKey(orphan, candidate), { alias: orphan.namespace, namespace: candidate.namespace }] as const,
        ),
    ),
  );
  const counts = await sameNames(kernel.db, bitmap, [...pairs.values()]);
  const countOf = new Map([...pairs.keys()].map((key, i) => [key, counts[i] ?? 0]));
  return (orphan, candidate) => {
    const datasets = countOf.get(pairKey(orphan, candidate)) ?? 0;
    const { source } = candidate;
    if (source === null || datasets < 2) return null;
    const { namespace } = orphan;
    return { namespace, source, datasets, command: `cadastre sources alias ${shellWord(source)} ${shellWord(namespace)}` };
  };
}

const pairKey = (orphan: Orphan, candidate: Candidate): string => JSON.stringify([orphan.namespace, candidate.namespace]);
