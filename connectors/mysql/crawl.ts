import { scopeKey } from '../connector.ts';
import type { CrawlItem, CrawlOptions, SourceReport } from '../connector.ts';
import type { MysqlConfig } from './config.ts';
import { hydrate } from './hydrate.ts';
import type { Link } from './link.ts';
import { compare, isDataset } from './map.ts';
import { TABLE_NAMES } from './queries.ts';
import type { TableNameRow } from './rows.ts';
import { survey } from './survey.ts';
import type { Survey, SurveyedDatabase } from './survey.ts';
import { endsConnection, scopeReason } from './unavailable.ts';

/** One server, to which a connection can be had. */
export interface Source {
  readonly config: MysqlConfig;
  connect(signal: AbortSignal): Promise<Link>;
}

/** Bounded so that even a page of tables with a thousand columns each fits into memory. */
const TABLES_PER_PAGE = 500;

/** The whole source: its databases first, then each of them. */
export async function* crawl(
  source: Source,
  { skip, signal }: CrawlOptions,
  tablesPerPage = TABLES_PER_PAGE,
): AsyncGenerator<CrawlItem> {
  const link = await source.connect(signal);
  try {
    for await (const item of crawlServer(link, source.config, skip, tablesPerPage)) {
      signal.throwIfAborted();
      yield item;
    }
  } finally {
    await link.close();
  }
}

export async function inspect(source: Source, signal: AbortSignal): Promise<SourceReport> {
  const link = await source.connect(signal);
  try {
    const { readOnly, databases } = await survey(link, source.config);
    return { scopes: databases.map(({ name, readable, gap }) => ({ scope: [name], readable, reason: gap })), readOnly };
  } finally {
    await link.close();
  }
}

async function* crawlServer(
  link: Link,
  config: MysqlConfig,
  skip: ReadonlySet<string>,
  tablesPerPage: number,
): AsyncGenerator<CrawlItem> {
  const found = await survey(link, config);
  if (!skip.has(scopeKey([]))) yield* containers(found);
  for (const database of found.databases) {
    if (!skip.has(scopeKey([database.name]))) yield* crawlDatabase(link, config, database, tablesPerPage);
  }
}

function* containers({ databases, gap }: Survey): Generator<CrawlItem> {
  yield { type: 'scope', scope: [], expected: databases.length };
  for (const { container } of databases) yield { type: 'record', scope: [], record: container };
  yield { type: 'receipt', scope: [], complete: gap === null, reason: gap };
}

async function* crawlDatabase(
  link: Link,
  config: MysqlConfig,
  { name, gap }: SurveyedDatabase,
  tablesPerPage: number,
): AsyncGenerator<CrawlItem> {
  const scope = [name];
  let listed = false;
  try {
    const tables = await list(link, name);
    listed = true;
    yield { type: 'scope', scope, expected: tables.length };
    for (let from = 0; from < tables.length; from += tablesPerPage) {
      for (const record of await hydrate(link, name, tables.slice(from, from + tablesPerPage)))
        yield { type: 'record', scope, record };
    }
    yield { type: 'receipt', scope, complete: gap === null, reason: gap };
  } catch (error) {
    // One database that a timeout or a missing right ends must not end the crawl; a lost connection does.
    if (endsConnection(error)) throw error;
    if (!listed) yield { type: 'scope', scope, expected: null };
    yield { type: 'receipt', scope, complete: false, reason: scopeReason(error, config) };
  }
}

async function list(link: Link, database: string): Promise<readonly TableNameRow[]> {
  const rows = await link.rows<TableNameRow>(TABLE_NAMES, [database]);
  return rows.filter((row) => row.db === database && isDataset(row)).toSorted((a, b) => compare(a.name, b.name));
}
