import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';

/** Adds runs to what a crawl counted; a crawl that goes on after an interruption adds what it had not counted yet. */
export async function addUsage(
  tx: Tx,
  crawlId: string,
  usage: readonly { readonly no: No; readonly reads: number; readonly writes: number }[],
): Promise<void> {
  await tx.query(
    `insert into catalog.dataset_usage (dataset_no, crawl_id, reads, writes)
     select n.no, $1, n.reads, n.writes from json_to_recordset($2) as n(no bigint, reads bigint, writes bigint)
     on conflict (dataset_no, crawl_id) do update set
       reads = dataset_usage.reads + excluded.reads, writes = dataset_usage.writes + excluded.writes`,
    [crawlId, JSON.stringify(usage)],
    'catalog_add_usage',
  );
}

/** How a dataset was used, as far as the counters of its engine tell. */
export interface DatasetUsage {
  /** `<days> <number of the dataset>` */
  readonly id: string;
  /** Null when the engine does not say since when it counts. */
  readonly countedFrom: Instant | null;
  readonly countedTo: Instant;
  readonly reads: string;
  readonly writes: string;
  readonly lastReadAt: Instant | null;
  readonly lastWrittenAt: Instant | null;
}

/** What crawls of the last days counted, by `<days> <number of a dataset>`; nothing for datasets of sources that count nothing. */
export const usageByKey = (db: Queryable, keys: readonly string[]): Promise<readonly DatasetUsage[]> =>
  db.query<DatasetUsage>(
    `with asked as (select key, a.no, a.source_id, now() - make_interval(days => split_part(key, ' ', 1)::int) as since
       from unnest($1::text[]) key join catalog.asset a on a.no = split_part(key, ' ', 2)::bigint),
     counted as (select looked.source_id, looked.since, bool_or(q.counted_from is null) as is_open, min(q.counted_from) as counted_from,
         max(q.recorded_at) as counted_to
       from (select distinct source_id, since from asked) looked join catalog.crawl c on c.source_id = looked.source_id
       join catalog.crawl_queries q on q.crawl_id = c.id and q.readable and q.recorded_at >= looked.since
       group by looked.source_id, looked.since),
     used as (select asked.key, sum(u.reads)::bigint as reads, sum(u.writes)::bigint as writes,
         max(q.recorded_at) filter (where u.reads > 0) as last_read_at, max(q.recorded_at) filter (where u.writes > 0) as last_written_at
       from asked join catalog.dataset_usage u on u.dataset_no = asked.no
       join catalog.crawl_queries q on q.crawl_id = u.crawl_id and q.recorded_at >= asked.since group by asked.key)
     select asked.key as id, case when counted.is_open then null else counted.counted_from end as "countedFrom",
       counted.counted_to as "countedTo", coalesce(used.reads, 0)::text as reads, coalesce(used.writes, 0)::text as writes,
       used.last_read_at as "lastReadAt", used.last_written_at as "lastWrittenAt"
     from asked join counted using (source_id, since) left join used using (key)`,
    [keys],
    'catalog_usage_by_key',
  );
