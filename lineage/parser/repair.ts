import type { DialectRules } from '../dialect/rules.ts';
import type { Token } from '../split/token.ts';
import { tokensOf } from '../split/tokens.ts';
import { allClosings, closing, type Edit } from './edit.ts';
import { tupleAssignments } from './tupleAssignments.ts';

type Repair = (tokens: readonly Token[], sql: string, rules: DialectRules) => readonly Edit[];

/** Vendor syntax that says nothing of lineage and that parsers stumble over: taken out, or said in a plainer way. */
const REPAIRS: readonly Repair[] = [
  clause('WITH', 'TAG'),
  clause('TAG'),
  clause('DISTKEY'),
  clause('SORTKEY'),
  clause('TITLE'),
  words('COMPOUND'),
  words('DISTSTYLE', null),
  words('BACKUP', null),
  words('ENCODE', null),
  words('WITH', 'ORDINALITY'),
  words('NOT', 'LOGGED'),
  words('WITH', 'NO', 'DATA'),
  words('WITH', 'DATA'),
  words('ON', 'COMMIT', 'PRESERVE', 'ROWS'),
  words('ON', 'COMMIT', 'DELETE', 'ROWS'),
  words('WITH', 'SCHEMABINDING'),
  words('WITH', 'ENCRYPTION'),
  words('WITH', 'VIEW_METADATA'),
  titleInParentheses,
  rowFormat,
  insertWithoutInto,
  createWithoutAs,
  doubledParentheses,
  compoundAssignment,
  bracketNames,
  colonAlias,
  templates,
  renameTable,
  tableQuery,
  exchangeTables,
  fromFirst,
  mergeDelete,
  tupleAssignments,
  outputTarget,
  mutation,
  tableComment,
  globalTemporary,
];

/** The statement in a form that the parser may read; null when there is nothing to repair. */
export function repaired(sql: string, rules: DialectRules): string | null {
  const tokens = tokensOf(sql, rules);
  const edits = REPAIRS.flatMap((repair) => repair(tokens, sql, rules)).toSorted((a, b) => a.start - b.start);
  return edits.length === 0 ? null : applied(sql, edits);
}

function applied(sql: string, edits: readonly Edit[]): string {
  let out = '';
  let at = 0;
  for (const edit of edits) {
    if (edit.start < at) continue;
    out += sql.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + sql.slice(at);
}

/** Spaces in its place keep every other position. */
const blank = (start: number, end: number): Edit => ({ start, end, text: ' '.repeat(end - start) });

function matches(tokens: readonly Token[], at: number, wanted: readonly (string | null)[]): boolean {
  return wanted.every((text, offset) =>
    text === null
      ? tokens[at + offset] !== undefined
      : tokens[at + offset]?.kind === 'word' && tokens[at + offset]?.text === text,
  );
}

/** `WORD (...)`, wherever it stands. */
function clause(...wanted: readonly string[]): Repair {
  return (tokens) =>
    tokens.flatMap((token, at) => {
      const open = at + wanted.length;
      if (!matches(tokens, at, wanted) || tokens[open]?.text !== '(') return [];
      return [blank(token.start, tokens[closing(tokens, open)]?.end ?? token.end)];
    });
}

function words(...wanted: readonly (string | null)[]): Repair {
  return (tokens) =>
    tokens.flatMap((token, at) =>
      matches(tokens, at, wanted) ? [blank(token.start, tokens[at + wanted.length - 1]?.end ?? token.end)] : [],
    );
}

/** Teradata: DOB (TITLE 'Birthdate'), DOB (FORMAT '...'). */
function titleInParentheses(tokens: readonly Token[]): readonly Edit[] {
  return tokens.flatMap((token, at) => {
    const inside =
      token.text === '(' &&
      ['TITLE', 'FORMAT', 'NAMED', 'CASESPECIFIC'].includes(tokens[at + 1]?.text ?? '') &&
      tokens[at + 2]?.kind === 'string';
    return inside ? [blank(token.start, tokens[closing(tokens, at)]?.end ?? token.end)] : [];
  });
}

/** Hive: how rows lie in files. A query may follow. */
function rowFormat(tokens: readonly Token[], sql: string): readonly Edit[] {
  const from = tokens.findIndex((_, at) => matches(tokens, at, ['ROW', 'FORMAT']));
  if (from === -1 || tokens[0]?.text !== 'CREATE') return [];
  const query = tokens.findIndex((token, at) => at > from && token.text === 'AS');
  return [blank(tokens[from]?.start ?? 0, query === -1 ? sql.length : (tokens[query]?.start ?? sql.length))];
}

const before = (token: Token, text: string): Edit => ({ start: token.start, end: token.start, text });

/** INSERT t SELECT ... */
function insertWithoutInto(tokens: readonly Token[]): readonly Edit[] {
  const [first, second] = tokens;
  if (first?.text !== 'INSERT' || second === undefined) return [];
  const at = ['IGNORE', 'LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY'].includes(second.text) ? 2 : 1;
  const table = tokens[at];
  const isTable =
    table !== undefined && !['INTO', 'OVERWRITE', 'ALL', 'FIRST', 'OR', 'TABLE', 'TOP', 'WHEN'].includes(table.text);
  return isTable ? [before(table, 'INTO ')] : [];
}

/** CREATE TABLE t SELECT ..., with the query at depth 0 and no AS before it. */
function createWithoutAs(tokens: readonly Token[]): readonly Edit[] {
  if (tokens[0]?.text !== 'CREATE') return [];
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth > 0) continue;
    if (token.text === 'AS') return [];
    if (token.text === 'SELECT' && at > 2) return [before(token, 'AS ')];
  }
  return [];
}

/** AS ((SELECT ...)) */
function doubledParentheses(tokens: readonly Token[]): readonly Edit[] {
  const closings = allClosings(tokens);
  return tokens.flatMap((token, at) => {
    const [outer, inner] = [closings.get(at), closings.get(at + 1)];
    const close = outer === undefined || inner === undefined || outer !== inner + 1 ? undefined : tokens[outer];
    return close === undefined ? [] : [blank(token.start, token.end), blank(close.start, close.end)];
  });
}

/** T-SQL: SET a += b. That `a` reads itself is said by the rewriting. */
function compoundAssignment(tokens: readonly Token[], sql: string): readonly Edit[] {
  return tokens.flatMap((token, at) => {
    const next = tokens[at + 1];
    if (!/^[-+*/%&|^]$/.test(token.text) || next?.text !== '=' || next.start !== token.end) return [];
    const from = pathStart(tokens, at - 1);
    return [{ start: token.start, end: next.end, text: `= ${sql.slice(from, tokens[at - 1]?.end)} ${token.text}` }];
  });
}

function pathStart(tokens: readonly Token[], at: number): number {
  let first = at;
  while (tokens[first - 1]?.text === '.' && first >= 2) first -= 2;
  return tokens[first]?.start ?? 0;
}

/** [name] where the dialect does not know it. */
function bracketNames(tokens: readonly Token[], sql: string, rules: DialectRules): readonly Edit[] {
  if (rules.bracketNames) return [];
  return tokens.flatMap((token, at) => {
    const close = tokens[at + 2];
    const free =
      at === 0 ||
      !['word', 'quoted'].includes(tokens[at - 1]?.kind ?? '') ||
      /^(SELECT|FROM|JOIN|BY|ON|WHERE|AND|AS|INTO)$/.test(tokens[at - 1]?.text ?? '');
    const isName = token.text === '[' && free && tokens[at + 1]?.kind === 'word' && close?.text === ']';
    return isName ? [{ start: token.start, end: close.end, text: `"${sql.slice(token.end, close.start)}"` }] : [];
  });
}

/** AS :name */
function colonAlias(tokens: readonly Token[]): readonly Edit[] {
  return tokens.flatMap((token, at) =>
    token.text === ':' && tokens[at - 1]?.text === 'AS' ? [blank(token.start, token.end)] : [],
  );
}

/** {name}, {{ name }} and ${name} in the place of a name. */
function templates(_tokens: readonly Token[], sql: string): readonly Edit[] {
  return [...sql.matchAll(/\$?\{\{?[^{}]*\}?\}/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: `template_${match[0].replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '')}`,
  }));
}

/** MySQL, Teradata: RENAME TABLE a TO b. */
function renameTable(tokens: readonly Token[]): readonly Edit[] {
  const [first, second] = tokens;
  const to = tokens.find((token) => token.text === 'TO');
  if (first?.text !== 'RENAME' || second?.text !== 'TABLE' || to === undefined) return [];
  return [{ start: first.start, end: second.end, text: 'ALTER TABLE' }, before(to, 'RENAME ')];
}

/** AS TABLE t */
function tableQuery(tokens: readonly Token[]): readonly Edit[] {
  return tokens.flatMap((token, at) =>
    token.text === 'TABLE' && tokens[at - 1]?.text === 'AS'
      ? [{ start: token.start, end: token.end, text: 'SELECT * FROM' }]
      : [],
  );
}

/** ClickHouse: EXCHANGE TABLES a AND b. */
function exchangeTables(tokens: readonly Token[]): readonly Edit[] {
  const [first, second] = tokens;
  const and = tokens.find((token) => token.text === 'AND');
  if (first?.text !== 'EXCHANGE' || second === undefined || and === undefined) return [];
  return [
    { start: first.start, end: second.end, text: 'ALTER TABLE' },
    { start: and.start, end: and.end, text: 'SWAP WITH' },
  ];
}

/** DuckDB: AS FROM t, with or without a SELECT behind it. */
function fromFirst(tokens: readonly Token[]): readonly Edit[] {
  const at = tokens.findIndex((token, index) => token.text === 'FROM' && tokens[index - 1]?.text === 'AS');
  const token = tokens[at];
  return token === undefined || tokens.slice(at).some((each) => each.text === 'SELECT') ? [] : [before(token, 'SELECT * ')];
}

/** Oracle: WHEN MATCHED THEN UPDATE SET ... DELETE WHERE ... */
function mergeDelete(tokens: readonly Token[], sql: string): readonly Edit[] {
  if (tokens[0]?.text !== 'MERGE') return [];
  return tokens.flatMap((token, at) => {
    if (token.text !== 'DELETE' || tokens[at + 1]?.text !== 'WHERE' || tokens[at - 1]?.text === 'THEN') return [];
    const next = tokens.findIndex((each, index) => index > at && each.text === 'WHEN');
    return [blank(token.start, next === -1 ? sql.length : (tokens[next]?.start ?? sql.length))];
  });
}

/** T-SQL: OUTPUT ... INTO [a].[b].[c] (x), whose target the parser takes for a call. */
function outputTarget(tokens: readonly Token[], sql: string): readonly Edit[] {
  const output = tokens.findIndex((token) => token.text === 'OUTPUT');
  const into = output === -1 ? -1 : tokens.findIndex((token, at) => at > output && token.text === 'INTO');
  const first = tokens[into + 1];
  let at = into + 1;
  while (tokens[at + 1]?.text === '.') at += 2;
  const last = tokens[at];
  if (into === -1 || first === undefined || last === undefined || tokens[at + 1]?.text !== '(') return [];
  return [{ start: first.start, end: last.end, text: `[${sql.slice(first.start, last.end).replace(/[[\]"\s]/g, '')}]` }];
}

/** ClickHouse: ALTER TABLE t UPDATE a = b WHERE c, and ALTER TABLE t DELETE WHERE c. */
function mutation(tokens: readonly Token[]): readonly Edit[] {
  const [alter, table] = tokens;
  if (alter?.text !== 'ALTER' || table?.text !== 'TABLE') return [];
  const at = tokens.findIndex(
    (token, index) => index > 2 && (token.text === 'UPDATE' || (token.text === 'DELETE' && tokens[index + 1]?.text === 'WHERE')),
  );
  const verb = tokens[at];
  if (verb === undefined) return [];
  const deletes = verb.text === 'DELETE';
  return [
    { start: alter.start, end: table.end, text: deletes ? 'DELETE FROM' : 'UPDATE' },
    { start: verb.start, end: verb.end, text: deletes ? '' : 'SET' },
  ];
}

/** Trino: CREATE TABLE t COMMENT '...' WITH (...) AS SELECT ... */
function tableComment(tokens: readonly Token[]): readonly Edit[] {
  const at = tokens[0]?.text === 'CREATE' ? tokens.findIndex((token) => token.text === 'COMMENT') : -1;
  const [word, comment] = [tokens[at], tokens[at + 1]];
  return word === undefined || comment?.kind !== 'string' ? [] : [blank(word.start, comment.end)];
}

/** Oracle: CREATE GLOBAL TEMPORARY TABLE, whose rows are those of the session all the same. */
function globalTemporary([create, scope, temporary]: readonly Token[]): readonly Edit[] {
  const scoped = scope !== undefined && (scope.text === 'GLOBAL' || scope.text === 'PRIVATE');
  return create?.text === 'CREATE' && scoped && temporary?.text === 'TEMPORARY' ? [blank(scope.start, scope.end)] : [];
}
