import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import { groupBy } from '../../../kernel/groupBy.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';
import type { KnownDefinition, Metric } from '../domain/quality.ts';
import type { StatementRow } from './writeQuality.ts';

/** A page of the metrics of a dataset or a column: the count after a name and an id. */
export interface WantedMetrics {
  readonly of: 'dataset' | 'column';
  readonly no: No;
  readonly after: readonly [string, string] | null;
  readonly count: number;
}

/**
 * Pages of metrics in the order of their names, by the places of what is wanted, as they are or were at a moment. A metric says
 * something of each dataset that it reads, so it is shown to those who may see them all.
 */
export async function metricsOf(
  db: Queryable,
  wanted: readonly WantedMetrics[],
  bitmap: Bitmap,
  at: Instant | null,
): Promise<ReadonlyMap<number, readonly Metric[]>> {
  const rows: (Metric & { place: number })[] = [];
  for (const of of ['dataset', 'column'] as const) {
    const asked = wanted.flatMap((one, place) => (one.of === of ? [{ ...one, place }] : []));
    if (asked.length === 0) continue;
    rows.push(
      ...(await db.query<Metric & { place: number }>(
        `select w.place, m.id, m.name, m.label, m.description, m.type, m.expression, m.filter, m.time_grain as "timeGrain", m.dimensions,
           m.dataset_nos::text[] as "datasetNos", m.column_nos::text[] as "columnNos", m.producer, left(m.name, 200) as "sortName",
           m.recorded_from as "definedAt"
         from unnest($2::bigint[], $3::text[], $4::text[], $5::int[], $6::int[]) as w(no, name, id, count, place)
         cross join lateral (
           select * from catalog.metric m
           where m.${of}_nos @> array[w.no] and ${at === null ? `m.recorded_to = 'infinity'` : 'm.recorded_from <= $7 and m.recorded_to > $7'}
             and (left(m.name, 200), m.id) > (w.name, w.id)
             and not exists (select from unnest(m.dataset_nos) as d(no) left join kernel.resource r on r.no = d.no
                             where r.no is null or not kernel.may_see($1, r.acl_id))
           order by left(m.name, 200), m.id limit w.count) m
         order by w.place, left(m.name, 200), m.id`,
        [
          bitmap,
          asked.map(({ no }) => no),
          asked.map(({ after }) => after?.[0] ?? ''),
          asked.map(({ after }) => after?.[1] ?? ''),
          asked.map(({ count }) => count),
          asked.map(({ place }) => place),
          ...(at === null ? [] : [at]),
        ],
        `catalog_metrics_of_${of}${at === null ? '' : '_at'}`,
      )),
    );
  }
  return groupBy(rows, (row) => row.place);
}

export interface KnownMetric extends KnownDefinition {
  readonly key: string;
}

/** The last row of each of these metrics, whether it is in force or not. */
export const knownMetrics = (
  tx: Tx,
  producer: string,
  namespace: string,
  keys: readonly string[],
): Promise<readonly KnownMetric[]> =>
  tx.query<KnownMetric>(
    `select n.key, m.id, m.stated_at as "statedAt", m.recorded_to = 'infinity' as "isCurrent", m.digest
     from unnest($3::text[]) as n(key)
     cross join lateral (
       select * from catalog.metric m
       where m.producer = $1 and m.namespace = $2 and md5(m.key) = md5(n.key) and m.key = n.key
       order by m.recorded_from desc limit 1) m`,
    [producer, namespace, keys],
    'catalog_known_metrics',
  );

/** A definition that begins now. */
export interface MetricRow {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly label: string | null;
  readonly description: string | null;
  readonly type: string;
  readonly expression: string | null;
  readonly filter: string | null;
  readonly time_grain: string | null;
  readonly dimensions: readonly string[];
  readonly dataset_nos: readonly No[];
  readonly column_nos: readonly No[];
  readonly digest: string;
}

export async function beginMetrics(tx: Tx, rows: readonly MetricRow[], said: StatementRow): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into catalog.metric (id, producer, namespace, key, name, label, description, type, expression, filter, time_grain, dimensions,
       dataset_nos, column_nos, digest, stated_at, recorded_from)
     select id, $2, $3, key, name, label, description, type, expression, filter, time_grain, dimensions, dataset_nos, column_nos, digest, $4, $5
     from json_to_recordset($1) as r(id text, key text, name text, label text, description text, type text, expression text, filter text,
       time_grain text, dimensions text[], dataset_nos bigint[], column_nos bigint[], digest text)`,
    [JSON.stringify(rows), said.producer, said.namespace, said.statedAt, tx.now],
    'catalog_begin_metrics',
  );
}

/** Ends what is defined otherwise now. */
export async function endMetrics(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update catalog.metric set recorded_to = $2 where id = any($1) and recorded_to = 'infinity'`,
    [ids, tx.now],
    'catalog_end_metrics',
  );
}

/** Takes down that metrics were stated again as they are. */
export async function touchMetrics(tx: Tx, ids: readonly string[], said: StatementRow): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update catalog.metric set stated_at = $2 where id = any($1) and recorded_to = 'infinity' and stated_at < $2`,
    [ids, said.statedAt],
    'catalog_touch_metrics',
  );
}

/** Ends the metrics that a complete statement did not have. */
export const endUnstatedMetrics = (
  tx: Tx,
  said: StatementRow,
): Promise<readonly { readonly id: string; readonly key: string }[]> =>
  tx.query(
    `update catalog.metric set recorded_to = $4
     where producer = $1 and namespace = $2 and recorded_to = 'infinity' and stated_at < $3 returning id, key`,
    [said.producer, said.namespace, said.statedAt, tx.now],
    'catalog_end_unstated_metrics',
  );
