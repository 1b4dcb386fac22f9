import { badInput } from '../kernel/fault.ts';
import { dialectOf } from './dialect/dialectOf.ts';
import type { DialectRules } from './dialect/rules.ts';
import { lineageOfSteps } from './lineageOfSteps.ts';
import type { Parsed, SqlParser } from './parser/sqlParser.ts';
import { ThreadParser } from './parser/threads/threadParser.ts';
import type { Analyzer, LineageRequest } from './request.ts';
import { splitScript } from './split/splitScript.ts';

export interface AnalyzerOptions {
  /** Threads that parse. */
  readonly threads?: number;
  readonly statementMsMax?: number;
  readonly cacheEntriesMax?: number;
  /** Another parser than ours in its threads. */
  readonly parser?: SqlParser;
}

/** More than this at once is a dump and not a script. */
const REQUEST_CHARS_MAX = 64_000_000;
export const CACHE_ENTRIES_MAX = 2_000;

/** The lineage of SQL: give it statements and what is known of their tables. The parsers are loaded by its threads alone. */
export function createAnalyzer({
  threads = 1,
  statementMsMax = 1_000,
  cacheEntriesMax = CACHE_ENTRIES_MAX,
  parser = new ThreadParser({ threads, statementMsMax, cacheEntriesMax }),
}: AnalyzerOptions = {}): Analyzer {
  return {
    analyze: async (request) => {
      checkSize(request);
      const rules = rulesOf(request);
      const parsed = await parseAll(request, rules, parser);
      request.signal?.throwIfAborted();
      return lineageOfSteps(request, rules, (text) => parsed.get(text) ?? NOT_ASKED);
    },
    close: () => parser.close(),
  };
}

const NOT_ASKED: Parsed = { ok: false, code: 'SYNTAX', message: 'The statement was not parsed.', at: null };

export function rulesOf(request: LineageRequest): DialectRules {
  const rules = dialectOf(request.dialect);
  if (request.lateralAliases === undefined) return rules;
  return { ...rules, lateralAliases: request.lateralAliases ? 'column-first' : 'never' };
}

async function parseAll(request: LineageRequest, rules: DialectRules, parser: SqlParser): Promise<ReadonlyMap<string, Parsed>> {
  const texts = new Set([
    ...textsOf(request).flatMap((text) => splitScript(text, rules).map((unit) => unit.sql)),
    ...viewTexts(request),
  ]);
  const parsed = new Map<string, Parsed>();
  await Promise.all([...texts].map(async (text) => parsed.set(text, await parser.parse(text, rules, request.signal))));
  return parsed;
}

function textsOf(request: LineageRequest): readonly string[] {
  if (request.sessionLog !== undefined) return request.sessionLog.flatMap((entry) => ('sql' in entry ? [entry.sql] : []));
  return request.statements ?? [request.sql ?? ''];
}

const viewTexts = (request: LineageRequest): readonly string[] => [...(request.views ?? [])].map(([, sql]) => sql);

export function checkSize(request: LineageRequest): void {
  const size = textsOf(request).reduce((sum, text) => sum + text.length, 0);
  if (size > REQUEST_CHARS_MAX) throw badInput(`The SQL has ${size} characters; send at most ${REQUEST_CHARS_MAX} at once.`);
}
