import type { Queryable } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { No } from '../../domain/asset.ts';
import type { Product } from '../../domain/products/product.ts';
import { hasWords } from '../hasWords.ts';
import { standing } from '../standing.ts';

export const PRODUCT_FIELDS = `p.no::text, p.id, p.name, p.folded_name as "foldedName", p.description, p.owner_ids as "ownerIds", p.version,
  p.created_by as "createdBy", p.worded_by as "wordedBy", p.created_at as "createdAt", p.updated_at as "updatedAt"`;

/** $1 is the bitmap of what the caller may see. */
const PRODUCTS_SEEN = `catalog.data_product p join kernel.resource r on r.no = p.no
  where p.deleted_at is null and kernel.may_see($1, r.acl_id)`;

export const productsById = (db: Queryable, bitmap: Bitmap, ids: readonly string[]): Promise<readonly Product[]> =>
  db.query<Product>(`select ${PRODUCT_FIELDS} from ${PRODUCTS_SEEN} and p.id = any($2)`, [bitmap, ids], 'catalog_products_by_id');

/** Products that have a dataset, in the order of their names. At most 100 each. */
export async function productsOfDatasets(
  db: Queryable,
  bitmap: Bitmap,
  nos: readonly No[],
): Promise<ReadonlyMap<No, readonly Product[]>> {
  const rows = await db.query<Product & { readonly of: No }>(
    `select d.no::text as of, u.* from unnest($2::bigint[]) as d(no)
     cross join lateral (
       select ${PRODUCT_FIELDS} from ${PRODUCTS_SEEN} and p.no in (
         select m.product_no from catalog.data_product_member m join (${standing('array[d.no]')}) s on s.assigned = m.dataset_no)
       order by p.folded_name limit 100) u`,
    [bitmap, nos],
    'catalog_products_of_datasets',
  );
  return groupBy(rows, ({ of }) => of);
}

/** What a list of products is narrowed to; null parts narrow nothing. */
export interface ProductFilter {
  readonly words: readonly string[] | null;
  readonly ownerId: string | null;
}

/** Products in the order of their names as they are compared. */
export function listProducts(
  db: Queryable,
  bitmap: Bitmap,
  { words, ownerId }: ProductFilter,
  page: { readonly after: readonly [string, No] | null; readonly count: number },
): Promise<readonly Product[]> {
  const values: unknown[] = [bitmap];
  const $ = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    ...(words === null ? [] : [hasWords('p.tsv', $(words))]),
    ...(ownerId === null ? [] : [`${$(ownerId)} = any(p.owner_ids)`]),
    ...(page.after === null ? [] : [`(p.folded_name, p.no) > (${$(page.after[0])}::text, ${$(page.after[1])}::bigint)`]),
  ];
  return db.query<Product>(
    `select ${PRODUCT_FIELDS} from ${PRODUCTS_SEEN} ${conditions.map((condition) => `and ${condition}`).join(' ')}
     order by p.folded_name, p.no limit ${$(page.count)}`,
    values,
  );
}
