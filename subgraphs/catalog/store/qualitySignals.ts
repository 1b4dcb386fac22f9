import type { Queryable } from '../../../kernel/db/database.ts';
import { groupBy } from '../../../kernel/groupBy.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';
import type { DatasetQuality, QualityResult, QualitySignal } from '../domain/quality.ts';

/** A page of the signals of a dataset or a column: the count after a name and an id. */
export interface WantedSignals {
  readonly of: 'dataset' | 'column';
  readonly no: No;
  readonly after: readonly [string, string] | null;
  readonly count: number;
}

const inForce = (at: Instant | null): string =>
  at === null ? `s.recorded_to = 'infinity'` : 's.recorded_from <= $1 and s.recorded_to > $1';

/** The latest result of a signal, of those that were here at the moment. */
const LATEST = `left join lateral (
    select status, message, failures, observed_at, max_loaded_at from catalog.quality_result
    where signal_id = s.id and recorded_at <= $1 order by observed_at desc, badness desc limit 1) r on true`;

const FIELDS = `s.id, s.dataset_no as "datasetNo", s.column_name as "columnName", s.column_no as "columnNo", s.tool, s.name, s.kind,
  s.severity, s.description, s.criteria, left(s.name, 200) as "sortName", r.status, r.message, r.failures,
  r.observed_at as "observedAt", r.max_loaded_at as "maxLoadedAt",
  (select min(recorded_from) from catalog.quality_signal f where f.id = s.id) as "firstSeenAt"`;

/** Pages of signals in the order of their names, by the places of what is wanted, as they are or were at a moment. */
export async function signalsOf(
  db: Queryable,
  wanted: readonly WantedSignals[],
  at: Instant | null,
): Promise<ReadonlyMap<number, readonly QualitySignal[]>> {
  const rows: (QualitySignal & { place: number })[] = [];
  for (const of of ['dataset', 'column'] as const) {
    const asked = wanted.flatMap((one, place) => (one.of === of ? [{ ...one, place }] : []));
    if (asked.length === 0) continue;
    rows.push(
      ...(await db.query<QualitySignal & { place: number }>(
        `select w.place, ${FIELDS}
         from unnest($2::bigint[], $3::text[], $4::text[], $5::int[], $6::int[]) as w(no, name, id, count, place)
         cross join lateral (
           select * from catalog.quality_signal s
           where s.${of}_no = w.no and ${inForce(at)} and (left(s.name, 200), s.id) > (w.name, w.id)
           order by left(s.name, 200), s.id limit w.count) s
         ${LATEST}
         order by w.place, left(s.name, 200), s.id`,
        [
          at ?? 'infinity',
          asked.map(({ no }) => no),
          asked.map(({ after }) => after?.[0] ?? ''),
          asked.map(({ after }) => after?.[1] ?? ''),
          asked.map(({ count }) => count),
          asked.map(({ place }) => place),
        ],
        `catalog_signals_of_${of}${at === null ? '' : '_at'}`,
      )),
    );
  }
  return groupBy(rows, (row) => row.place);
}

/** How the checks of datasets stand; nothing for those that nobody checks. */
export async function qualityOf(
  db: Queryable,
  datasetNos: readonly No[],
  at: Instant | null,
): Promise<ReadonlyMap<No, DatasetQuality>> {
  const rows = await db.query<DatasetQuality & { no: No }>(
    `select s.dataset_no::text as no, count(*) filter (where r.status = 'PASS')::int as passing,
       count(*) filter (where r.status = 'WARN')::int as warning, count(*) filter (where r.status = 'FAIL')::int as failing,
       count(*) filter (where r.status = 'ERROR')::int as erroring,
       count(*) filter (where r.status is null or r.status = 'SKIPPED')::int as unknown, max(r.observed_at) as "lastObservedAt"
     from catalog.quality_signal s ${LATEST}
     where s.dataset_no = any($2::bigint[]) and ${inForce(at)} group by s.dataset_no`,
    [at ?? 'infinity', datasetNos],
    `catalog_quality_of${at === null ? '' : '_at'}`,
  );
  return new Map(rows.map((row) => [row.no, row]));
}

/** A page of the results of a signal: the count before a moment, and a badness where one moment has several. */
export interface WantedResults {
  readonly signalId: string;
  readonly before: readonly [Instant, number] | null;
  readonly count: number;
}

/** Pages of results, newest first, by the places of what is wanted, of those that were here at a moment. */
export async function resultsOf(
  db: Queryable,
  wanted: readonly WantedResults[],
  at: Instant | null,
): Promise<ReadonlyMap<number, readonly QualityResult[]>> {
  const rows = await db.query<QualityResult & { place: number }>(
    `select w.place::int - 1 as place, r.status, r.badness, r.observed_at as "observedAt", r.recorded_at as "recordedAt", r.failures,
       r.message, r.max_loaded_at as "maxLoadedAt", r.run
     from unnest($2::text[], $3::timestamptz[], $4::int[], $5::int[]) with ordinality as w(signal_id, before, badness, count, place)
     cross join lateral (
       select * from catalog.quality_result
       where signal_id = w.signal_id and recorded_at <= $1 and (observed_at, badness) < (w.before, w.badness)
       order by observed_at desc, badness desc limit w.count) r
     order by w.place, r.observed_at desc, r.badness desc`,
    [
      at ?? 'infinity',
      wanted.map(({ signalId }) => signalId),
      wanted.map(({ before }) => before?.[0] ?? 'infinity'),
      wanted.map(({ before }) => before?.[1] ?? 0),
      wanted.map(({ count }) => count),
    ],
    'catalog_results_of',
  );
  return groupBy(rows, (row) => row.place);
}
