import { digestText } from '../../../../kernel/canonical.ts';
import type { QueryRecord } from '../../../../connectors/connector.ts';
import { canonicalName, type IdentifierRule } from '../../../../kernel/identifier.ts';
import type { No } from '../asset.ts';

/**
 * What a statement was found to do: move data between assets of the catalog, only read or write them, speak of nothing that
 * the catalog has; or nobody could read it.
 */
export type StatementOutcome = 'moves' | 'touches' | 'foreign' | 'unread';

/** A statement as a source tells of it: all records that mean the same text and look its names up in the same places. */
export interface SeenStatement {
  readonly fingerprint: string;
  /** Without literals. */
  readonly text: string;
  readonly database: string | null;
  readonly schemas: readonly string[];
  readonly calls: number;
  readonly rows: number | null;
  readonly totalMs: number | null;
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
}

export function seenStatement(record: QueryRecord, text: string, schemas: readonly string[]): SeenStatement {
  const { database, calls, rows, totalMs, firstSeenAt, lastSeenAt } = record;
  const fingerprint = digestText(JSON.stringify([database, schemas, text])).slice('sha256:'.length, 'sha256:'.length + 32);
  return { fingerprint, text, database, schemas, calls, rows, totalMs, firstSeenAt, lastSeenAt };
}

/** One more record of the same statement: of another user, or from before its table was made anew. */
export const merged = (a: SeenStatement, b: SeenStatement): SeenStatement => ({
  ...a,
  calls: a.calls + b.calls,
  rows: a.rows === null || b.rows === null ? null : a.rows + b.rows,
  totalMs: a.totalMs === null || b.totalMs === null ? null : a.totalMs + b.totalMs,
  firstSeenAt: [a.firstSeenAt, b.firstSeenAt].filter((at) => at !== null).toSorted()[0] ?? null,
  lastSeenAt:
    [a.lastSeenAt, b.lastSeenAt]
      .filter((at) => at !== null)
      .toSorted()
      .at(-1) ?? null,
});

/** The canonical names that the parts of a written name may stand for, the first one that exists wins. */
export function candidates(
  rule: IdentifierRule,
  { database, schemas }: Pick<SeenStatement, 'database' | 'schemas'>,
  parts: readonly string[],
): readonly string[] {
  const above = database === null ? [] : [database];
  const full =
    parts.length === 1
      ? schemas.map((schema) => [...above, schema, ...parts])
      : [parts.length === 2 ? [...above, ...parts] : parts];
  const names = full.map((path) => canonicalName(rule, path));
  // MySQL and MariaDB print a name that is also a keyword in upper case, whatever its case is.
  const printed = rule === 'sensitive' ? full.map((path) => canonicalName(rule, path.map(lowerUnlessMixed))) : [];
  return [...new Set([...names, ...printed])];
}

const lowerUnlessMixed = (part: string): string => (part === part.toUpperCase() ? part.toLowerCase() : part);

/** What is kept of an analysed statement. */
export interface AnalyzedStatement {
  readonly seen: SeenStatement;
  readonly outcome: StatementOutcome;
  readonly names: readonly string[];
  readonly reads: readonly No[];
  readonly writes: readonly No[];
  readonly coverage: { readonly references: number; readonly resolved: number } | null;
  readonly problem: string | null;
  /** True when it could not be read this time, and may be the next: the parser had no time. */
  readonly isTransient: boolean;
}

/** What a crawl read of statements; the counts are of distinct statements. */
export interface QueryReport {
  /** False when the engine keeps no statistics, or none that the crawler may read. */
  readonly readable: boolean;
  readonly listed: number;
  readonly analyzed: number;
  readonly moving: number;
  readonly touching: number;
  readonly foreignOnly: number;
  readonly unread: number;
  readonly withheld: number;
  readonly beyond: number;
  readonly notes: readonly string[];
}
