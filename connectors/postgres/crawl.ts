import { scopeKey } from '../connector.ts';
import type { CrawlItem, CrawlOptions, ScopePath, SourceReport } from '../connector.ts';
import { hydrate } from './hydrate.ts';
import type { Link, Snapshot } from './link.ts';
import { compare } from './map.ts';
import { PAGE, pagesOf } from './pages.ts';
import type { PageBounds } from './pages.ts';
import { RELATIONS, SCHEMAS } from './queries.ts';
import type { RelationRow, SchemaRow } from './rows.ts';
import { denied, survey } from './survey.ts';
import type { Source, Survey, SurveyedDatabase } from './survey.ts';
import { endsConnection, scopeReason } from './unavailable.ts';

/** The whole source: its containers first, then schema by schema, each in one snapshot. */
export async function* crawl(source: Source, options: CrawlOptions, bounds: PageBounds = PAGE): AsyncGenerator<CrawlItem> {
  for await (const item of crawlServer(source, options, bounds)) {
    options.signal.throwIfAborted();
    yield item;
  }
}

async function* crawlServer(source: Source, { skip, signal }: CrawlOptions, bounds: PageBounds): AsyncGenerator<CrawlItem> {
  const found = await survey(source, signal);
  if (!skip.has(scopeKey([]))) yield* containers(found);
  for (const database of found.databases) {
    if (database.refusal !== null) {
      if (!skip.has(scopeKey([database.name]))) yield* refused([database.name], database.refusal);
      continue;
    }
    const schemas = database.schemas.filter(({ name }) => !skip.has(scopeKey([database.name, name])));
    if (schemas.length > 0) yield* crawlDatabase(source, { ...database, schemas }, signal, bounds);
  }
}

export async function inspect(source: Source, signal: AbortSignal): Promise<SourceReport> {
  const { readOnly, databases } = await survey(source, signal);
  const scopes = databases.flatMap(({ name, refusal, schemas }) =>
    refusal === null
      ? schemas.map((schema) => ({ scope: [name, schema.name], readable: schema.refusal === null, reason: schema.refusal }))
      : [{ scope: [name], readable: false, reason: refusal }],
  );
  return { scopes, readOnly };
}

// The schemas of a database that refuses us are unknown, not gone: so the list of containers is then incomplete.
function* containers({ databases }: Survey): Generator<CrawlItem> {
  const records = databases
    .flatMap(({ container, schemas }) => [
      ...(container === null ? [] : [container]),
      ...schemas.map((schema) => schema.container),
    ])
    .toSorted((a, b) => compare(scopeKey(a.path), scopeKey(b.path)));
  const refusals = databases.flatMap(({ refusal }) => refusal ?? []);
  yield { type: 'scope', scope: [], expected: records.length };
  for (const record of records) yield { type: 'record', scope: [], record };
  yield {
    type: 'receipt',
    scope: [],
    complete: refusals.length === 0,
    reason: refusals.length === 0 ? null : refusals.join('\n'),
  };
}

function* refused(scope: ScopePath, reason: string): Generator<CrawlItem> {
  yield { type: 'scope', scope, expected: null };
  yield { type: 'receipt', scope, complete: false, reason };
}

async function* crawlDatabase(
  source: Source,
  database: SurveyedDatabase,
  signal: AbortSignal,
  bounds: PageBounds,
): AsyncGenerator<CrawlItem> {
  const link = await source.connect(database.name, signal);
  try {
    for (const { name } of database.schemas) {
      const scope = [database.name, name] as const;
      const reason = yield* crawlSchema(source, link, scope, bounds);
      yield { type: 'receipt', scope, complete: reason === null, reason };
    }
  } finally {
    await link.close();
  }
}

/** Returns why the schema could not be read to its end, or null when it was. */
async function* crawlSchema(
  source: Source,
  link: Link,
  scope: readonly [database: string, schema: string],
  bounds: PageBounds,
): AsyncGenerator<CrawlItem, string | null> {
  const snapshot = await link.begin();
  let listed = false;
  try {
    const { relations, refusal } = await list(snapshot, scope[1]);
    listed = true;
    yield { type: 'scope', scope, expected: refusal === null ? relations.length : null };
    for (const page of pagesOf(relations, bounds)) {
      for (const record of await hydrate(snapshot, scope, page)) yield { type: 'record', scope, record };
    }
    await snapshot.end();
    return refusal;
  } catch (error) {
    // One schema that a timeout or a missing right ends must not end the crawl; a lost connection does.
    if (endsConnection(error)) throw error;
    if (!listed) yield { type: 'scope', scope, expected: null };
    await snapshot.end();
    return scopeReason(error, source.config);
  }
}

/** Rights are read again here, in the snapshot that will be listed: since the survey they may have changed. */
async function list(
  snapshot: Snapshot,
  schema: string,
): Promise<{ readonly relations: readonly RelationRow[]; readonly refusal: string | null }> {
  const [row] = await snapshot.rows<SchemaRow>(SCHEMAS, [schema]);
  if (row?.permitted === false) return { relations: [], refusal: denied(row) };
  const relations = await snapshot.rows<RelationRow>(RELATIONS, [schema]);
  return { relations: relations.toSorted((a, b) => compare(a.name, b.name)), refusal: null };
}
