/** To what a search is narrowed; null parts narrow nothing. */
export interface SearchNarrowing {
  readonly platforms: readonly string[] | null;
  readonly sources: readonly string[] | null;
  readonly tags: readonly string[] | null;
  readonly ownerIds: readonly string[] | null;
}

export const NOT_NARROWED: SearchNarrowing = { platforms: null, sources: null, tags: null, ownerIds: null };

export interface NarrowingSql {
  /** Begins with `and`, or is empty. */
  readonly conditions: string;
  readonly values: readonly unknown[];
  /** One plan for each shape. */
  readonly name: string;
}

const CONDITIONS: Readonly<Record<keyof SearchNarrowing, (value: string, bearer: string) => string>> = {
  platforms: (value) => `a.platform = any(${value}::text[])`,
  sources: (value) => `a.source_id in (select s.id from catalog.source s where s.name = any(${value}::text[]))`,
  tags: (value, bearer) =>
    `${bearer} in (select g.asset_no from catalog.tag_assignment g join catalog.tag t on t.id = g.tag_id
       where g.recorded_to = 'infinity' and lower(t.name) in (select lower(v) from unnest(${value}::text[]) as v))`,
  ownerIds: (value) =>
    `a.no in (select o.asset_no from catalog.ownership o where o.recorded_to = 'infinity' and o.principal_id = any(${value}::text[]))`,
};

/**
 * Conditions on the asset `a`, and on what bears the tags: the asset or a column of it.
 * @param next the number of the first placeholder that is free
 */
export function narrowingSql(narrowing: SearchNarrowing, bearer: 'a.no' | 'c.no', next: number): NarrowingSql {
  const parts = (Object.keys(CONDITIONS) as (keyof SearchNarrowing)[]).flatMap((part) => {
    const value = narrowing[part];
    return value === null ? [] : [{ part, value }];
  });
  return {
    conditions: parts.map(({ part }, i) => ` and ${CONDITIONS[part](`$${next + i}`, bearer)}`).join(''),
    values: parts.map(({ value }) => value),
    name: parts.map(({ part }) => `_${part}`).join(''),
  };
}
