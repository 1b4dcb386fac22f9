import type { DialectRules } from '../dialect/rules.ts';
import type { Token } from '../split/token.ts';
import { tokensOf } from '../split/tokens.ts';

const AFTER_FROM = new Set(['LATERAL', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'SORT', 'CLUSTER', 'DISTRIBUTE', 'LIMIT', 'WINDOW']);

/** Hive: `FROM s INSERT INTO a SELECT x INSERT INTO b SELECT y` as one INSERT each; null when it is something else. */
export function separateInserts(sql: string, rules: DialectRules): readonly string[] | null {
  const tokens = tokensOf(sql, rules);
  const start = tokens.findIndex((token) => token.text === 'FROM');
  const heads = topLevel(tokens).filter((at) => tokens[at]?.text === 'INSERT');
  const first = heads[0];
  if (start !== 0 || first === undefined) return null;
  const from = sql.slice(0, tokens[first]?.start);
  return heads.map((head, nth) => {
    const end = heads[nth + 1] ?? tokens.length;
    const own = tokens.slice(head, end);
    const tail = topLevel(own).find((at) => AFTER_FROM.has(own[at]?.text ?? '')) ?? own.length;
    const middle = own[tail]?.start ?? own.at(-1)?.end ?? sql.length;
    return `${sql.slice(own[0]?.start, middle)} ${from} ${sql.slice(middle, own.at(-1)?.end)}`;
  });
}

/** Indexes of tokens outside of all parentheses. */
function topLevel(tokens: readonly Token[]): readonly number[] {
  let depth = 0;
  return tokens.flatMap((token, at) => {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    return depth === 0 ? [at] : [];
  });
}
