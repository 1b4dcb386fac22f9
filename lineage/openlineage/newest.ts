import { canonicalJson } from '../../kernel/canonical.ts';
import type { Instant } from '../../kernel/time.ts';

/** Something that was said at a moment; null when it was taken back. */
export interface Said {
  readonly at: Instant;
  readonly value: unknown;
}

/** By name of the facet, what was said last. */
export type LastSaid = Readonly<Record<string, Said>>;

/**
 * Events arrive late and twice, so what was said last wins and not what came last. Of two things said at the same moment one
 * wins for ever, whichever came first: the one with the greater text.
 */
export const newer = <T extends Said>(a: T, b: T): T =>
  a.at !== b.at ? (a.at > b.at ? a : b) : canonicalJson(a.value) >= canonicalJson(b.value) ? a : b;

/** Joins two tellings. In whatever order many are joined, the result is the same. */
export function joinSaid(a: LastSaid, b: LastSaid): LastSaid {
  const joined = new Map(Object.entries(a));
  for (const [facet, said] of Object.entries(b)) {
    const before = joined.get(facet);
    joined.set(facet, before === undefined ? said : newer(before, said));
  }
  return Object.fromEntries(joined);
}

/** What the facets of one event say. A facet that is not there says nothing; null takes back. */
export const saidAt = (at: Instant, facets: Readonly<Record<string, unknown>>): LastSaid =>
  Object.fromEntries(Object.entries(facets).flatMap(([facet, value]) => (value === undefined ? [] : [[facet, { at, value }]])));

/** The facets in which the second telling differs from the first. */
export const changedFacets = (before: LastSaid, after: LastSaid): readonly string[] =>
  Object.entries(after)
    .filter(([facet, { value }]) => canonicalJson(value) !== canonicalJson(before[facet]?.value ?? null))
    .map(([facet]) => facet);
