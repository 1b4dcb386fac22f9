import type { Token } from './token.ts';

/** Words that begin a statement of their own, wherever one may begin. */
const STARTERS = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'WITH',
  'CREATE',
  'ALTER',
  'DROP',
  'TRUNCATE',
  'EXEC',
  'EXECUTE',
  'DECLARE',
  'SET',
  'USE',
  'PRINT',
  'RETURN',
  'RAISERROR',
  'THROW',
  'OPEN',
  'FETCH',
  'CLOSE',
  'DEALLOCATE',
  'COMMIT',
  'ROLLBACK',
  'CALL',
  'COPY',
  'REPLACE',
  'GRANT',
  'UNLOAD',
  'PERFORM',
  'LET',
  'RAISE',
]);
/** Words of control flow: they end what was before, and what follows up to the next statement is a condition. */
const CONTROL = new Set(['IF', 'ELSE', 'ELSIF', 'ELSEIF', 'WHILE', 'LOOP', 'BEGIN', 'END', 'REPEAT', 'EXCEPTION']);
const SET_OPERATORS = new Set(['UNION', 'ALL', 'EXCEPT', 'INTERSECT', 'MINUS', 'DISTINCT']);
/** After these a word that could begin a statement only goes on with the one at hand. */
const GOES_ON: Readonly<Record<string, ReadonlySet<string>>> = {
  SELECT: new Set(['AS', 'FOR', 'IS', 'IN', 'RETURN', 'QUERY', 'CURSOR', 'EXPLAIN', 'THEN']),
  WITH: new Set(['AS', 'FOR', 'INTO', 'RETURN', 'QUERY', 'EXPLAIN']),
  UPDATE: new Set(['FOR', 'ON', 'DO', 'AFTER', 'BEFORE', 'OR', 'OF', 'KEY', ',', 'INSTEAD', 'EXPLAIN']),
  DELETE: new Set(['ON', 'AFTER', 'BEFORE', 'OR', 'OF', ',', 'EXPLAIN']),
  INSERT: new Set(['AFTER', 'BEFORE', 'OR', 'OF', ',', 'EXPLAIN']),
  SET: new Set(['ON', 'CHARACTER']),
  REPLACE: new Set(['OR', ',', '*', ')']),
  IF: new Set([
    'TABLE',
    'VIEW',
    'SCHEMA',
    'DATABASE',
    'PROCEDURE',
    'INDEX',
    'FUNCTION',
    'END',
    ',',
    '=',
    'COLUMN',
    'USER',
    'ROLE',
    'EXTERNAL',
    'STAGE',
  ]),
};

export interface Range {
  /** Indexes of the first token, and of the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** Not a statement, but IF, WHILE, BEGIN, END and their conditions. */
  readonly control: boolean;
}

interface Walk {
  readonly ranges: Range[];
  from: number;
  control: boolean;
  parens: number;
  cases: number;
  /** Of the statement at hand. */
  verb: string;
  verbs: Set<string>;
}

/** Cuts where a statement ends without a semicolon too: T-SQL, and the bodies of procedures everywhere. */
export function implicitRanges(tokens: readonly Token[], sql: string): readonly Range[] {
  const walk: Walk = { ranges: [], from: 0, control: false, parens: 0, cases: 0, verb: '', verbs: new Set() };
  tokens.forEach((token, at) => {
    if (token.kind === 'symbol') symbol(walk, token.text, at);
    if (token.kind !== 'word') return;
    if (token.text === 'CASE') walk.cases += 1;
    else if (token.text === 'END' && walk.cases > 0) walk.cases -= 1;
    else if (walk.parens === 0 && walk.cases === 0) word(walk, tokens, at, sql);
  });
  finish(walk, tokens.length);
  return walk.ranges;
}

function symbol(walk: Walk, text: string, at: number): void {
  if (text === '(') walk.parens += 1;
  else if (text === ')') walk.parens = Math.max(0, walk.parens - 1);
  else if (text === ';' && walk.parens === 0) {
    finish(walk, at);
    begin(walk, at + 1, '', false);
  }
}

function finish(walk: Walk, to: number): void {
  if (to > walk.from) walk.ranges.push({ from: walk.from, to, control: walk.control });
}

function begin(walk: Walk, from: number, verb: string, control: boolean): void {
  Object.assign(walk, { from, verb, control, cases: 0, verbs: new Set(verb === '' ? [] : [verb]) });
}

function word(walk: Walk, tokens: readonly Token[], at: number, sql: string): void {
  const text = tokens[at]?.text ?? '';
  if (text === 'GO' && aloneOnLine(tokens, at, sql)) {
    finish(walk, at);
    begin(walk, at + 1, '', false);
    return;
  }
  if (at > walk.from || walk.verb !== '') {
    if (!startsAnother(walk, tokens, at, text)) {
      if (STARTERS.has(text)) walk.verbs.add(text);
      return;
    }
    finish(walk, at);
  }
  begin(walk, at, text, isControl(text));
}

const isControl = (text: string): boolean => CONTROL.has(text) || text === 'THEN' || text === 'FOR';

function startsAnother(walk: Walk, tokens: readonly Token[], at: number, text: string): boolean {
  const before = tokens[at - 1]?.text ?? '';
  if (text === 'THEN' || text === 'FOR') return walk.control || walk.verb === 'EXCEPTION';
  if (GOES_ON[text]?.has(before) === true && !walk.control) return false;
  if (CONTROL.has(text))
    return before !== 'TABLE' && before !== 'SCHEMA' && walk.verb !== 'MERGE' && (text !== 'REPEAT' || walk.control);
  if (!STARTERS.has(text)) return false;
  if (walk.control) return true;
  return !belongs(walk, tokens, at, text, before);
}

/** Whether the word is a part of the statement at hand, which needs it or allows it. */
function belongs({ verb, verbs }: Walk, tokens: readonly Token[], at: number, text: string, before: string): boolean {
  if (verb === 'CREATE' && !verbs.has('SELECT') && (text === 'SELECT' || text === 'WITH')) return true;
  if (verb === 'MERGE' && before === 'THEN') return true;
  if (verb === 'GRANT' || verb === 'EXPLAIN') return true;
  if (text === 'SELECT')
    return (
      SET_OPERATORS.has(before) || (['INSERT', 'WITH', 'REPLACE'].includes(verb) && !verbs.has('SELECT') && !afterValues(verbs))
    );
  if (text === 'WITH') return !beginsCte(tokens, at) || (verb === 'INSERT' && !verbs.has('SELECT'));
  if (text === 'SET') return ['UPDATE', 'ALTER', 'MERGE'].includes(verb) || verbs.has('UPDATE') || before === 'UPDATE';
  if (['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(text)) return verb === 'WITH' && verbs.size === 1;
  if (text === 'EXEC' || text === 'EXECUTE') return verb === 'INSERT' || verb === 'CREATE';
  if (text === 'REPLACE' || text === 'COPY' || text === 'LET' || text === 'USE' || text === 'OPEN')
    return verb !== '' && tokens[at + 1]?.kind !== 'word';
  if (['DROP', 'ALTER', 'ADD', 'TRUNCATE'].includes(text)) return verb === 'ALTER';
  return text === 'FETCH' ? verb === 'SELECT' || verb === 'WITH' : false;
}

const afterValues = (verbs: ReadonlySet<string>): boolean => verbs.has('EXEC');

/** `WITH x AS (` or `WITH x (a, b) AS (`, and not a table hint. */
function beginsCte(tokens: readonly Token[], at: number): boolean {
  const [name, next] = [tokens[at + 1], tokens[at + 2]];
  if (name === undefined || next === undefined || (name.kind !== 'word' && name.kind !== 'quoted')) return false;
  return next.text === 'AS' || next.text === '(' || name.text === 'RECURSIVE';
}

function aloneOnLine(tokens: readonly Token[], at: number, sql: string): boolean {
  const token = tokens[at];
  if (token === undefined) return false;
  const before = sql.slice(tokens[at - 1]?.end ?? 0, token.start);
  const after = sql.slice(token.end, tokens[at + 1]?.start ?? sql.length);
  return (at === 0 || before.includes('\n')) && (at === tokens.length - 1 || after.includes('\n'));
}
