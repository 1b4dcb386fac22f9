import { z } from 'zod';
import type { Connector, CrawlItem, QueryItem, QueryRecord, ScopePath } from '../../connectors/connector.ts';
import { scopeKey } from '../../connectors/connector.ts';
import { containerRecord, datasetRecord, type AssetRecord } from '../../connectors/record.ts';

/** What a scripted source says at its next crawl. */
export interface Script {
  scopes: { scope: ScopePath; records: readonly AssetRecord[]; complete?: boolean; reason?: string }[];
  /** Called before each record; may throw or wait. */
  before?: (record: AssetRecord) => void | Promise<void>;
  /** What was run there; a source without it keeps no statistics. */
  queries?: () => readonly QueryItem[];
  failsToOpen?: Error;
}

/** A connector whose sources are scripts of the test, found by the name in their URL: `script:shop`. */
export function scriptedConnector(
  scripts: Readonly<Record<string, Script>>,
): Connector<{ script: string; password?: string | undefined }> {
  return {
    platform: 'postgres',
    identifiers: 'lower',
    config: z.strictObject({ script: z.string(), password: z.string().optional() }),
    secrets: ['password'],
    fromUrl: (url) => ({ script: url.hostname || url.pathname, ...(url.password === '' ? {} : { password: url.password }) }),
    open: (config) => {
      const script = scripts[config.script];
      if (script === undefined) throw new Error(`no script ${config.script}`);
      if (script.failsToOpen !== undefined) throw script.failsToOpen;
      return Promise.resolve({
        namespace: `postgres://${config.script}:5432`,
        engine: 'Script 1.0',
        inspect: () =>
          Promise.resolve({
            scopes: script.scopes.map(({ scope }) => ({ scope, readable: true, reason: null })),
            readOnly: true,
          }),
        crawl: ({ skip, signal }) => crawlScript(script, skip, signal),
        ...(script.queries === undefined ? {} : { queries: () => iterate(script.queries) }),
        close: () => Promise.resolve(),
      });
    },
  };
}

async function* crawlScript(script: Script, skip: ReadonlySet<string>, signal: AbortSignal): AsyncGenerator<CrawlItem> {
  for (const { scope, records, complete = true, reason = null } of script.scopes) {
    if (skip.has(scopeKey(scope))) continue;
    yield { type: 'scope', scope, expected: records.length };
    for (const record of [...records].toSorted((a, b) => (a.path.join('\u0000') < b.path.join('\u0000') ? -1 : 1))) {
      await script.before?.(record);
      signal.throwIfAborted();
      yield { type: 'record', scope, record };
    }
    yield { type: 'receipt', scope, complete, reason };
  }
}

async function* iterate(items: Script['queries']): AsyncGenerator<QueryItem> {
  yield* items?.() ?? [];
}

/** A statement of `shop`, as pg_stat_statements would tell it. */
export const ran = (text: string, more: Partial<QueryRecord> = {}): QueryItem => ({
  type: 'query',
  record: {
    id: text,
    text,
    database: 'shop',
    schemas: ['public'],
    calls: 1,
    rows: null,
    totalMs: null,
    firstSeenAt: null,
    lastSeenAt: null,
    ...more,
  },
});

/** The end of a list of statements. */
export const told = (more: Partial<Extract<QueryItem, { type: 'receipt' }>> = {}): QueryItem => ({
  type: 'receipt',
  readable: true,
  withheld: 0,
  beyond: 0,
  since: null,
  notes: [],
  ...more,
});

export const container = (...path: readonly string[]): AssetRecord =>
  containerRecord.parse({
    kind: 'container',
    subtype: path.length === 1 ? 'DATABASE' : 'SCHEMA',
    path,
    description: null,
    owner: null,
  });

export function table(
  path: readonly string[],
  columns: readonly string[],
  more: Partial<z.input<typeof datasetRecord>> = {},
): AssetRecord {
  return datasetRecord.parse({
    kind: 'dataset',
    subtype: 'TABLE',
    path,
    description: null,
    owner: null,
    primaryKey: null,
    columns: columns.map((name, i) => ({
      name,
      ordinal: i + 1,
      nativeType: 'text',
      nullable: true,
      defaultValue: null,
      description: null,
    })),
    ...more,
  });
}
