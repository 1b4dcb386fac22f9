import { and, asc, eq, sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import { prepared } from '../../../kernel/db/prepared.ts';
import { groupBy } from '../../../kernel/groupBy.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import { type Column, type No, type RootAsset, TYPE_OF_KIND } from '../domain/asset.ts';
import { asset, assetColumn, resource } from '../tables.ts';

const ASSET = {
  no: asset.no,
  id: asset.id,
  kind: asset.kind,
  subtype: asset.subtype,
  platform: asset.platform,
  sourceId: asset.sourceId,
  namespace: asset.namespace,
  qualifiedName: asset.name,
  simpleName: asset.simpleName,
  parentNo: asset.parentNo,
  state: asset.state,
  version: asset.version,
  sourceDescription: asset.description,
  native: asset.native,
  columnCount: asset.columnCount,
  firstSeenAt: asset.firstSeenAt,
};

const COLUMN = {
  no: assetColumn.no,
  id: assetColumn.id,
  datasetNo: assetColumn.datasetNo,
  datasetName: asset.name,
  namespace: asset.namespace,
  platform: asset.platform,
  name: assetColumn.name,
  ordinal: assetColumn.ordinal,
  nativeType: assetColumn.nativeType,
  nullable: assetColumn.nullable,
  defaultValue: assetColumn.defaultValue,
  generatedAs: assetColumn.generatedAs,
  sourceDescription: assetColumn.description,
  columnState: assetColumn.state,
  datasetState: asset.state,
  version: asset.version,
  firstSeenAt: assetColumn.firstSeenAt,
};

const mayRead = sql`kernel.may_see(${sql.placeholder('bitmap')}, ${resource.aclId})`;

export type StoredAsset = RootAsset;

/** Assets by number or id, those that the bitmap lets through. */
export async function assetsBy(
  db: Queryable,
  key: 'no' | 'id',
  keys: readonly string[],
  bitmap: Bitmap,
): Promise<ReadonlyMap<string, StoredAsset>> {
  const statement = prepared(db, `catalog_assets_by_${key}`, (orm, name) =>
    orm
      .select(ASSET)
      .from(asset)
      .innerJoin(resource, eq(resource.no, asset.no))
      .where(and(isAny(key === 'no' ? asset.no : asset.id, key), mayRead))
      .prepare(name),
  );
  const rows = await statement.execute({ keys, bitmap });
  return new Map(rows.map(({ kind, ...row }) => [row[key], { ...row, __typename: TYPE_OF_KIND[kind] }]));
}

/** Columns by number or id, those whose dataset the bitmap lets through. */
export async function columnsBy(
  db: Queryable,
  key: 'no' | 'id',
  keys: readonly string[],
  bitmap: Bitmap,
): Promise<ReadonlyMap<string, Column>> {
  const statement = prepared(db, `catalog_columns_by_${key}`, (orm, name) =>
    orm
      .select(COLUMN)
      .from(assetColumn)
      .innerJoin(asset, eq(asset.no, assetColumn.datasetNo))
      .innerJoin(resource, eq(resource.no, asset.no))
      .where(and(isAny(key === 'no' ? assetColumn.no : assetColumn.id, key), mayRead))
      .prepare(name),
  );
  const rows = await statement.execute({ keys, bitmap });
  return new Map(rows.map((row) => [row[key], toColumn(row)]));
}

/** A page of the columns of a dataset: the count after a place. */
export interface WantedColumns {
  readonly datasetNo: No;
  readonly after: number;
  readonly count: number;
}

/** Pages of columns in their order, by the places of what is wanted. */
export async function columnsOf(
  db: Queryable,
  wanted: readonly WantedColumns[],
): Promise<ReadonlyMap<number, readonly Column[]>> {
  const array = (field: keyof WantedColumns, type: string) => sql`${sql.placeholder(field)}::${sql.raw(type)}[]`;
  const statement = prepared(db, 'catalog_columns_of', (orm, name) =>
    orm
      .select({ ...COLUMN, place: sql<number>`w.place::int - 1`.as('place') })
      .from(
        sql`unnest(${array('datasetNo', 'bigint')}, ${array('after', 'int')}, ${array('count', 'int')})
            with ordinality as w(dataset_no, after, count, place)
          cross join lateral (
            select no from catalog.asset_column
            where dataset_no = w.dataset_no and state = 'present' and ordinal > w.after order by ordinal limit w.count) page`,
      )
      .innerJoin(assetColumn, sql`${assetColumn.no} = page.no`)
      .innerJoin(asset, eq(asset.no, assetColumn.datasetNo))
      .orderBy(sql`w.place`, asc(assetColumn.ordinal))
      .prepare(name),
  );
  const rows = await statement.execute({
    datasetNo: wanted.map(({ datasetNo }) => datasetNo),
    after: wanted.map(({ after }) => after),
    count: wanted.map(({ count }) => count),
  });
  const pages = groupBy(rows, ({ place }) => place);
  return new Map([...pages].map(([place, page]) => [place, page.map(({ place: _, ...row }) => toColumn(row))]));
}

const isAny = (column: unknown, key: 'no' | 'id') =>
  key === 'no'
    ? sql`${column} = any(${sql.placeholder('keys')}::bigint[])`
    : sql`${column} = any(${sql.placeholder('keys')}::text[])`;

type ColumnRow = Omit<Column, '__typename' | 'state'> & {
  readonly columnState: 'present' | 'removed';
  readonly datasetState: Column['state'];
};

/** A column is there while its dataset is and has it. */
function toColumn({ columnState, datasetState, ...row }: ColumnRow): Column {
  return { ...row, __typename: 'Column', state: columnState === 'removed' ? 'removed' : datasetState };
}
