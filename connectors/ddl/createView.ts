import { depthStep, isWord, tokens } from './tokens.ts';
import type { Dialect } from './tokens.ts';

/**
 * The query of `CREATE VIEW name (columns) AS query;`, or the whole text when it is something else. Names in the list
 * of columns are not lost by this: the view's own columns come in the same order.
 */
export function definingQuery(sql: string, dialect: Dialect): string {
  let depth = 0;
  for (const token of tokens(sql, dialect)) {
    depth += depthStep(token);
    if (depth === 0 && isWord(token, 'AS')) return sql.slice(token.end).trim().replace(/;$/, '').trimEnd();
  }
  return sql;
}
