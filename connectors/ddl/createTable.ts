import { describe } from './ddlComments.ts';
import { depthStep, isWord, nameOf, tokens } from './tokens.ts';
import type { Dialect, Token } from './tokens.ts';

/** What only the text of a `CREATE TABLE` tells, because the engine's catalog has no column for it. */
export interface CreateTable {
  readonly description: string | null;
  readonly columns: ReadonlyMap<string, ColumnDefinition>;
  /** Expressions of CHECK constraints, on columns and on the table, with the name where one was given. */
  readonly checks: readonly { readonly name: string; readonly expression: string }[];
}

export interface ColumnDefinition {
  readonly description: string | null;
  readonly generatedAs: string | null;
}

/** One entry between the outer parentheses: a column or a table constraint. */
export interface Entry {
  /** Null for a table constraint. */
  readonly column: string | null;
  readonly tokens: readonly Token[];
}

const CONSTRAINT_WORDS = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'];

/** Reads `CREATE TABLE` text. Whatever it does not understand it leaves out; it never fails. */
export function createTable(sql: string, dialect: Dialect): CreateTable {
  const all = tokens(sql, dialect);
  const entries = entriesOf(all.filter((token) => token.kind !== 'comment'));
  const comments = describe(sql, all, entries);
  const columns = entries.flatMap((entry): [string, ColumnDefinition][] =>
    entry.column === null
      ? []
      : [
          [
            entry.column,
            { description: comments.columns.get(entry.column) ?? null, generatedAs: parenthesised(sql, entry.tokens, 'AS') },
          ],
        ],
  );
  return {
    description: comments.table,
    columns: new Map(columns),
    checks: entries.flatMap((entry) => checksOf(sql, entry.tokens)),
  };
}

function entriesOf(code: readonly Token[]): readonly Entry[] {
  const entries: Token[][] = [];
  let depth = 0;
  for (const token of code) {
    const opens = depthStep(token) > 0;
    if (!opens) depth += depthStep(token);
    if (depth === 0 && entries.length > 0) break;
    if (depth === 1 && token.text === ',' && token.kind === 'symbol') entries.push([]);
    else if (depth >= 1) entries.at(-1)?.push(token);
    else if (opens) entries.push([]);
    if (opens) depth += 1;
  }
  return entries.map((parts) => ({ column: columnName(parts[0]), tokens: parts }));
}

const columnName = (first: Token | undefined): string | null =>
  first === undefined || isWord(first, ...CONSTRAINT_WORDS) ? null : nameOf(first);

/** The expression in the parentheses right after a keyword of the entry's outer level. */
function parenthesised(sql: string, parts: readonly Token[], keyword: string, from = 0): string | null {
  let depth = 0;
  for (const [index, token] of parts.entries()) {
    const next = parts[index + 1];
    if (index >= from && depth === 0 && isWord(token, keyword) && next?.text === '(')
      return sql.slice(next.end, closing(parts, index + 1)).trim();
    depth += depthStep(token);
  }
  return null;
}

/** Where the text in the parentheses that open at `open` ends. */
function closing(parts: readonly Token[], open: number): number {
  let depth = 0;
  for (const token of parts.slice(open)) {
    depth += depthStep(token);
    if (depth === 0) return token.start;
  }
  return parts.at(-1)?.end ?? 0;
}

function checksOf(sql: string, parts: readonly Token[]): readonly { readonly name: string; readonly expression: string }[] {
  return parts.flatMap((token, index) => {
    if (!isWord(token, 'CHECK') || parts[index + 1]?.text !== '(') return [];
    const expression = parenthesised(sql, parts, 'CHECK', index);
    const [before, named] = [parts[index - 2], parts[index - 1]];
    const name = isWord(before, 'CONSTRAINT') && named !== undefined ? nameOf(named) : '';
    return expression === null ? [] : [{ name, expression }];
  });
}
