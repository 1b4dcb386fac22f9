import type { Queryable } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';
import type { Faceted } from '../domain/facets.ts';

interface FacetRow {
  readonly no: No;
  readonly kind: string;
  readonly platform: string | null;
  readonly source: string | null;
  readonly tags: readonly string[];
  readonly ownerIds: readonly string[];
}

/** By what assets and columns can be chosen; a column has the platform, source and owners of its dataset. */
export async function facetRows(db: Queryable, nos: readonly No[]): Promise<readonly Faceted[]> {
  const rows = await db.query<FacetRow>(
    `select h.no, case when c.no is null then a.kind else 'column' end as kind, a.platform, s.name as source,
       array(select t.name from catalog.tag_assignment g join catalog.tag t on t.id = g.tag_id
             where g.asset_no = h.no and g.recorded_to = 'infinity') as tags,
       array(select o.principal_id from catalog.ownership o where o.asset_no = a.no and o.recorded_to = 'infinity') as "ownerIds"
     from unnest($1::bigint[]) as h(no)
     left join catalog.asset_column c on c.no = h.no
     join catalog.asset a on a.no = coalesce(c.dataset_no, h.no)
     left join catalog.source s on s.id = a.source_id`,
    [nos],
    'catalog_facet_rows',
  );
  return rows.map(({ no, kind, platform, source, tags, ownerIds }) => ({
    no,
    values: { KIND: [kind.toUpperCase()], PLATFORM: given(platform), SOURCE: given(source), TAG: tags, OWNER: ownerIds },
  }));
}

const given = (value: string | null): readonly string[] => (value === null ? [] : [value]);
