import type { z } from 'zod';
import type { IdentifierRule } from '../kernel/identifier.ts';
import type { AssetRecord } from './record.ts';

/** One part of a source that is listed on its own: a schema, a database without schemas, a folder. `[]` is the whole source. */
export type ScopePath = readonly string[];

/**
 * What a crawl yields, in this order for each scope: `scope`, its records, `receipt`.
 * The first scope is `[]`: it holds the containers (databases, schemas) themselves, so that a schema that vanished is
 * noticed too. Within a scope records come in ascending order of `path.join('\u0000')` (code units), so that a
 * crawl that was cut off can go on after the last stored record.
 */
export type CrawlItem =
  | {
      readonly type: 'scope';
      readonly scope: ScopePath;
      /** Records to expect, for progress; null when unknown. */ readonly expected: number | null;
    }
  | { readonly type: 'record'; readonly scope: ScopePath; readonly record: AssetRecord }
  | {
      readonly type: 'receipt';
      readonly scope: ScopePath;
      /** True only when the engine listed everything in this scope. Only then may what is not in the list be called missing. */
      readonly complete: boolean;
      /** Why not, in words for a person, with what to do: `permission denied for schema hr; GRANT USAGE ON SCHEMA hr TO crawler`. */
      readonly reason: string | null;
    };

export interface CrawlOptions {
  /** Scopes that need no listing now, because an interrupted crawl already has their receipts; keys of `scopeKey`. */
  readonly skip: ReadonlySet<string>;
  /** Aborted when the crawl is cancelled or its deadline is over; every query must stop soon after. */
  readonly signal: AbortSignal;
}

/** One statement of an engine's statistics: all runs of one text, whatever the values in it. */
export interface QueryRecord {
  /** The engine's own name of it. One text may have several: one for each user, or for each state of a table. */
  readonly id: string;
  /** As the engine keeps it. Some engines leave the literals of some statements in: whoever stores a text takes them out. */
  readonly text: string;
  /** What stands before a name that has a schema; null where schemas have nothing above them. */
  readonly database: string | null;
  /** Schemas in which a bare name is looked up, in this order. */
  readonly schemas: readonly string[];
  /** Runs since the engine began to count. */
  readonly calls: number;
  /** Rows read or written by all runs; null when unknown. */
  readonly rows: number | null;
  /** Time of all runs, in milliseconds; null when unknown. */
  readonly totalMs: number | null;
  /** RFC 3339; null where the engine does not know. */
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
}

/** What `queries` yields: records in any order, then one receipt. Who ran a statement is not told: it is personal data. */
export type QueryItem =
  | { readonly type: 'query'; readonly record: QueryRecord }
  | {
      readonly type: 'receipt';
      /** False when there are no statistics, or none that the crawler may read. */
      readonly readable: boolean;
      /** Statements that are there and were not told: their text is hidden, cut off or too long. */
      readonly withheld: number;
      /** Statements beyond the limit. */
      readonly beyond: number;
      /** Since when the engine counts, RFC 3339; null when unknown. */
      readonly since: string | null;
      /** What was left out and why, in words for a person, with what to do. At most 20. */
      readonly notes: readonly string[];
    };

export interface QueryOptions {
  /** Records to yield at most: those that may write first, then by calls. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** An open, read-only connection to one source. */
export interface SourceSession {
  /** The OpenLineage namespace (spec/Naming.md), e.g. `postgres://db.example:5432`. */
  readonly namespace: string;
  /** Engine and version for people, e.g. `PostgreSQL 15.20`. */
  readonly engine: string;
  /** Containers that will be listed, and those that will not, each with its reason. Cheap: for `sources test`. */
  inspect(signal: AbortSignal): Promise<SourceReport>;
  crawl(options: CrawlOptions): AsyncIterable<CrawlItem>;
  /** What was run, for engines that keep statistics of it. Where they are not there or not readable, the receipt says why. */
  queries?(options: QueryOptions): AsyncIterable<QueryItem>;
  close(): Promise<void>;
}

export interface SourceReport {
  readonly scopes: readonly { readonly scope: ScopePath; readonly readable: boolean; readonly reason: string | null }[];
  /** True when the session can only read: by a read-only transaction, file mode or engine setting. */
  readonly readOnly: boolean;
  /** Whether statistics of statements can be read, all or in part; absent for engines that keep none. */
  readonly queries?: { readonly readable: boolean; readonly reason: string | null };
}

export interface Connector<Config = unknown> {
  /** OpenLineage platform name: `postgres`, `mysql`, `sqlite`, `duckdb`. */
  readonly platform: string;
  /** How the platform folds unquoted identifiers: this decides which spellings are the same name. */
  readonly identifiers: IdentifierRule;
  /** Settings of one source. Unknown keys are refused. Secrets are named in `secrets` and stored sealed. */
  readonly config: z.ZodType<Config>;
  /** Keys of `config` whose values are secrets. */
  readonly secrets: readonly (keyof Config & string)[];
  /** Reads `postgres://user:password@host:5432/db?sslmode=require` and the like; throws BAD_USER_INPUT with a right example. */
  fromUrl(url: URL): Config;
  /**
   * Connects.
   * @throws Fault SOURCE_UNAVAILABLE that says what is wrong (host, port, TLS, password, database) and what to do,
   *         never the password itself.
   */
  open(config: Config, signal: AbortSignal): Promise<SourceSession>;
}

export const scopeKey = (scope: ScopePath): string => scope.join('\u0000');
