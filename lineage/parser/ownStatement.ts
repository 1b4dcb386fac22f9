import { pathName } from '../adapt/names.ts';
import type { DialectRules } from '../dialect/rules.ts';
import type { Statement, TableName } from '../ir/ir.ts';
import { insideOf } from '../split/procedure.ts';
import type { Token } from '../split/token.ts';
import { tokensOf } from '../split/tokens.ts';

/** Statements without expressions that parsers do not know: a word or two, and names. */
export function ownStatement(sql: string, rules: DialectRules): Statement | null {
  if (!/^\s*(load|exec|execute|call|add)\b/i.test(sql)) return null;
  const tokens = tokensOf(sql, rules);
  // Spark, Hive: code for the session.
  if (tokens[0]?.text === 'ADD')
    return /^(JAR|JARS|FILE|FILES|ARCHIVE|ARCHIVES)$/.test(tokens[1]?.text ?? '') ? { kind: 'other', what: 'add' } : null;
  if (tokens[0]?.text === 'LOAD') return loadedFile(tokens, sql);
  return renamedByProcedure(tokens, sql) ?? { kind: 'call' };
}

/** MySQL: LOAD DATA [LOCAL] INFILE 'path' INTO TABLE t (a, b). */
function loadedFile(tokens: readonly Token[], sql: string): Statement | null {
  const file = tokens.find((token, at) => token.kind === 'string' && tokens[at - 1]?.text === 'INFILE');
  const table = tokens.findIndex((token, at) => token.text === 'TABLE' && tokens[at - 1]?.text === 'INTO');
  if (file === undefined || table === -1) return null;
  return {
    kind: 'copy',
    from: [pathName(insideOf(sql, file).text)],
    query: null,
    to: nameAt(tokens, table + 1, sql),
    columns: [],
  };
}

/** T-SQL: EXEC sp_rename 'dbo.a', 'b'. */
function renamedByProcedure(tokens: readonly Token[], sql: string): Statement | null {
  if (tokens[1]?.text !== 'SP_RENAME') return null;
  const [from, to, what] = tokens.filter((token) => token.kind === 'string').map((token) => insideOf(sql, token).text);
  if (from === undefined || to === undefined || (what !== undefined && what.toUpperCase() !== 'OBJECT')) return null;
  const table = dotted(from);
  return { kind: 'rename', table, to: { parts: [...table.parts.slice(0, -1), { text: to, quoted: false }], path: false } };
}

const dotted = (name: string): TableName => ({
  parts: name.split('.').map((text) => ({ text: text.replace(/[[\]"]/g, ''), quoted: false })),
  path: false,
});

function nameAt(tokens: readonly Token[], from: number, sql: string): TableName {
  let to = from;
  while (tokens[to + 1]?.text === '.') to += 2;
  return dotted(sql.slice(tokens[from]?.start, tokens[to]?.end).replaceAll('`', ''));
}
