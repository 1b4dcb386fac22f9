import type { Token } from './token.ts';

/** Before these, INTO names the table that a statement writes. */
const WRITING = new Set(['INSERT', 'MERGE', 'REPLACE', 'UPSERT', 'IGNORE', 'LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED']);
const ELSEWHERE = new Set(['OUTFILE', 'DUMPFILE', 'TABLE']);
const READING = new Set(['SELECT', 'WITH', 'FETCH', 'EXECUTE']);

/**
 * `SELECT a, b INTO x, y FROM t` in a procedure fills its variables. No parser of SQL knows of them, so the clause is
 * taken out; spaces in its place keep every other position.
 */
export function withoutVariables(text: string, tokens: readonly Token[], start: number): string {
  let out = text;
  let depth = 0;
  // INSERT has an INTO of its own, and INSERT ALL has many; only what it RETURNs can fill a variable.
  let giving = READING.has(tokens[0]?.text ?? '');
  tokens.forEach((token, at) => {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth > 0 || token.kind !== 'word') return;
    giving ||= token.text === 'RETURNING' || token.text === 'RETURN';
    const named = WRITING.has(tokens[at - 1]?.text ?? '') || ELSEWHERE.has(tokens[at + 1]?.text ?? '');
    if (token.text !== 'INTO' || !giving || named) return;
    const bulk = tokens[at - 1]?.text === 'COLLECT' && tokens[at - 2]?.text === 'BULK';
    const from = (bulk ? (tokens[at - 2] ?? token) : token).start - start;
    const to = (tokens[lastTarget(tokens, at + 1)]?.end ?? token.end) - start;
    out = out.slice(0, from) + ' '.repeat(to - from) + out.slice(to);
  });
  return out;
}

/** Index of the last token of `STRICT a, b.c, d[1]`. */
function lastTarget(tokens: readonly Token[], from: number): number {
  let at = tokens[from]?.text === 'STRICT' ? from + 1 : from;
  for (;;) {
    while (tokens[at]?.text === ':' || tokens[at]?.text === '@') at += 1;
    while (tokens[at + 1]?.text === '.') at += 2;
    while (tokens[at + 1]?.text === '[') at = closingBracket(tokens, at + 1);
    if (tokens[at + 1]?.text !== ',') return at;
    at += 2;
  }
}

function closingBracket(tokens: readonly Token[], open: number): number {
  const close = tokens.findIndex((token, at) => at > open && token.text === ']');
  return close === -1 ? tokens.length - 1 : close;
}
