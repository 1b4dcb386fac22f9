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

/** What bears the tags: the asset `a`, the column `c`, or any column of the dataset `a`. */
export type TagBearer = 'asset' | 'column' | 'anyColumn';

const TAGGED = (value: string): string =>
  `select g.asset_no from catalog.tag_assignment g join catalog.tag t on t.id = g.tag_id
     where g.recorded_to = 'infinity' and lower(t.name) in (select lower(v) from unnest(${value}::text[]) as v)`;

const BORNE: Readonly<Record<TagBearer, (value: string) => string>> = {
  asset: (value) => `a.no in (${TAGGED(value)})`,
  column: (value) => `c.no in (${TAGGED(value)})`,
  anyColumn: (value) => `a.no in (select own.dataset_no from catalog.asset_column own where own.no in (${TAGGED(value)}))`,
};

const CONDITIONS: Readonly<Record<keyof SearchNarrowing, (value: string, bearer: TagBearer) => string>> = {
  platforms: (value) => `a.platform = any(${value}::text[])`,
  sources: (value) => `a.source_id in (select s.id from catalog.source s where s.name = any(${value}::text[]))`,
  tags: (value, bearer) => BORNE[bearer](value),
  ownerIds: (value) =>
    `a.no in (select o.asset_no from catalog.ownership o where o.recorded_to = 'infinity' and o.principal_id = any(${value}::text[]))`,
};

/**
 * Conditions on the asset `a`, and on what bears the tags.
 * @param next the number of the first placeholder that is free
 */
export function narrowingSql(narrowing: SearchNarrowing, bearer: TagBearer, next: number): NarrowingSql {
  const parts = (Object.keys(CONDITIONS) as (keyof SearchNarrowing)[]).flatMap((part) => {
    const value = narrowing[part];
    return value === null ? [] : [{ part, value }];
  });
  return {
    conditions: parts.map(({ part }, i) => ` and ${CONDITIONS[part](`$${next + i}`, bearer)}`).join(''),
    values: parts.map(({ value }) => value),
    name: parts.map(({ part }) => `_${part === 'tags' ? bearer : part}`).join(''),
  };
}
