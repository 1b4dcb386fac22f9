import type { Origin, SourcedText } from './asset.ts';

const RANK: Readonly<Record<Origin, number>> = { human: 0, rule: 1, source: 2 };

/** People win over rules, rules win over the source: a crawl never wipes what a steward wrote. */
export function byPrecedence<T extends { readonly origin: Origin }>(values: readonly T[]): readonly T[] {
  return values.toSorted((a, b) => RANK[a.origin] - RANK[b.origin]);
}

/** All descriptions of an asset, the one in force first. */
export function descriptionsInOrder(sourceText: string | null, curated: readonly SourcedText[]): readonly SourcedText[] {
  const own: readonly SourcedText[] =
    sourceText === null ? [] : [{ text: sourceText, origin: 'source', principalId: null, setAt: null }];
  return byPrecedence([...curated, ...own]);
}
