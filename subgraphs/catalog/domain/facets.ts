import type { No } from './asset.ts';

/** By what a search can be narrowed. */
export const FACET_FIELDS = ['KIND', 'PLATFORM', 'SOURCE', 'TAG', 'OWNER'] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

/** The values that something found has in each respect. */
export interface Faceted {
  readonly no: No;
  readonly values: Readonly<Record<FacetField, readonly string[]>>;
}

/** What was chosen in each respect; null where nothing was. */
export type Choice = Readonly<Record<FacetField, readonly string[] | null>>;

export interface FacetBucket {
  readonly value: string;
  readonly count: number;
  readonly chosen: boolean;
}

export interface Facet {
  readonly by: FacetField;
  readonly buckets: readonly FacetBucket[];
  readonly otherValues: number;
  readonly missing: number;
}

/** Counts the values of each facet among what meets all that was chosen in the other ones. */
export const facetsOf = (found: readonly Faceted[], choice: Choice, by: readonly FacetField[], first: number): readonly Facet[] =>
  by.map((field) => {
    const others = FACET_FIELDS.filter((each) => each !== field);
    return countValues(
      found.filter((each) => others.every((other) => meets(other, each.values[other], choice[other]))),
      field,
      choice[field] ?? [],
      first,
    );
  });

const meets = (by: FacetField, values: readonly string[], chosen: readonly string[] | null): boolean =>
  chosen === null || values.some((value) => isAmong(by, chosen, value));

function countValues(found: readonly Faceted[], by: FacetField, chosen: readonly string[], first: number): Facet {
  const counts = new Map<string, number>();
  for (const { values } of found) for (const value of new Set(values[by])) counts.set(value, (counts.get(value) ?? 0) + 1);
  const isCounted = (value: string): boolean => [...counts.keys()].some((each) => isAmong(by, [value], each));
  // Also what nobody has: it must be possible to take it back.
  for (const value of chosen) if (!isCounted(value)) counts.set(value, 0);
  const buckets = [...counts]
    .map(([value, count]) => ({ value, count, chosen: isAmong(by, chosen, value) }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const shown = buckets.filter((bucket, place) => place < first || bucket.chosen);
  return {
    by,
    buckets: shown,
    otherValues: buckets.length - shown.length,
    missing: found.filter(({ values }) => values[by].length === 0).length,
  };
}

/** Names of tags are the same in any case. */
const isAmong = (by: FacetField, chosen: readonly string[], value: string): boolean =>
  chosen.some((each) => each === value || (by === 'TAG' && each.toLowerCase() === value.toLowerCase()));
