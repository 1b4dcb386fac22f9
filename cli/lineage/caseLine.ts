import { z } from 'zod';
import type { LineageRequest, LogEntry } from '../../lineage/request.ts';

const columns = z.union([z.record(z.string(), z.unknown()).transform((byName) => Object.keys(byName)), z.array(z.string())]);
const text = z.string().nullish();

const logEntry = z.union([
  z.object({ sql: z.string(), session: text, default_db: text, default_schema: text }),
  z.object({ op: z.string() }).loose(),
]);

/** One line of input: SQL with what is known around it. */
export const lineageLine = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  dialect: z.string().default('ansi'),
  sql: text,
  statements: z.array(z.string()).nullish(),
  session_log: z.array(logEntry).nullish(),
  schema: z.record(z.string(), columns).nullish(),
  sources_sql: z.record(z.string(), z.string()).nullish(),
  default_db: text,
  default_schema: text,
  config: z.record(z.string(), z.unknown()).nullish(),
});

export type LineageLine = z.infer<typeof lineageLine>;

/** What the line asks of the analyzer. `asked` is whether aliases to the left count only when the line says so. */
export function requestOf(line: LineageLine, asked: boolean): LineageRequest {
  const lateral = line.config?.['LATERAL_COLUMN_ALIAS_REFERENCE'];
  const configuredSchema = line.config?.['DEFAULT_SCHEMA'];
  return {
    dialect: line.dialect,
    ...(line.session_log == null ? {} : { sessionLog: line.session_log.map(logEntryOf) }),
    ...(line.statements == null ? {} : { statements: line.statements }),
    sql: line.sql ?? '',
    schema: Object.entries(line.schema ?? {}),
    views: Object.entries(line.sources_sql ?? {}),
    defaultDatabase: line.default_db ?? null,
    defaultSchema: line.default_schema ?? (typeof configuredSchema === 'string' ? configuredSchema : null),
    ...(typeof lateral === 'boolean' ? { lateralAliases: lateral } : asked ? { lateralAliases: false } : {}),
  };
}

function logEntryOf(entry: z.infer<typeof logEntry>): LogEntry {
  if ('op' in entry) return { rename: renameOf(entry) };
  const {
    sql,
    session,
    default_db: defaultDatabase,
    default_schema: defaultSchema,
  } = z.object({ sql: z.string(), session: text, default_db: text, default_schema: text }).parse(entry);
  return { sql, session: session ?? null, defaultDatabase: defaultDatabase ?? null, defaultSchema: defaultSchema ?? null };
}

/** Logs name the two tables in their own ways; the first name is the old one. */
function renameOf(entry: Readonly<Record<string, unknown>>): { from: string; to: string; swap: boolean } {
  const names = Object.entries(entry).filter((pair): pair is [string, string] => pair[0] !== 'op' && typeof pair[1] === 'string');
  const newer = names.find(([key]) => /new|to$|target|2|with/i.test(key));
  const older = names.find((pair) => pair !== newer);
  return { from: older?.[1] ?? '', to: newer?.[1] ?? '', swap: /swap/i.test(String(entry['op'])) };
}
