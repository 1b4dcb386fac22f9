import type { Entry } from './createTable.ts';
import type { Token } from './tokens.ts';

export interface DdlComments {
  readonly table: string | null;
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * Finds out what each comment of a `CREATE TABLE` is about, by where people put them: behind code, it is about the
 * column on that line; on a line of its own, about the column that follows; before the first column's line, about the table.
 */
export function describe(sql: string, all: readonly Token[], entries: readonly Entry[]): DdlComments {
  const table: string[] = [];
  const columns = new Map<string, string[]>();
  for (const [index, token] of all.entries()) {
    const text = token.kind === 'comment' ? wordsOf(token.text) : '';
    if (text === '') continue;
    const subject = subjectOf(sql, all, index, entries);
    if (subject === 'table') table.push(text);
    else if (subject !== null) columns.set(subject.column, [...(columns.get(subject.column) ?? []), text]);
  }
  return {
    table: table.length === 0 ? null : table.join('\n'),
    columns: new Map([...columns].map(([name, texts]) => [name, texts.join('\n')])),
  };
}

function subjectOf(
  sql: string,
  all: readonly Token[],
  at: number,
  entries: readonly Entry[],
): 'table' | { readonly column: string } | null {
  const comment = all[at];
  if (comment === undefined) return null;
  const before = all.slice(0, at).findLast((token) => token.kind !== 'comment');
  const after = all.slice(at).find((token) => token.kind !== 'comment');
  const behindCode = before !== undefined && !sql.slice(before.end, comment.start).includes('\n');
  const first = entries[0]?.tokens[0];
  if (first === undefined || (before !== undefined && before.end <= first.start && (behindCode || after?.start !== first.start)))
    return 'table';
  const anchor = behindCode ? before : after;
  const entry = anchor === undefined ? undefined : entryAround(entries, anchor, behindCode);
  if (entry?.column === null || entry === undefined) return null;
  return { column: entry.column };
}

/** The entry with this token; for the comma behind an entry, that entry. */
function entryAround(entries: readonly Entry[], token: Token, behindCode: boolean): Entry | undefined {
  const isComma = token.kind === 'symbol' && token.text === ',';
  if (behindCode && isComma) {
    const inside = entries.find((entry) => entry.tokens.includes(token));
    return inside ?? entries.findLast((entry) => (entry.tokens.at(-1)?.end ?? Infinity) <= token.start);
  }
  return entries.find((entry) => entry.tokens.includes(token));
}

/** The text without its comment marks; empty for rulers and the like, which say nothing. */
function wordsOf(comment: string): string {
  const text = comment.startsWith('--') ? comment.slice(2) : comment.slice(2, -2).replaceAll(/\n\s*\*?/g, '\n');
  const trimmed = text.trim();
  return /\p{L}/u.test(trimmed) ? trimmed : '';
}
