import { depthStep, isWord, tokens } from '../ddl/tokens.ts';

/** What only the text of a `CREATE INDEX` tells. */
export interface CreateIndex {
  /** Each key as it was written. */
  readonly keys: readonly string[];
  /** The condition of a partial index. */
  readonly predicate: string | null;
}

export function createIndex(sql: string): CreateIndex {
  const code = tokens(sql, 'sqlite').filter((token) => token.kind !== 'comment');
  const keys: string[] = [];
  let depth = 0;
  let from = 0;
  for (const token of code) {
    const step = depthStep(token);
    const ends = (depth === 1 && step < 0) || (depth === 1 && token.kind === 'symbol' && token.text === ',');
    if (ends) keys.push(sql.slice(from, token.start).trim());
    if (ends || (depth === 0 && step > 0)) from = token.end;
    depth += step;
    if (depth === 0 && isWord(token, 'WHERE')) return { keys, predicate: sql.slice(token.end).trim() };
  }
  return { keys, predicate: null };
}
