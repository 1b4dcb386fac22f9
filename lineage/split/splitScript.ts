import type { DialectRules } from '../dialect/rules.ts';
import { implicitRanges, type Range } from './boundaries.ts';
import { withoutDelimiters } from './delimiters.ts';
import { insideOf, procedureBody } from './procedure.ts';
import type { Token } from './token.ts';
import { tokensOf } from './tokens.ts';
import { withoutVariables } from './variables.ts';

export interface Unit {
  readonly text: string;
  /** What to parse: the text without clauses that only a procedure knows of, and as long as it. */
  readonly sql: string;
  /** Where it begins in the script; null when it does not stand there as it is. */
  readonly offset: number | null;
  /** Units out of one procedure share it. */
  readonly group: number;
}

type Piece = Omit<Unit, 'group'>;

/** A body in a body in a body is a mistake or an attack. */
const DEPTH_MAX = 4;

/**
 * The statements of a script, one by one, so that one which nobody can read does not lose the others. Bodies of
 * procedures are taken apart too: what a procedure does is what its statements do.
 */
export function splitScript(script: string, rules: DialectRules, offset: number | null = 0, depth = 0): readonly Unit[] {
  const sql = withoutDelimiters(script);
  const tokens = tokensOf(sql, rules);
  const ranges = rules.optionalSemicolons ? batches(tokens, sql) : semicolonRanges(tokens);
  return ranges.flatMap((range, at) => {
    const own = tokens.slice(range.from, range.to);
    const pieces = unitsOf(sql, own, rules, offset, depth);
    const together = procedureBody(own) !== null;
    return pieces.map((piece, nth) => ({ ...piece, group: together ? at : at + nth / (pieces.length + 1) }));
  });
}

function unitsOf(
  sql: string,
  tokens: readonly Token[],
  rules: DialectRules,
  offset: number | null,
  depth: number,
): readonly Piece[] {
  const body = depth < DEPTH_MAX ? procedureBody(tokens) : null;
  if (body?.quoted != null) {
    const inside = insideOf(sql, body.quoted);
    const at = inside.offset === null || offset === null ? null : inside.offset + offset;
    return bodyUnits(inside.text, isPlainSql(tokens) ? rules : inProcedure(rules), at, depth + 1);
  }
  if (body !== null) return statementsIn(sql, tokens.slice(body.from), inProcedure(rules), offset, depth);
  if (rules.optionalSemicolons) return statementsIn(sql, tokens, rules, offset, depth);
  const unit = unitOf(sql, tokens, rules, offset);
  return unit === null ? [] : [unit];
}

/** What SELECT ... INTO does there is what it does in a procedure. */
const inProcedure = (rules: DialectRules): DialectRules => ({ ...rules, selectInto: rules.selectIntoInProcedure });

/** LANGUAGE SQL has no variables. */
const isPlainSql = (tokens: readonly Token[]): boolean =>
  tokens.some((token, at) => token.text === 'LANGUAGE' && tokens[at + 1]?.text === 'SQL');

const bodyUnits = (text: string, rules: DialectRules, offset: number | null, depth: number): readonly Piece[] => {
  const sql = withoutDelimiters(text);
  return statementsIn(sql, tokensOf(sql, rules), rules, offset, depth);
};

function statementsIn(
  sql: string,
  tokens: readonly Token[],
  rules: DialectRules,
  offset: number | null,
  depth: number,
): readonly Piece[] {
  return implicitRanges(tokens, sql).flatMap((range) => {
    if (range.control) return [];
    const own = tokens.slice(range.from, range.to);
    const isQuoted = depth < DEPTH_MAX && procedureBody(own)?.quoted != null;
    if (isQuoted) return unitsOf(sql, own, rules, offset, depth + 1);
    const unit = unitOf(sql, own, rules, offset);
    return unit === null ? [] : [unit];
  });
}

function unitOf(sql: string, tokens: readonly Token[], rules: DialectRules, offset: number | null): Piece | null {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return null;
  const text = sql.slice(first.start, last.end);
  const read = rules.selectInto === 'variable' ? withoutVariables(text, tokens, first.start) : text;
  return { text, sql: read, offset: offset === null ? null : offset + first.start };
}

/** T-SQL: a procedure goes on to the end of its batch, everything else is cut later. */
function batches(tokens: readonly Token[], sql: string): readonly Range[] {
  const ranges: Range[] = [];
  let from = 0;
  tokens.forEach((token, at) => {
    const alone =
      token.text === 'GO' &&
      /(^|\n)\s*$/.test(sql.slice(tokens[at - 1]?.end ?? 0, token.start)) &&
      /^\s*(\n|$)/.test(sql.slice(token.end, tokens[at + 1]?.start));
    const starts =
      (token.text === 'CREATE' || token.text === 'ALTER') && at > from && procedureBody(tokens.slice(at, at + 60)) !== null;
    if (!alone && !starts) return;
    ranges.push({ from, to: at, control: false });
    from = alone ? at + 1 : at;
  });
  ranges.push({ from, to: tokens.length, control: false });
  return ranges;
}

/** A semicolon ends a statement, unless a block is open around it. */
function semicolonRanges(tokens: readonly Token[]): readonly Range[] {
  const ranges: Range[] = [];
  let from = 0;
  let open = 0;
  let block = false;
  const close = (to: number): void => {
    if (to > from) ranges.push({ from, to, control: false });
    [from, open, block] = [to + 1, 0, false];
  };
  tokens.forEach((token, at) => {
    if (at === from) block = procedureBody(tokens.slice(at, at + 200)) !== null || beginsBlock(tokens, at);
    if (block && token.kind === 'word') open = Math.max(0, open + blockStep(tokens, at));
    if (token.text === ';' && token.kind === 'symbol' && (!block || (open === 0 && !awaitsBegin(tokens, from, at)))) close(at);
  });
  close(tokens.length);
  return ranges;
}

const beginsBlock = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.text === 'CREATE' &&
  tokens.slice(at, at + 8).some((token) => token.text === 'FUNCTION' || token.text === 'PROCEDURE');

function blockStep(tokens: readonly Token[], at: number): number {
  const text = tokens[at]?.text;
  const next = tokens[at + 1]?.text ?? '';
  if (text === 'BEGIN' || text === 'CASE') return tokens[at - 1]?.text === 'END' ? 0 : 1;
  return text === 'END' && !['IF', 'LOOP', 'WHILE', 'FOR', 'REPEAT'].includes(next) ? -1 : 0;
}

/** DECLARE ... ; BEGIN: the declarations belong to the block. */
function awaitsBegin(tokens: readonly Token[], from: number, at: number): boolean {
  const own = tokens.slice(from, Math.min(at, from + 400));
  if (own.some((token) => token.text === 'BEGIN' || (token.kind === 'string' && token.text !== ''))) return false;
  const procedural = own[0]?.text === 'DECLARE' || own.some((token) => token.text === 'IS' || token.text === 'AS');
  return procedural && tokens.slice(at, at + 400).some((token) => token.text === 'BEGIN');
}
