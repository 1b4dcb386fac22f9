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

/** The names under which logs give the old and the new table. Those of a swap are as good either way around. */
const RENAME_FIELDS: readonly (readonly [from: string, to: string])[] = [
  ['from', 'to'],
  ['original_urn', 'new_urn'],
  ['urn1', 'urn2'],
  ['original', 'new'],
  ['old', 'new'],
  ['old_name', 'new_name'],
  ['table1', 'table2'],
];
/** What else a log says of a renaming; none of it is a table. */
const NO_TABLE = new Set([
  'op',
  'sql',
  'query',
  'session',
  'session_id',
  'user',
  'actor',
  'timestamp',
  'default_db',
  'default_schema',
]);

/** By the names that are known, else the only two texts in their order. */
function renameOf(entry: Readonly<Record<string, unknown>>): { from: string; to: string; swap: boolean } {
  const texts = Object.entries(entry).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const rest = texts.filter(([field]) => !NO_TABLE.has(field)).map(([field]) => field);
  const known = RENAME_FIELDS.find((pair) => pair.every((field) => typeof entry[field] === 'string'));
  const [from, to] = known ?? (rest.length === 2 ? rest : []);
  if (from === undefined || to === undefined)
    throw new Error(`"${String(entry['op'])}" does not say which table became which: give them as "from" and "to".`);
  return { from: tableOf(String(entry[from])), to: tableOf(String(entry[to])), swap: /swap/i.test(String(entry['op'])) };
}

/** The table inside of `urn:li:dataset:(urn:li:dataPlatform:x,db.schema.table,PROD)`, or the name as it is. */
const tableOf = (name: string): string => /^urn:li:dataset:\(urn:li:dataPlatform:[^,]*,(.*),[^,]*\)$/.exec(name)?.[1] ?? name;
