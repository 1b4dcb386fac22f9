import type { Queryable } from '../../../../kernel/db/database.ts';
import { MODEL_TYPES } from '../../../../kernel/policy/actions.ts';

/** Something in force that hangs on no asset and no column, and so is in no asset's state. */
export interface HangingRow {
  readonly table: string;
  readonly no: string;
  readonly what: string;
}

/** Owners, tags, descriptions, policy facts and search documents of nothing. Facts of models are the registry's to check. */
export const hangingRows = (db: Queryable, limit: number): Promise<readonly HangingRow[]> =>
  db.query<HangingRow>(
    `select * from (
       select 'ownership' as "table", asset_no as no, principal_id as what from catalog.ownership o
       where o.recorded_to = 'infinity' and not exists (select from catalog.asset a where a.no = o.asset_no)
       union all
       select 'tag_assignment', asset_no, tag_id from catalog.tag_assignment t
       where t.recorded_to = 'infinity' and not exists (select from catalog.asset a where a.no = t.asset_no)
         and not exists (select from catalog.asset_column c where c.no = t.asset_no)
       union all
       select 'curated_description', asset_no, origin from catalog.curated_description d
       where d.recorded_to = 'infinity' and not exists (select from catalog.asset a where a.no = d.asset_no)
         and not exists (select from catalog.asset_column c where c.no = d.asset_no)
       union all
       select 'resource', no, type from kernel.resource r
       where r.type <> all($2) and not exists (select from catalog.asset a where a.no = r.no)
         and not exists (select from catalog.glossary_term t where t.no = r.no)
         and not exists (select from catalog.data_product p where p.no = r.no)
       union all
       select 'search_doc', no, name_lc from catalog.search_doc s where not exists (select from catalog.asset a where a.no = s.no)) h
     limit $1`,
    [limit, MODEL_TYPES],
    'catalog_reconcile_hanging',
  );
