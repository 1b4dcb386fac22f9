import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';
import type { AnalyzedStatement, SeenStatement, StatementOutcome } from '../domain/lineage/statement.ts';

/** What names stand for: another table, other columns, or gone. */
const NAMES_DIGEST = `(select md5(coalesce(string_agg(a.no || ':' || a.content_digest, ',' order by a.no), ''))
    from unnest(%) as named(name) join catalog.asset a on a.namespace = $2 and a.kind = 'dataset' and a.state <> 'removed'
      and md5(a.canonical) = md5(named.name) and a.canonical = named.name)`;

/** As the program writes a moment, because JSON has no type for it. */
const UTC = (moment: string): string => `to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

export interface KnownStatement {
  readonly fingerprint: string;
  readonly lastSeenAt: Instant;
  readonly outcome: StatementOutcome;
  /** True when its names stand for something else than when it was analysed. */
  readonly isStale: boolean;
}

export const knownStatements = (
  db: Queryable,
  sourceId: string,
  namespace: string,
  fingerprints: readonly string[],
): Promise<readonly KnownStatement[]> =>
  db.query<KnownStatement>(
    `select s.fingerprint, s.outcome, s.last_seen_at as "lastSeenAt", s.names_digest <> ${NAMES_DIGEST.replace('%', 's.names')} as "isStale"
     from catalog.query_statement s where s.source_id = $1 and s.fingerprint = any($3)`,
    [sourceId, namespace, fingerprints],
    'catalog_known_statements',
  );

export interface NamedTable {
  readonly no: No;
  readonly canonical: string;
  readonly columns: readonly string[];
}

/** Datasets by canonical names, with the columns that they have now. */
export const tablesByCanonical = (db: Queryable, namespace: string, names: readonly string[]): Promise<readonly NamedTable[]> =>
  db.query<NamedTable>(
    `select a.no, a.canonical,
       coalesce((select array_agg(c.name order by c.ordinal) from catalog.asset_column c
                 where c.dataset_no = a.no and c.state = 'present'), '{}') as columns
     from unnest($2::text[]) as named(name) join catalog.asset a on a.namespace = $1 and a.kind = 'dataset' and a.state <> 'removed'
       and md5(a.canonical) = md5(named.name) and a.canonical = named.name`,
    [namespace, names],
    'catalog_tables_by_canonical',
  );

/** Keeps what analysing statements found. Their counters begin at nothing; `countRuns` sets them. */
export async function saveStatements(
  tx: Tx,
  sourceId: string,
  namespace: string,
  statements: readonly AnalyzedStatement[],
): Promise<void> {
  const rows = statements.map(({ seen, outcome, names, reads, writes, coverage, problem, isTransient }) => ({
    fingerprint: seen.fingerprint,
    outcome,
    text: outcome === 'moves' || outcome === 'unread' ? seen.text : null,
    names,
    reads,
    writes,
    resolved: coverage?.resolved ?? null,
    of: coverage?.references ?? null,
    problem,
    transient: isTransient,
    first_seen_at: seen.firstSeenAt,
    last_seen_at: seen.lastSeenAt,
  }));
  await tx.query(
    `insert into catalog.query_statement (source_id, fingerprint, outcome, text, names, names_digest, reads, writes, resolved,
       "references", problem, first_seen_at, last_seen_at, recorded_at)
     select $1, n.fingerprint, n.outcome, n.text, n.names,
       case when n.transient then '' else ${NAMES_DIGEST.replace('%', 'n.names')} end, n.reads, n.writes, n.resolved,
       n."of", n.problem, coalesce(n.first_seen_at, $4), coalesce(n.last_seen_at, $4), $4
     from json_to_recordset($3) as n(fingerprint text, outcome text, text text, names text[], reads bigint[], writes bigint[],
       resolved int, "of" int, problem text, transient boolean, first_seen_at timestamptz, last_seen_at timestamptz)
     on conflict (source_id, fingerprint) do update set outcome = excluded.outcome, text = excluded.text, names = excluded.names,
       names_digest = excluded.names_digest, reads = excluded.reads, writes = excluded.writes, resolved = excluded.resolved,
       "references" = excluded."references", problem = excluded.problem, recorded_at = excluded.recorded_at`,
    [sourceId, namespace, JSON.stringify(rows), tx.now],
    'catalog_save_statements',
  );
}

/** Counts of statements by what they do. */
export const countOutcomes = (
  db: Queryable,
  sourceId: string,
  fingerprints: readonly string[],
): Promise<readonly { readonly outcome: StatementOutcome; readonly count: number }[]> =>
  db.query(
    `select outcome, count(*)::int as count from catalog.query_statement
     where source_id = $1 and fingerprint = any($2) group by outcome`,
    [sourceId, fingerprints],
    'catalog_count_outcomes',
  );

/**
 * Sets the counters of statements to what the engine says now. A counter that fell was begun anew, so all of it is news.
 * @returns how many times each dataset was read and written since the counters were last seen
 */
export async function countRuns(
  tx: Tx,
  sourceId: string,
  seen: readonly SeenStatement[],
): Promise<readonly { readonly no: No; readonly reads: number; readonly writes: number }[]> {
  const rows = seen.map(({ fingerprint, calls, rows: rowCount, totalMs, lastSeenAt }) => ({
    fingerprint,
    calls,
    row_count: rowCount,
    total_ms: totalMs,
    last_seen_at: lastSeenAt,
  }));
  return tx.query(
    `with told as (select * from json_to_recordset($2) as n(fingerprint text, calls bigint, row_count bigint, total_ms float8, last_seen_at timestamptz)),
     ran as (select s.fingerprint, s.outcome, s.reads, s.writes, told.calls, told.row_count, told.total_ms,
         case when told.calls < s.calls then told.calls else told.calls - s.calls end as runs,
         coalesce(told.last_seen_at, $3) as last_seen_at
       from catalog.query_statement s join told using (fingerprint) where s.source_id = $1 and s.calls <> told.calls),
     counted as (update catalog.query_statement s
       set calls = ran.calls, row_count = ran.row_count, total_ms = ran.total_ms, last_seen_at = ran.last_seen_at
       from ran where s.source_id = $1 and s.fingerprint = ran.fingerprint),
     shown as (update catalog.lineage_edge e set last_seen_at = ran.last_seen_at,
         evidence = e.evidence || jsonb_build_object('calls', ran.calls, 'rows', ran.row_count, 'totalMs', round(ran.total_ms::numeric, 1), 'lastSeenAt', ${UTC('ran.last_seen_at')})
       from ran where ran.outcome = 'moves' and e.evidence_key = 'query/' || $1 || '/' || ran.fingerprint and e.recorded_to = 'infinity')
     select touched.no, sum(touched.reads)::float8 as reads, sum(touched.writes)::float8 as writes
     from (select unnest(reads) as no, runs as reads, 0 as writes from ran
           union all select unnest(writes), 0, runs from ran) touched
     group by touched.no`,
    [sourceId, JSON.stringify(rows), tx.now],
    'catalog_count_runs',
  );
}

/** Forgets statements that are not listed any more and have no edges. @returns how many */
export async function forgetStatements(tx: Tx, sourceId: string, listed: readonly string[], days: number): Promise<number> {
  const gone = await tx.query(
    `delete from catalog.query_statement where source_id = $1 and outcome <> 'moves' and not fingerprint = any($2)
       and last_seen_at < $3::timestamptz - make_interval(days => $4) returning 1`,
    [sourceId, listed, tx.now, days],
    'catalog_forget_statements',
  );
  return gone.length;
}
