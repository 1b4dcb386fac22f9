import type { Queryable } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';
import type { Direction, Kinship } from '../domain/lineage/walk.ts';

/** Upstream the datasets of columns, downstream the columns of datasets, also of those that were there once: edges say when. */
export const kinOf = (db: Queryable, nos: readonly No[], direction: Direction, limit: number): Promise<readonly Kinship[]> =>
  direction === 'UPSTREAM'
    ? db.query<Kinship>(
        `select dataset_no as no, no as of from catalog.asset_column where no = any($1::bigint[]) limit $2`,
        [nos, limit],
        'catalog_datasets_of_columns',
      )
    : db.query<Kinship>(
        `select no, dataset_no as of from catalog.asset_column where dataset_no = any($1::bigint[]) order by no limit $2`,
        [nos, limit],
        'catalog_columns_of_datasets',
      );

/** The datasets of columns; of anything else, itself. */
export async function datasetsOf(db: Queryable, nos: readonly No[]): Promise<ReadonlyMap<No, No>> {
  const columns = await kinOf(db, nos, 'UPSTREAM', nos.length);
  return new Map([...nos.map((no) => [no, no] as const), ...columns.map(({ no, of }) => [of, no] as const)]);
}
