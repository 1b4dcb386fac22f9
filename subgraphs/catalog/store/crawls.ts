import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import { Superseded } from '../../../kernel/db/superseded.ts';
import type { Crawl, CrawlCounts, CrawlPhase, CrawlScope } from '../domain/source.ts';
import type { Instant } from '../../../kernel/time.ts';

interface CrawlRow extends Omit<Crawl, 'counts'>, CrawlCounts {}

const CRAWL_FIELDS = `c.id, c.source_id as "sourceId", c.state, c.simulated, c.requested_by as "requestedBy",
  c.requested_at as "requestedAt", c.started_at as "startedAt", c.finished_at as "finishedAt",
  c.added, c.changed, c.unchanged, c.missing, c.removed, c.reason, c.released_by as "releasedBy"`;

const toCrawl = ({ added, changed, unchanged, missing, removed, ...rest }: CrawlRow): Crawl => ({
  ...rest,
  counts: { added, changed, unchanged, missing, removed },
});

/** Asks for a crawl, unless one of the same source is under way. */
export async function requestCrawl(
  tx: Tx,
  crawl: { readonly id: string; readonly sourceId: string; readonly requestedBy: string; readonly simulated: boolean },
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const made = await tx.query<{ id: string }>(
    `insert into catalog.crawl (id, source_id, state, simulated, requested_by, requested_at) values ($1, $2, 'queued', $3, $4, $5)
     on conflict (source_id) where state in ('queued', 'running', 'held') do nothing returning id`,
    [crawl.id, crawl.sourceId, crawl.simulated, crawl.requestedBy, tx.now],
  );
  if (made.length > 0) return { id: crawl.id, isNew: true };
  const [open] = await tx.query<{ id: string }>(
    `select id from catalog.crawl where source_id = $1 and state in ('queued', 'running', 'held')`,
    [crawl.sourceId],
  );
  // It ended between the two statements: begin again, and ask for a new one.
  if (open === undefined) throw new Superseded('the open crawl ended');
  return { id: open.id, isNew: false };
}

export async function findCrawl(db: Queryable, id: string): Promise<Crawl | null> {
  const [row] = await db.query<CrawlRow>(
    `select ${CRAWL_FIELDS} from catalog.crawl c where c.id = $1`,
    [id],
    'catalog_find_crawl',
  );
  return row === undefined ? null : toCrawl(row);
}

export const crawlsById = async (db: Queryable, ids: readonly string[]): Promise<readonly Crawl[]> =>
  (
    await db.query<CrawlRow>(`select ${CRAWL_FIELDS} from catalog.crawl c where c.id = any($1)`, [ids], 'catalog_crawls_by_id')
  ).map(toCrawl);

/** Crawls of a source, latest first, after a moment and id. */
export const crawlsOf = async (
  db: Queryable,
  sourceId: string,
  after: readonly [string, string] | null,
  count: number,
): Promise<readonly Crawl[]> =>
  (
    await db.query<CrawlRow>(
      `select ${CRAWL_FIELDS} from catalog.crawl c
       where c.source_id = $1 and ($2::timestamptz is null or (c.requested_at, c.id) < ($2, $3))
       order by c.requested_at desc, c.id desc limit $4`,
      [sourceId, after?.[0] ?? null, after?.[1] ?? null, count],
      'catalog_crawls_of',
    )
  ).map(toCrawl);

/** Crawls that wait for a worker, and those whose worker may be gone. */
export const openCrawls = async (db: Queryable): Promise<readonly Crawl[]> =>
  (
    await db.query<CrawlRow>(
      `select ${CRAWL_FIELDS} from catalog.crawl c where c.state in ('queued', 'running') order by c.requested_at, c.id limit 100`,
      [],
      'catalog_open_crawls',
    )
  ).map(toCrawl);

/** Moves a crawl on, if it still is where it was thought to be. */
export async function moveCrawl(
  tx: Tx,
  id: string,
  from: readonly CrawlPhase[],
  to: CrawlPhase,
  change: {
    readonly startedAt?: Instant;
    readonly finishedAt?: Instant | null;
    readonly reason?: string | null;
    readonly releasedBy?: string;
  } = {},
): Promise<boolean> {
  const moved = await tx.query(
    `update catalog.crawl set state = $3, started_at = coalesce(started_at, $4), finished_at = $5, reason = $6,
       released_by = coalesce($7, released_by)
     where id = $1 and state = any($2) returning id`,
    [id, from, to, change.startedAt ?? null, change.finishedAt ?? null, change.reason ?? null, change.releasedBy ?? null],
  );
  return moved.length > 0;
}

export async function addCounts(tx: Tx, id: string, counts: CrawlCounts): Promise<void> {
  await tx.query(
    `update catalog.crawl set added = added + $2, changed = changed + $3, unchanged = unchanged + $4,
       missing = missing + $5, removed = removed + $6 where id = $1`,
    [id, counts.added, counts.changed, counts.unchanged, counts.missing, counts.removed],
    'catalog_add_counts',
  );
}

const SCOPE_FIELDS = `scope as path, state, expected, listed, stored_up_to as "storedUpTo", vanished, reason`;

export const scopesOf = (db: Queryable, crawlId: string): Promise<readonly CrawlScope[]> =>
  db.query<CrawlScope>(
    `select ${SCOPE_FIELDS} from catalog.crawl_scope where crawl_id = $1 order by scope`,
    [crawlId],
    'catalog_scopes_of',
  );

/** Begins a scope, or finds how far an interrupted crawl came in it. A held scope is listed again from its beginning. */
export async function beginScope(
  tx: Tx,
  crawlId: string,
  scope: readonly string[],
  expected: number | null,
): Promise<CrawlScope> {
  const [row] = await tx.query<CrawlScope>(
    `insert into catalog.crawl_scope (crawl_id, scope, state, expected) values ($1, $2, 'listing', $3)
     on conflict (crawl_id, scope) do update set state = 'listing', expected = excluded.expected, listed = 0
     returning ${SCOPE_FIELDS}`,
    [crawlId, scope, expected],
    'catalog_begin_scope',
  );
  if (row === undefined) throw new Error('beginning a scope returned no row');
  return row;
}

export async function saveScope(
  tx: Tx,
  crawlId: string,
  scope: readonly string[],
  progress: {
    readonly state: CrawlScope['state'];
    readonly listed: number;
    readonly storedUpTo: readonly string[] | null;
    readonly reason: string | null;
    /** How many vanished, for a scope that is held; what was held before stays known otherwise. */
    readonly vanished?: number;
  },
): Promise<void> {
  await tx.query(
    `update catalog.crawl_scope set state = $3, listed = $4, stored_up_to = greatest(stored_up_to, $5), reason = $6,
       vanished = coalesce($7, vanished) where crawl_id = $1 and scope = $2`,
    [crawlId, scope, progress.state, progress.listed, progress.storedUpTo, progress.reason, progress.vanished ?? null],
    'catalog_save_scope',
  );
}
