import type { DialectRules } from '../dialect/rules.ts';
import type { Token } from './token.ts';

const SPACE = /\s/;
const WORD_START = /[\p{L}_#@$]/u;
const WORD = /[\p{L}\p{N}_$#@]*/uy;
const NUMBER = /[0-9][0-9a-zA-Z_.]*/y;
const DOLLAR_TAG = /\$[A-Za-z_]*\$/y;

/** Cuts SQL text into tokens. Never fails: what is not closed runs to the end of the text. */
export function tokensOf(sql: string, rules: DialectRules): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const char = sql.charAt(at);
    if (SPACE.test(char)) {
      at += 1;
      continue;
    }
    const comment = commentEnd(sql, at, rules);
    if (comment > at) {
      at = comment;
      continue;
    }
    const token = quotedToken(sql, at, char, rules) ?? plainToken(sql, at, char);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function commentEnd(sql: string, at: number, rules: DialectRules): number {
  if (sql.startsWith('--', at) || (rules.hashComments && sql.charAt(at) === '#')) {
    const newline = sql.indexOf('\n', at);
    return newline === -1 ? sql.length : newline + 1;
  }
  if (!sql.startsWith('/*', at)) return at;
  const close = sql.indexOf('*/', at + 2);
  return close === -1 ? sql.length : close + 2;
}

function quotedToken(sql: string, at: number, char: string, rules: DialectRules): Token | null {
  if (char === "'") return { kind: 'string', start: at, end: quoteEnd(sql, at, "'", rules.backslashEscapes), text: '' };
  if (char === '"') {
    const end = quoteEnd(sql, at, '"', rules.backslashEscapes);
    return { kind: rules.doubleQuotedStrings ? 'string' : 'quoted', start: at, end, text: '' };
  }
  if (char === '`') return { kind: 'quoted', start: at, end: quoteEnd(sql, at, '`', false), text: '' };
  if (char === '[' && rules.bracketNames) return { kind: 'quoted', start: at, end: quoteEnd(sql, at, ']', false), text: '' };
  if (char !== '$' || !rules.dollarQuotes) return null;
  DOLLAR_TAG.lastIndex = at;
  const tag = DOLLAR_TAG.exec(sql)?.[0];
  if (tag === undefined) return null;
  const close = sql.indexOf(tag, at + tag.length);
  return { kind: 'string', start: at, end: close === -1 ? sql.length : close + tag.length, text: tag };
}

function quoteEnd(sql: string, start: number, quote: string, backslash: boolean): number {
  let at = start + 1;
  while (at < sql.length) {
    const char = sql.charAt(at);
    if (backslash && char === '\\') at += 2;
    else if (char !== quote) at += 1;
    else if (sql.charAt(at + 1) === quote) at += 2;
    else return at + 1;
  }
  return sql.length;
}

function plainToken(sql: string, at: number, char: string): Token {
  if (WORD_START.test(char)) {
    WORD.lastIndex = at;
    const text = WORD.exec(sql)?.[0] ?? char;
    const end = at + Math.max(text.length, 1);
    return { kind: 'word', start: at, end, text: text.toUpperCase() };
  }
  if (char >= '0' && char <= '9') {
    NUMBER.lastIndex = at;
    const text = NUMBER.exec(sql)?.[0] ?? char;
    return { kind: 'number', start: at, end: at + text.length, text };
  }
  return { kind: 'symbol', start: at, end: at + 1, text: char };
}
