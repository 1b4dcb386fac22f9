import type { Database } from './database.ts';

const PERIOD_MS = 5_000;
/** A table is analyzed again when this many of its rows, and this share of them, are new or changed. */
const CHANGED_ROWS_MIN = 500;
const CHANGED_SHARE_MIN = 0.5;

/**
 * Keeps what the planner knows of the tables near to what is in them. PostgreSQL's own autovacuum looks once a minute, and the
 * embedded engine has none; until then prepared statements keep the plans that were made for empty tables, and a first crawl
 * reads whole tables for each batch.
 * @returns stops, when the round in progress is over
 */
export function keepStatisticsFresh(
  db: Database,
  onError: (error: unknown) => void,
  periodMs: number = PERIOD_MS,
): () => Promise<void> {
  let round: Promise<unknown> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    round = refreshStatistics(db)
      .catch(onError)
      .finally(() => {
        isRunning = false;
      });
  }, periodMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await round;
  };
}

/** Analyzes the tables that changed much since they were analyzed last; answers their names. */
export async function refreshStatistics(db: Database): Promise<readonly string[]> {
  const tables = await db.query<{ name: string }>(
    // Only its owner may analyze a table.
    `select format('%I.%I', s.schemaname, s.relname) as name
     from pg_stat_user_tables s join pg_class c on c.oid = s.relid
     where s.n_mod_since_analyze > $1 + $2::float8 * s.n_live_tup and pg_has_role(c.relowner, 'usage') order by s.relid`,
    [CHANGED_ROWS_MIN, CHANGED_SHARE_MIN],
    'changed_tables',
  );
  for (const { name } of tables) await db.query(`analyze ${name}`);
  return tables.map(({ name }) => name);
}
