import { mentionedIn } from '../adapt/postgres/mentioned.ts';
import { adaptPostgres } from '../adapt/postgres/statement.ts';
import type { DialectRules } from '../dialect/rules.ts';
import type { Statement } from '../ir/ir.ts';
import type { Reason } from '../model/model.ts';
import { mentions } from './mentions.ts';
import { parsePostgres, type PostgresTree } from './postgres.ts';
import type { Parsed } from './sqlParser.ts';

type Read = Parsed & { readonly ok: true };

/** The statement as PostgreSQL's own parser reads it; null in other families, and where it refuses. */
export function secondReading(text: string, rules: DialectRules, doubts: readonly Reason[]): Read | null {
  const statements = rules.postgresFamily ? adaptedAll(text, parsePostgres(text)) : null;
  if (statements === null) return null;
  // For PostgreSQL itself there is nobody who knows better.
  const own: readonly Reason[] = rules.id === 'postgres' ? [] : ['SECOND_PARSER'];
  return { ok: true, statements, doubts: [...doubts, ...own], inPlace: !doubts.includes('REPAIRED') };
}

/**
 * Holds a reading against that of PostgreSQL's own parser. Where they mention different tables and columns, PostgreSQL
 * is believed for its own dialect, the first reading for the others, and neither wholly.
 */
export function compared(first: Parsed, text: string, rules: DialectRules): Parsed {
  if (!first.ok || !rules.postgresFamily) return first;
  const tree = parsePostgres(text);
  const spoken = new Set<string>();
  if (tree.ok) mentionedIn(tree.statements, spoken);
  if (!tree.ok || sameSet(mentions(first.statements), spoken)) return first;
  const second = adaptedAll(text, tree);
  if (second === null || second.some(({ kind }) => kind === 'other') || sameSet(mentions(first.statements), mentions(second)))
    return first;
  const doubts: readonly Reason[] = [...first.doubts, 'PARSERS_DISAGREE'];
  return rules.id === 'postgres' ? { ...first, statements: second, doubts } : { ...first, doubts };
}

function adaptedAll(text: string, tree: PostgresTree): readonly Statement[] | null {
  try {
    return tree.ok && tree.statements.length > 0 ? tree.statements.map((each) => adaptPostgres(text, each)) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const sameSet = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((each) => other.has(each));
