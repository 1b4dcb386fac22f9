import { isChosen } from '../pattern.ts';
import type { QueryItem, QueryOptions, QueryRecord, SourceReport } from '../connector.ts';
import type { Source } from './crawl.ts';
import type { Link } from './link.ts';
import type { DatabaseRow, StatementRow, StatementSwitchRow, StatementTotalsRow } from './rows.ts';
import { isCutOff, isOfSeveral, readableDigest } from './digestText.ts';
import { databases, serverState } from './queries.ts';
import { STATEMENT_TOTALS, STATEMENTS, STATEMENTS_ACTIVE } from './statementQueries.ts';
import { accountOf } from './survey.ts';
import { endsConnection, scopeReason } from './unavailable.ts';

/** What the performance schema remembers of the databases of this source. Its texts have no literals. */
export async function* statements(source: Source, { limit, signal }: QueryOptions): AsyncGenerator<QueryItem> {
  const link = await source.connect(signal);
  try {
    yield* await read(link, source, limit);
  } catch (error) {
    if (endsConnection(error)) throw error;
    yield silence(await remedyFor(link, source, error));
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

async function read(link: Link, { config }: Source, limit: number): Promise<readonly QueryItem[]> {
  const [state] = await link.rows<StatementSwitchRow>(STATEMENTS_ACTIVE);
  if (state === undefined || Number(state.active) !== 1)
    return [
      silence(
        'the performance schema is off, so lineage of queries is not known: set performance_schema = ON in the configuration of the server and restart it',
      ),
    ];
  const rows = await link.rows<DatabaseRow>(databases(link.dialect));
  const chosen = rows.map(({ name }) => name).filter((name) => isChosen(name, config.databases));
  // An empty list is no list to the engine.
  const names = chosen.length === 0 ? [''] : chosen;
  const [totals] = await link.rows<StatementTotalsRow>(STATEMENT_TOTALS, [names]);
  const found = limit === 0 ? [] : await link.rows<StatementRow>(STATEMENTS, [names, limit]);
  const { whole, cut, together } = sorted(found, Number(state.bytesMax));
  const lumped = Number(totals?.lumped ?? 0);
  return [
    ...whole.map((row): QueryItem => ({ type: 'query', record: recordOf(row) })),
    {
      type: 'receipt',
      readable: true,
      withheld: cut + together,
      beyond: limit === 0 ? 0 : Math.max(0, Number(totals?.told ?? 0) - found.length),
      since: null,
      notes: [
        ...(cut > 0 ? [`${cut} statements are cut off; raise max_digest_length and performance_schema_max_digest_length`] : []),
        ...(together > 0 ? [`the texts of ${together} statements that were sent together with others are not known`] : []),
        ...(lumped > 0 ? [`${lumped} runs were counted without their texts; raise performance_schema_digests_size`] : []),
      ],
    },
  ];
}

/** Of statements that were sent together only the text of the first is known, and stands for all of them. */
function sorted(
  rows: readonly StatementRow[],
  bytesMax: number,
): { readonly whole: readonly StatementRow[]; readonly cut: number; readonly together: number } {
  const complete = rows.filter(({ text }) => !isCutOff(text, bytesMax));
  const firsts = new Set<string>();
  const whole = complete.filter(({ db, text }) => {
    const key = JSON.stringify([db, text]);
    if (isOfSeveral(text) && firsts.has(key)) return false;
    firsts.add(key);
    return true;
  });
  return { whole, cut: rows.length - complete.length, together: complete.length - whole.length };
}

function recordOf({ id, text, db, calls, affectedRows, sentRows, totalMs, firstSeen, lastSeen }: StatementRow): QueryRecord {
  return {
    id,
    text: readableDigest(text),
    database: null,
    schemas: db === null ? [] : [db],
    calls: Number(calls),
    rows: Number(affectedRows) + Number(sentRows),
    totalMs: Number(totalMs),
    firstSeenAt: momentOf(firstSeen),
    lastSeenAt: momentOf(lastSeen),
  };
}

const momentOf = (seconds: number | string): string | null =>
  Number(seconds) > 0 ? new Date(Number(seconds) * 1_000).toISOString() : null;

async function remedyFor(link: Link, { config }: Source, error: unknown): Promise<string> {
  const [server] = await link.rows<{ readonly crawler: string }>(serverState(link.dialect));
  const account = accountOf(server?.crawler ?? config.user);
  return `statements cannot be read: ${scopeReason(error, config)}; GRANT SELECT ON performance_schema.events_statements_summary_by_digest TO ${account}`;
}

const silence = (note: string): QueryItem => ({
  type: 'receipt',
  readable: false,
  withheld: 0,
  beyond: 0,
  since: null,
  notes: [note],
});
