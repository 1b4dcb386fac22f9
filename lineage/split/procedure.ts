import type { Token } from './token.ts';

const KINDS = new Set(['PROCEDURE', 'PROC', 'TRIGGER', 'EVENT', 'PACKAGE', 'TASK']);

/** Where the statements of a procedure's body are; null when the tokens do not begin a procedure. */
export interface Body {
  /** Index of the first token of the body. */
  readonly from: number;
  /** The body is the inside of this token, a string. */
  readonly quoted: Token | null;
}

const OTHER_LANGUAGES = new Set(['PYTHON', 'JAVASCRIPT', 'JAVA', 'SCALA', 'PLPYTHON3U', 'PLPYTHONU', 'PLPERL', 'PLV8', 'C']);

/** CREATE PROCEDURE ... AS BEGIN, ... AS $$ ... $$, DO $$ ... $$, EXECUTE IMMEDIATE '...', and a bare BEGIN. */
export function procedureBody(tokens: readonly Token[]): Body | null {
  const first = tokens[0]?.text;
  if (first === 'DO') return quotedBody(tokens, 1);
  if ((first === 'EXECUTE' || first === 'EXEC') && tokens[1]?.text === 'IMMEDIATE') return quotedBody(tokens, 2);
  if (first === 'BEGIN') return isTransaction(tokens[1]) ? null : { from: 0, quoted: null };
  if (first === 'DECLARE' && tokens.some((token) => token.text === 'BEGIN')) return { from: 0, quoted: null };
  if (first !== 'CREATE' && first !== 'ALTER') return null;
  const kind = tokens.slice(1, 8).findIndex((token) => KINDS.has(token.text));
  const outer = tokens.slice(1, 8).findIndex((token) => token.text === 'TABLE' || token.text === 'VIEW' || token.text === 'AS');
  if (kind === -1 || (outer !== -1 && outer < kind)) return null;
  return bodyAfter(tokens, kind + 1);
}

const isTransaction = (next: Token | undefined): boolean =>
  next === undefined ||
  [';', 'TRANSACTION', 'TRAN', 'WORK', 'ISOLATION', 'READ', 'DEFERRED', 'IMMEDIATE', 'DISTRIBUTED'].includes(next.text);

function bodyAfter(tokens: readonly Token[], from: number): Body | null {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth > 0) continue;
    if (token.text === 'LANGUAGE' && OTHER_LANGUAGES.has(tokens[at + 1]?.text ?? '')) return null;
    if (token.text === 'BEGIN') return { from: at, quoted: null };
    if ((token.text === 'AS' || token.text === 'IS') && tokens[at - 1]?.text !== 'EXECUTE') {
      const next = tokens[at + 1];
      // EXECUTE AS OWNER, WITH ... AS and the like are not the body.
      if (next?.kind === 'string') return { from: at + 1, quoted: next };
      if (tokens[at - 1]?.text !== 'EXEC') return { from: at + 1, quoted: null };
    }
  }
  return null;
}

function quotedBody(tokens: readonly Token[], from: number): Body | null {
  const body = tokens.slice(from, from + 4).find((token) => token.kind === 'string');
  return body === undefined ? null : { from, quoted: body };
}

/** The text inside of a string token, with its position when it stands there as it is. */
export function insideOf(sql: string, token: Token): { readonly text: string; readonly offset: number | null } {
  if (token.text !== '') {
    const width = token.text.length;
    return { text: sql.slice(token.start + width, token.end - width), offset: token.start + width };
  }
  const inner = sql.slice(token.start + 1, token.end - 1);
  return inner.includes("''") ? { text: inner.replaceAll("''", "'"), offset: null } : { text: inner, offset: token.start + 1 };
}
