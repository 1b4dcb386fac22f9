import { Fault } from '../../kernel/fault.ts';
import type { QueryItem, QueryOptions, SourceReport } from '../connector.ts';
import type { Link, Snapshot } from './link.ts';
import { DATABASES } from './queries.ts';
import type { DatabaseRow, StatementRow, StatementTotalsRow, StatementViewRow } from './rows.ts';
import { searchPathOf, type PathSetting } from './searchPath.ts';
import { FETCH_STATEMENTS, openStatements, SEARCH_PATHS, STATEMENT_VIEW, statementTotals } from './statementQueries.ts';
import type { Source } from './survey.ts';
import { endsConnection, scopeReason } from './unavailable.ts';

/** What pg_stat_statements remembers of the databases of this source. It stands in one of them and speaks of all. */
export async function* statements(source: Source, { limit, signal }: QueryOptions): AsyncGenerator<QueryItem> {
  const found = await findView(source, signal);
  if (found === null) {
    yield silence(
      `no pg_stat_statements in ${source.config.database}, so lineage of queries is not known: add it to shared_preload_libraries, restart the server, and run CREATE EXTENSION pg_stat_statements`,
    );
    return;
  }
  const { link, snapshot, view, databases } = found;
  try {
    if (!view.permitted) yield silence(`permission denied for pg_stat_statements; ${view.remedy}`);
    else yield* read(snapshot, view, databases, limit);
    await snapshot.end();
  } catch (error) {
    if (endsConnection(error)) throw error;
    yield silence(`pg_stat_statements cannot be read: ${scopeReason(error, source.config)}`);
  } finally {
    await link.close();
  }
}

/** For a test of the source: whether there is something to read, and what would help. */
export async function inspectStatements(source: Source, signal: AbortSignal): Promise<NonNullable<SourceReport['queries']>> {
  for await (const item of statements(source, { limit: 0, signal }))
    if (item.type === 'receipt') return { readable: item.readable, reason: item.notes.join('\n') || null };
  throw new Error('reading statements ended without a receipt');
}

interface View {
  readonly link: Link;
  readonly snapshot: Snapshot;
  readonly view: StatementViewRow;
  readonly databases: readonly string[];
}

/** Looks for the extension in the databases of the source, and in `postgres`, where it often is. */
async function findView(source: Source, signal: AbortSignal): Promise<View | null> {
  const { config } = source;
  const wanted = config.databases === 'all' ? null : (config.databases ?? [config.database]);
  const first = await look(source, config.database, signal);
  const rows = await first.snapshot.rows<DatabaseRow>(DATABASES, [wanted === null ? null : [...wanted, 'postgres']]);
  const databases = rows.map(({ name }) => name).filter((name) => wanted === null || wanted.includes(name));
  if (first.view !== null) return { ...first, view: first.view, databases };
  await first.link.close();
  for (const { name, open, permitted } of rows) {
    if (!open || !permitted || name === config.database) continue;
    const next = await look(source, name, signal).catch((error: unknown) => {
      // What refuses us here has its place in the receipts of the crawl.
      if (error instanceof Fault && error.code === 'SOURCE_UNAVAILABLE') return null;
      throw error;
    });
    if (next?.view != null) return { ...next, view: next.view, databases };
    await next?.link.close();
  }
  return null;
}

async function look(
  source: Source,
  database: string,
  signal: AbortSignal,
): Promise<Omit<View, 'view' | 'databases'> & { readonly view: StatementViewRow | null }> {
  const link = await source.connect(database, signal);
  try {
    const snapshot = await link.begin();
    const [view] = await snapshot.rows<StatementViewRow>(STATEMENT_VIEW);
    return { link, snapshot, view: view ?? null };
  } catch (error) {
    await link.close();
    throw error;
  }
}

async function* read(
  snapshot: Snapshot,
  view: StatementViewRow,
  databases: readonly string[],
  limit: number,
): AsyncGenerator<QueryItem> {
  const settings = await snapshot.rows<PathSetting>(SEARCH_PATHS);
  const [totals] = await snapshot.rows<StatementTotalsRow>(statementTotals(view.schema, view.tellsReset), [databases]);
  if (totals === undefined) throw new Error('counting statements answered no row');
  if (limit > 0) {
    await snapshot.rows(openStatements(view.schema, new Set(view.columns)), [databases, limit]);
    for (let page = await fetchPage(snapshot); page.length > 0; page = await fetchPage(snapshot))
      for (const row of page) yield { type: 'query', record: recordOf(row, settings) };
  }
  yield {
    type: 'receipt',
    readable: true,
    withheld: totals.hidden + totals.long,
    beyond: limit === 0 ? 0 : Math.max(0, totals.told - limit),
    since: totals.since?.toISOString() ?? null,
    notes: notesOf(view, totals),
  };
}

const fetchPage = (snapshot: Snapshot): Promise<readonly StatementRow[]> => snapshot.rows<StatementRow>(FETCH_STATEMENTS);

const recordOf = (
  { id, text, database, role, calls, rows, totalMs, firstSeenAt }: StatementRow,
  settings: readonly PathSetting[],
): Extract<QueryItem, { type: 'query' }>['record'] => ({
  id: id ?? '',
  text,
  database,
  schemas: searchPathOf(settings, database, role),
  calls,
  rows,
  totalMs,
  firstSeenAt: firstSeenAt?.toISOString() ?? null,
  lastSeenAt: null,
});

function notesOf({ seesAll, seesAllRemedy, track }: StatementViewRow, { hidden, long }: StatementTotalsRow): readonly string[] {
  return [
    ...(seesAll ? [] : [`only statements of the crawler itself can be read, ${hidden} others are hidden; ${seesAllRemedy}`]),
    ...(seesAll && hidden > 0
      ? [`${hidden} statements have lost their texts; SELECT pg_stat_statements_reset() begins anew`]
      : []),
    ...(long > 0 ? [`${long} statements of more than 100,000 characters were left out`] : []),
    ...(track === 'top' ? ['statements inside of functions are not counted; set pg_stat_statements.track to all'] : []),
    ...(track === 'none' ? ['nothing is counted; set pg_stat_statements.track to all'] : []),
  ];
}

const silence = (note: string): QueryItem => ({
  type: 'receipt',
  readable: false,
  withheld: 0,
  beyond: 0,
  since: null,
  notes: [note],
});
