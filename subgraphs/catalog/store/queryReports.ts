import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { QueryReport } from '../domain/lineage/statement.ts';

/** Says what a crawl read of statements, and since when what it counts was not counted before. */
export async function saveQueryReport(
  tx: Tx,
  crawlId: string,
  report: QueryReport,
  countedFrom: Instant | string | null,
): Promise<void> {
  const { readable, listed, analyzed, moving, touching, foreignOnly, unread, withheld, beyond, notes } = report;
  await tx.query(
    `insert into catalog.crawl_queries (crawl_id, readable, listed, analyzed, moving, touching, foreign_only, unread, withheld, beyond,
       notes, counted_from, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::timestamptz, $13)
     on conflict (crawl_id) do update set readable = excluded.readable, listed = excluded.listed,
       analyzed = crawl_queries.analyzed + excluded.analyzed, moving = excluded.moving, touching = excluded.touching,
       foreign_only = excluded.foreign_only, unread = excluded.unread, withheld = excluded.withheld, beyond = excluded.beyond,
       notes = excluded.notes, counted_from = excluded.counted_from, recorded_at = excluded.recorded_at`,
    [crawlId, readable, listed, analyzed, moving, touching, foreignOnly, unread, withheld, beyond, notes, countedFrom, tx.now],
    'catalog_save_query_report',
  );
}

/** When an earlier crawl last read all of a source's statistics: what it could not see may have run before it. */
export async function lastQueriesRead(db: Queryable, sourceId: string, crawlId: string): Promise<Instant | null> {
  const [row] = await db.query<{ at: Instant }>(
    `select q.recorded_at as at from catalog.crawl_queries q join catalog.crawl c on c.id = q.crawl_id
     where c.source_id = $1 and c.id <> $2 and q.readable and q.withheld = 0 and q.beyond = 0 order by q.recorded_at desc limit 1`,
    [sourceId, crawlId],
    'catalog_last_queries_read',
  );
  return row?.at ?? null;
}

/** Reports by the ids of their crawls. */
export const queryReports = (
  db: Queryable,
  crawlIds: readonly string[],
): Promise<readonly (QueryReport & { readonly id: string })[]> =>
  db.query(
    `select crawl_id as id, readable, listed, analyzed, moving, touching, foreign_only as "foreignOnly", unread, withheld, beyond, notes
     from catalog.crawl_queries where crawl_id = any($1)`,
    [crawlIds],
    'catalog_query_reports',
  );
