/** How an engine writes names: SQLite also knows backticks and brackets, in DuckDB brackets are lists. */
export type Dialect = 'sqlite' | 'duckdb';

export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'comment' | 'symbol';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const COMMON = String.raw`(?<comment>--[^\n]*|/\*[^]*?(?:\*/|$))|(?<text>'(?:[^']|'')*')|(?<word>[\p{L}\p{N}\p{Extended_Pictographic}_$]+)|(?<space>\s+)`;
const QUOTED = {
  sqlite: String.raw`(?<quoted>"(?:[^"]|"")*"|` + '`(?:[^`]|``)*`' + String.raw`|\[[^\]]*\])`,
  duckdb: String.raw`(?<quoted>"(?:[^"]|"")*")`,
};

/** Cuts statements that an engine keeps as text into tokens; only what finding columns and comments needs. */
export function tokens(sql: string, dialect: Dialect): readonly Token[] {
  const pattern = new RegExp(`${COMMON}|${QUOTED[dialect]}|(?<symbol>[^])`, 'gu');
  const found: Token[] = [];
  for (const match of sql.matchAll(pattern)) {
    const kind = kindOf(match.groups ?? {});
    if (kind !== null) found.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The name that a token stands for, without its quotes. */
export function nameOf(token: Token): string {
  if (token.kind !== 'quoted') return token.text;
  const quote = token.text.slice(-1);
  const inner = token.text.slice(1, -1);
  return quote === ']' ? inner : inner.replaceAll(quote + quote, quote);
}

export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toUpperCase());

/** How much deeper in parentheses the text is after this token. */
export function depthStep(token: Token): number {
  if (token.kind !== 'symbol') return 0;
  if ('([{'.includes(token.text)) return 1;
  return ')]}'.includes(token.text) ? -1 : 0;
}

const KINDS = ['word', 'quoted', 'text', 'comment', 'symbol'] as const;

const kindOf = (groups: Readonly<Record<string, string | undefined>>): Token['kind'] | null =>
  KINDS.find((kind) => groups[kind] !== undefined) ?? null;
