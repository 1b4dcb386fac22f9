import type { DialectRules } from '../dialect/rules.ts';
import { tokensOf } from '../split/tokens.ts';
import { insideOf } from '../split/procedure.ts';

/** `UNLOAD ('select ...') TO 's3://...'` and `EXPORT DATA ... AS SELECT`: a query, and where its rows go. */
export interface Unload {
  readonly query: string;
  readonly to: string;
}

export function unloadOf(sql: string, rules: DialectRules): Unload | null {
  if (!/^\s*(unload|export)\b|\b(outfile|dumpfile)\b/i.test(sql)) return null;
  const tokens = tokensOf(sql, rules);
  const first = tokens[0]?.text;
  if (first === 'EXPORT' && tokens[1]?.text === 'DATA') return exportOf(sql, rules);
  if (first === 'SELECT' || first === 'WITH') return outfileOf(sql, rules);
  if (first !== 'UNLOAD') return null;
  const to = tokens.findIndex((token) => token.text === 'TO');
  const target = tokens[to + 1];
  const open = tokens[1];
  if (to === -1 || target?.kind !== 'string' || open === undefined) return null;
  const quoted = tokens[2];
  const query = quoted?.kind === 'string' ? insideOf(sql, quoted).text : sql.slice(open.end, tokens[to - 1]?.start);
  return { query, to: insideOf(sql, target).text };
}

/** BigQuery: EXPORT DATA OPTIONS (uri = '...') AS SELECT ... */
function exportOf(sql: string, rules: DialectRules): Unload | null {
  const tokens = tokensOf(sql, rules);
  const uri = tokens.findIndex((token) => token.text === 'URI');
  const target = tokens.slice(uri + 1, uri + 4).find((token) => token.kind === 'string');
  const as = tokens.find((token) => token.text === 'AS');
  if (uri === -1 || target === undefined || as === undefined) return null;
  return { query: sql.slice(as.end), to: insideOf(sql, target).text };
}

/** MySQL: SELECT ... INTO OUTFILE '...' FROM ... */
function outfileOf(sql: string, rules: DialectRules): Unload | null {
  if (!/\binto\s+(outfile|dumpfile)\b/i.test(sql)) return null;
  const tokens = tokensOf(sql, rules);
  const word = tokens.findIndex(
    (token, at) => (token.text === 'OUTFILE' || token.text === 'DUMPFILE') && tokens[at - 1]?.text === 'INTO',
  );
  const path = tokens[word + 1];
  if (word === -1 || path?.kind !== 'string') return null;
  return { query: `${sql.slice(0, tokens[word - 1]?.start)} ${sql.slice(path.end)}`, to: insideOf(sql, path).text };
}
