import type { Queryable } from '../../../kernel/db/database.ts';
import { groupBy } from '../../../kernel/groupBy.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { DatasetStatistics, No } from '../domain/asset.ts';

/** A page of what was measured of a dataset: the count before a moment. */
export interface WantedMeasurements {
  readonly no: No;
  readonly before: Instant | null;
  readonly count: number;
}

/** Pages of measurements, latest first, by the places of what is wanted, no later than a moment where one is given. */
export async function measurementsOf(
  db: Queryable,
  wanted: readonly WantedMeasurements[],
  at: Instant | null,
): Promise<ReadonlyMap<number, readonly DatasetStatistics[]>> {
  const rows = await db.query<DatasetStatistics & { place: number }>(
    `select w.place::int - 1 as place, m.recorded_at as "measuredAt", m.row_count_estimate as "rowCountEstimate", m.size_bytes as "sizeBytes"
     from unnest($2::bigint[], $3::timestamptz[], $4::int[]) with ordinality as w(no, before, count, place)
     cross join lateral (
       select * from catalog.measurement
       where dataset_no = w.no and recorded_at <= $1 and recorded_at < w.before order by recorded_at desc limit w.count) m
     order by w.place, m.recorded_at desc`,
    [
      at ?? 'infinity',
      wanted.map(({ no }) => no),
      wanted.map(({ before }) => before ?? 'infinity'),
      wanted.map(({ count }) => count),
    ],
    'catalog_measurements_of',
  );
  return groupBy(rows, (row) => row.place);
}
