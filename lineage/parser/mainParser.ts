import { createAdapter } from '../adapt/adaptStatement.ts';
import { tagged } from '../adapt/node.ts';
import { pathName } from '../adapt/names.ts';
import type { DialectRules } from '../dialect/rules.ts';
import type { Statement } from '../ir/ir.ts';
import type { Reason } from '../model/model.ts';
import { splitScript } from '../split/splitScript.ts';
import { guessedStatement } from './guess.ts';
import { ownStatement } from './ownStatement.ts';
import { separateInserts } from './multiInsert.ts';
import { parseTree, type Tree } from './polyglot.ts';
import { repaired } from './repair.ts';
import { compared, secondReading } from './secondOpinion.ts';
import { STATEMENT_CHARS_MAX, type Parsed } from './sqlParser.ts';
import { unloadOf } from './unload.ts';

/** Longer ones get one try: repairing and reading them again takes too long. */
const SECOND_CHANCE_CHARS_MAX = 200_000;

/** Reads one statement: as it is, then as PostgreSQL would, then repaired, then as other dialects would. */
export function parseStatement(text: string, rules: DialectRules, depth = 0): Parsed {
  if (text.length > STATEMENT_CHARS_MAX) {
    return {
      ok: false,
      code: 'TOO_LARGE',
      message: `The statement has ${text.length} characters; at most ${STATEMENT_CHARS_MAX} are read.`,
      at: null,
    };
  }
  const own = depth === 0 ? ownStatement(text, rules) : null;
  if (own !== null) return { ok: true, statements: [own], doubts: [], inPlace: true };
  const unload = depth === 0 ? unloadOf(text, rules) : null;
  if (unload !== null) return copied(parseStatement(unload.query, rules, depth + 1), unload.to);
  const tree = parseTree(text, rules.parser);
  if (tree.ok && !isOpaque(tree.tree)) return compared(adapted(tree, rules, []), text, rules);
  const second = secondReading(text, rules, []);
  if (second !== null) return second;
  const separate = depth === 0 ? separateInserts(text, rules) : null;
  if (separate !== null) return together(separate.map((each) => parseStatement(each, rules, depth + 1)));
  const better = otherwise(text, rules, tree.ok ? OPAQUE : tree);
  return tree.ok && !better.ok ? adapted(tree, rules, []) : better;
}

/** Some statements the parser keeps as text. */
const isOpaque = (tree: readonly unknown[]): boolean =>
  tree.length > 0 && tree.every((each) => ['command', 'raw'].includes(tagged(each)?.tag ?? ''));
const OPAQUE = { ok: false, message: 'kept as text', at: null } as const;

function otherwise(text: string, rules: DialectRules, own: Tree & { ok: false }): Parsed {
  if (text.length > SECOND_CHANCE_CHARS_MAX) return { ok: false, code: 'SYNTAX', message: own.message, at: own.at };
  const plain = repaired(text, rules);
  if (plain !== null) {
    const tree = parseTree(plain, rules.parser);
    if (tree.ok && !isOpaque(tree.tree)) return adapted(tree, rules, ['REPAIRED']);
    const second = secondReading(plain, rules, ['REPAIRED']);
    if (second !== null) return second;
  }
  for (const dialect of rules.fallbacks) {
    const tree = parseTree(text, dialect);
    if (tree.ok && !isOpaque(tree.tree)) return adapted(tree, rules, ['FALLBACK_DIALECT']);
    const both = plain === null ? null : parseTree(plain, dialect);
    if (both?.ok === true && !isOpaque(both.tree)) return adapted(both, rules, ['REPAIRED', 'FALLBACK_DIALECT']);
  }
  const guess = guessedStatement(text, rules);
  const failed = { ok: false, code: 'SYNTAX', message: own.message, at: own.at } as const;
  return guess === null ? failed : { ...failed, guess };
}

function adapted(tree: Tree & { ok: true }, rules: DialectRules, doubts: readonly Reason[]): Parsed {
  const adapt = createAdapter(rules, (body) => bodyStatements(body, rules));
  try {
    return {
      ok: true,
      statements: tree.tree.map((each) => adapt.statement(each)),
      doubts,
      inPlace: !doubts.includes('REPAIRED'),
    };
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, code: 'TOO_DEEP', message: 'The statement is nested too deeply.', at: null };
    throw error;
  }
}

/** The body of a procedure that the parser kept as text. */
function bodyStatements(body: string, rules: DialectRules): readonly Statement[] {
  return splitScript(body, rules).flatMap((unit) => {
    const parsed = parseStatement(unit.sql, rules, 1);
    return parsed.ok ? parsed.statements : [];
  });
}

function together(all: readonly Parsed[]): Parsed {
  const failed = all.find((parsed) => !parsed.ok);
  if (failed !== undefined) return failed;
  return {
    ok: true,
    statements: all.flatMap((parsed) => (parsed.ok ? parsed.statements : [])),
    doubts: all.flatMap((parsed) => (parsed.ok ? parsed.doubts : [])),
    inPlace: false,
  };
}

function copied(parsed: Parsed, to: string): Parsed {
  if (!parsed.ok) return parsed;
  const statements = parsed.statements.map((statement): Statement =>
    statement.kind === 'query' ? { kind: 'copy', from: [], query: statement.query, to: pathName(to), columns: [] } : statement,
  );
  return { ...parsed, statements, inPlace: false };
}
