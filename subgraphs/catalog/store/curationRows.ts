import { asc, eq, sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import { prepared } from '../../../kernel/db/prepared.ts';
import { groupBy } from '../../../kernel/groupBy.ts';
import type { AssignedTag, DatasetStatistics, No, Owner, SourcedText } from '../domain/asset.ts';
import { curatedDescription, ownership, tag, tagAssignment } from '../tables.ts';

const nos = sql`any(${sql.placeholder('nos')}::bigint[])`;

export async function ownersOf(db: Queryable, assetNos: readonly No[]): Promise<ReadonlyMap<No, readonly Owner[]>> {
  const statement = prepared(db, 'catalog_owners_of', (orm, name) =>
    orm
      .select({
        no: ownership.assetNo,
        role: ownership.role,
        origin: ownership.origin,
        principalId: ownership.principalId,
        external: ownership.external,
        since: ownership.recordedFrom,
      })
      .from(ownership)
      .where(sql`${ownership.assetNo} = ${nos} and ${ownership.recordedTo} = 'infinity'`)
      .orderBy(asc(ownership.role), asc(ownership.origin), asc(ownership.principalId))
      .prepare(name),
  );
  return groupBy(await statement.execute({ nos: assetNos }), (row) => row.no);
}

export async function textsOf(db: Queryable, assetNos: readonly No[]): Promise<ReadonlyMap<No, readonly SourcedText[]>> {
  const statement = prepared(db, 'catalog_texts_of', (orm, name) =>
    orm
      .select({
        no: curatedDescription.assetNo,
        text: curatedDescription.description,
        origin: curatedDescription.origin,
        principalId: curatedDescription.principalId,
        setAt: curatedDescription.recordedFrom,
      })
      .from(curatedDescription)
      .where(sql`${curatedDescription.assetNo} = ${nos} and ${curatedDescription.recordedTo} = 'infinity'`)
      .prepare(name),
  );
  return groupBy(await statement.execute({ nos: assetNos }), (row) => row.no);
}

export async function tagsOf(db: Queryable, assetNos: readonly No[]): Promise<ReadonlyMap<No, readonly AssignedTag[]>> {
  const statement = prepared(db, 'catalog_tags_of', (orm, name) =>
    orm
      .select({
        no: tagAssignment.assetNo,
        tag: { id: tag.id, name: tag.name, description: tag.description },
        origin: tagAssignment.origin,
        since: tagAssignment.recordedFrom,
      })
      .from(tagAssignment)
      .innerJoin(tag, eq(tag.id, tagAssignment.tagId))
      .where(sql`${tagAssignment.assetNo} = ${nos} and ${tagAssignment.recordedTo} = 'infinity'`)
      .orderBy(asc(tag.name))
      .prepare(name),
  );
  return groupBy(await statement.execute({ nos: assetNos }), (row) => row.no);
}

/** The latest measurement of each dataset, up to a moment where one is given: one row of the index each, however many there are. */
export async function statisticsOf(
  db: Queryable,
  datasetNos: readonly No[],
  at: string | null,
): Promise<ReadonlyMap<No, DatasetStatistics>> {
  const rows = await db.query<DatasetStatistics & { no: No }>(
    `select d.no::text as no, m.recorded_at as "measuredAt", m.row_count_estimate as "rowCountEstimate", m.size_bytes as "sizeBytes"
     from unnest($1::bigint[]) as d(no)
     cross join lateral (
       select recorded_at, row_count_estimate, size_bytes from catalog.measurement
       where dataset_no = d.no and recorded_at <= $2 order by recorded_at desc limit 1) m`,
    [datasetNos, at ?? 'infinity'],
    'catalog_statistics_of',
  );
  return new Map(rows.map((row) => [row.no, row]));
}
