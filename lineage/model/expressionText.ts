import type { DialectRules } from '../dialect/rules.ts';
import type { Span } from '../ir/ir.ts';
import type { Token } from '../split/token.ts';
import { tokensOf } from '../split/tokens.ts';

/** Words at which the expression of one output ends, or before which it begins. */
const BOUNDS = new Set([
  'SELECT',
  'DISTINCT',
  'ALL',
  'FROM',
  'INTO',
  'WHERE',
  'SET',
  'VALUES',
  'WHEN',
  'UNION',
  'GROUP',
  'ORDER',
  'HAVING',
  'LIMIT',
  'QUALIFY',
  'WINDOW',
  ';',
]);

/** The text around positions in a statement: the parser knows where names are, not where expressions begin and end. */
export class ExpressionTexts {
  private readonly sql: string;
  private readonly rules: DialectRules;
  private tokens: readonly Token[] | null = null;
  /** Positions of the parser count characters; ours count UTF-16 units. */
  private readonly offsets: readonly number[] | null;

  constructor(sql: string, rules: DialectRules) {
    this.sql = sql;
    this.rules = rules;
    this.offsets = /[\u{10000}-\u{10ffff}]/u.test(sql) ? characterOffsets(sql) : null;
  }

  /** From the first to the last token of the expression that the hull lies in. */
  spanOf(hull: Span): Span {
    this.tokens ??= tokensOf(this.sql, this.rules);
    const start = this.offsets?.[hull.start] ?? hull.start;
    const end = this.offsets?.[hull.end] ?? hull.end;
    const first = firstOf(this.tokens, (token) => token.end > start);
    const last = firstOf(this.tokens, (token) => token.start >= end) - 1;
    if (last < first) return { start, end };
    return { start: this.tokens[this.leftOf(first)]?.start ?? start, end: this.tokens[this.rightOf(first, last)]?.end ?? end };
  }

  private leftOf(first: number): number {
    let depth = 0;
    let at = first;
    for (; at > 0; at -= 1) {
      const text = this.tokens?.[at - 1]?.text ?? '';
      if (text === ')') depth += 1;
      if (text === '(') depth -= 1;
      if (depth === 0 && (text === ',' || text === '=' || BOUNDS.has(text))) break;
      if (depth < 0 && !this.isCall(at - 1)) break;
      if (depth < 0) depth = 0;
    }
    return at;
  }

  /** A parenthesis behind a name belongs to the expression; one behind a keyword is around it. */
  private isCall(open: number): boolean {
    const before = this.tokens?.[open - 1];
    return (
      before !== undefined &&
      before.kind === 'word' &&
      !BOUNDS.has(before.text) &&
      before.text !== 'AS' &&
      before.text !== 'IN' &&
      before.text !== 'JOIN'
    );
  }

  private rightOf(first: number, last: number): number {
    const tokens = this.tokens ?? [];
    let depth = 0;
    for (let at = this.leftOf(first); at <= last; at += 1) depth += step(tokens[at]?.text);
    let end = last;
    for (let at = last + 1; at < tokens.length; at += 1) {
      const text = tokens[at]?.text ?? '';
      if (depth === 0 && (text === ',' || text === 'AS' || BOUNDS.has(text))) break;
      depth += step(text);
      if (depth < 0) break;
      end = at;
    }
    return end > last && isAlias(tokens[end - 1], tokens[end]) ? end - 1 : end;
  }
}

/** Index of the first token for which it is true, which it then is for all behind it; statements may have very many. */
function firstOf(tokens: readonly Token[], isBehind: (token: Token) => boolean): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const token = tokens[middle];
    if (token !== undefined && isBehind(token)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** `a + b c`: a name right behind a value is not a part of it. */
function isAlias(before: Token | undefined, token: Token | undefined): boolean {
  if (before === undefined || token === undefined || token.text === 'END') return false;
  return (token.kind === 'word' || token.kind === 'quoted') && (before.kind !== 'symbol' || before.text === ')');
}

const step = (text: string | undefined): number => (text === '(' ? 1 : text === ')' ? -1 : 0);

function characterOffsets(sql: string): readonly number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const char of sql) {
    offsets.push(at);
    at += char.length;
  }
  offsets.push(at);
  return offsets;
}
