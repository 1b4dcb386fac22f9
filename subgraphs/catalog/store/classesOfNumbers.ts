import type { Queryable } from '../../../kernel/db/database.ts';
import type { ClassFacts } from '../../../kernel/policy/facts.ts';
import type { No } from '../domain/asset.ts';

/** What policies may ask about assets and columns; a column goes by its dataset. */
export async function classesOfNumbers(db: Queryable, nos: readonly No[]): Promise<ReadonlyMap<No, ClassFacts>> {
  const rows = await db.query<{ no: No; facts: ClassFacts }>(
    `select n.no::text as no, k.facts from unnest($1::bigint[]) as n(no)
     left join catalog.asset_column c on c.no = n.no
     join kernel.resource r on r.no = coalesce(c.dataset_no, n.no)
     join kernel.acl_class k on k.acl_id = r.acl_id`,
    [nos],
    'catalog_classes_of_numbers',
  );
  return new Map(rows.map(({ no, facts }) => [no, facts]));
}
