import type { DialectRules } from '../dialect/rules.ts';
import type { Source, Statement, TableName } from '../ir/ir.ts';
import type { Token } from '../split/token.ts';
import { tokensOf } from '../split/tokens.ts';

/**
 * For a statement that nobody can read: the tables that stand behind FROM, JOIN and INTO. Better than nothing, and
 * marked as a guess.
 */
export function guessedStatement(sql: string, rules: DialectRules): Statement | null {
  const tokens = tokensOf(sql, rules);
  const sources = tokens.flatMap((token, at) =>
    token.text === 'FROM' || token.text === 'JOIN' ? (tableAfter(tokens, at, sql) ?? []) : [],
  );
  if (!BEGINNINGS.has(tokens[0]?.text ?? '') || sources.length === 0) return null;
  const into = tokens.findIndex((token) => token.text === 'INTO' || token.text === 'OVERWRITE');
  const created =
    tokens[0]?.text === 'CREATE' ? tokens.findIndex((token) => token.text === 'TABLE' || token.text === 'VIEW') : -1;
  const target =
    created !== -1
      ? tableAfter(tokens, created, sql)
      : into === -1
        ? null
        : tableAfter(tokens, tokens[into + 1]?.text === 'TABLE' ? into + 1 : into, sql);
  const query = {
    kind: 'select',
    with: null,
    items: [],
    sources: sources.map((name) => ({
      source: sourceOf(name),
      natural: false,
      using: [],
      usingAlias: null,
      keeps: 'left' as const,
      on: null,
      hidden: false,
    })),
    influences: { filter: [], group: [], sort: [] },
    windows: new Map(),
    into: null,
  } as const;
  if (target === null) return { kind: 'query', query };
  return {
    kind: 'insert',
    with: null,
    into: { table: target, alias: null, columns: [], partition: [], byName: false, newRow: null },
    query,
    onConflict: [],
    output: null,
  };
}

const BEGINNINGS = new Set(['SELECT', 'WITH', 'INSERT', 'MERGE', 'CREATE', 'REPLACE']);

const sourceOf = (name: TableName): Source => ({ kind: 'table', name, alias: { name: null, columns: [] } });

function tableAfter(tokens: readonly Token[], at: number, sql: string): TableName | null {
  const parts: { text: string; quoted: boolean }[] = [];
  for (let next = at + 1; next < tokens.length; next += 2) {
    const token = tokens[next];
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) break;
    const text = sql.slice(token.start, token.end);
    parts.push(token.kind === 'quoted' ? { text: text.slice(1, -1), quoted: true } : { text, quoted: false });
    if (tokens[next + 1]?.text !== '.') break;
  }
  const afterwards = tokens[at + parts.length * 2];
  // A function, or a word of another sentence than FROM table.
  return parts.length === 0 || afterwards?.text === '(' ? null : { parts, path: false };
}
