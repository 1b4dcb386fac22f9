import type { Token } from '../split/token.ts';
import { closing, type Edit } from './edit.ts';

/** `SET (a, b) = (SELECT x, y FROM s)` as `SET a = (SELECT x FROM s), b = (SELECT y FROM s)`. */
export function tupleAssignments(tokens: readonly Token[], sql: string): readonly Edit[] {
  const edits: Edit[] = [];
  let inSet = false;
  tokens.forEach((token, at) => {
    inSet = token.text === 'SET' || (inSet && !['WHERE', 'FROM', 'WHEN'].includes(token.text));
    const follows = tokens[at - 1]?.text === 'SET' || (inSet && tokens[at - 1]?.text === ',');
    const end = edits.at(-1)?.end ?? 0;
    if (token.text !== '(' || !follows || token.start < end) return;
    const edit = assignment(tokens, at, sql);
    if (edit !== null) edits.push(edit);
  });
  return edits;
}

function assignment(tokens: readonly Token[], open: number, sql: string): Edit | null {
  const close = closing(tokens, open);
  const valueOpen = tokens[close + 2]?.text === 'ROW' ? close + 3 : close + 2;
  if (tokens[close + 1]?.text !== '=' || tokens[valueOpen]?.text !== '(') return null;
  const valueClose = closing(tokens, valueOpen);
  const columns = listed(tokens, open + 1, close, sql);
  const values = valuesOf(tokens, valueOpen, valueClose, sql);
  const [first, last] = [tokens[open], tokens[valueClose]];
  if (first === undefined || last === undefined || values.length < columns.length) return null;
  return { start: first.start, end: last.end, text: columns.map((column, at) => `${column} = ${values[at]}`).join(', ') };
}

/** Each value by itself; of a subquery, the subquery with this one item. */
function valuesOf(tokens: readonly Token[], open: number, close: number, sql: string): readonly string[] {
  if (tokens[open + 1]?.text !== 'SELECT') return listed(tokens, open + 1, close, sql);
  const from = topLevel(tokens, open + 2, close).find((at) => tokens[at]?.text === 'FROM') ?? close;
  const rest = sql.slice(tokens[from]?.start, tokens[close]?.end);
  return listed(tokens, open + 2, from, sql).map((item) => `(SELECT ${item} ${rest}`);
}

/** Texts between commas. */
function listed(tokens: readonly Token[], from: number, to: number, sql: string): readonly string[] {
  const commas = topLevel(tokens, from, to).filter((at) => tokens[at]?.text === ',');
  return [...commas, to].map((end, nth) =>
    sql.slice(tokens[nth === 0 ? from : (commas[nth - 1] ?? 0) + 1]?.start, tokens[end - 1]?.end),
  );
}

function topLevel(tokens: readonly Token[], from: number, to: number): readonly number[] {
  const found: number[] = [];
  for (let at = from; at < to; at += 1) {
    if (tokens[at]?.text === '(') at = closing(tokens, at);
    else found.push(at);
  }
  return found;
}
