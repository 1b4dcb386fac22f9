import { cited, invalid } from '../mlflowFault.ts';
import type { Clause, Comparator, Subject } from './clause.ts';
import type { Comparable, Grammar } from './grammar.ts';
import { type Name, Scanner } from './scanner.ts';

const FILTER_CHARS_MAX = 100_000;
const CLAUSES_MAX = 100;
const LIST_MAX = 1_000;
/** Matching a pattern costs more with each of them. */
const WILDCARDS_MAX = 32;
const PATTERN_CHARS_MAX = 1_000;

/**
 * Reads a filter: comparisons that are joined by AND.
 * @throws Fault INVALID_PARAMETER_VALUE that says where and what instead
 */
export function parseFilter(filter: string, grammar: Grammar): readonly Clause[] {
  if (filter.length > FILTER_CHARS_MAX) throw invalid(`The filter has more than ${FILTER_CHARS_MAX} characters.`);
  const scanner = new Scanner(filter);
  if (scanner.isAtEnd) return [];
  const clauses = [parseClause(scanner, grammar)];
  while (!scanner.isAtEnd) {
    if (!scanner.and()) scanner.fail(`AND and another comparison, such as ${grammar.example}`);
    clauses.push(parseClause(scanner, grammar));
    if (clauses.length > CLAUSES_MAX) throw invalid(`The filter has more than ${CLAUSES_MAX} comparisons.`);
  }
  return clauses;
}

function parseClause(scanner: Scanner, grammar: Grammar): Clause {
  const { subject, key, comparable } = identify(scanner.name(), grammar);
  const comparator = scanner.comparator();
  if (!comparable.by.includes(comparator))
    throw invalid(`Invalid comparator ${comparator} for ${subject} ${cited(key)}: use one of ${comparable.by.join(', ')}.`);
  return completed(scanner, { subject, key }, comparator, comparable.is);
}

interface Compared {
  readonly subject: Subject;
  readonly key: string;
}

function completed(scanner: Scanner, compared: Compared, comparator: Comparator, is: Comparable['is']): Clause {
  switch (comparator) {
    case 'IS NULL':
    case 'IS NOT NULL':
      return { ...compared, comparator };
    case 'IN':
    case 'NOT IN':
      return { ...compared, comparator, values: list(scanner) };
    case 'LIKE':
    case 'ILIKE':
      return { ...compared, comparator, pattern: pattern(quoted(scanner)) };
    default:
      return { ...compared, comparator, value: is === 'text' ? quoted(scanner) : (scanner.number() ?? scanner.fail('a number')) };
  }
}

const quoted = (scanner: Scanner): string => scanner.text() ?? scanner.fail("a value in quotes, such as 'fraud'");

function list(scanner: Scanner): readonly string[] {
  if (!scanner.sign('(')) scanner.fail("a list, such as ('a', 'b')");
  const values = [quoted(scanner)];
  while (scanner.sign(',')) values.push(quoted(scanner));
  if (!scanner.sign(')')) scanner.fail("',' or ')'");
  if (values.length > LIST_MAX) throw invalid(`A list of the filter has more than ${LIST_MAX} values.`);
  return values;
}

/** Runs of % mean one; what is left of them is bounded. */
function pattern(written: string): string {
  const short = written.replaceAll(/%+/g, '%');
  const wildcards = short.match(/[%_]/g)?.length ?? 0;
  // An underscore stands for itself often enough in names, and costs little.
  if ((short.match(/%/g)?.length ?? 0) > WILDCARDS_MAX || short.length > PATTERN_CHARS_MAX || wildcards > PATTERN_CHARS_MAX)
    throw invalid(`A pattern of the filter has more than ${WILDCARDS_MAX} wildcards or ${PATTERN_CHARS_MAX} characters.`);
  return short;
}

/** What a name means. @throws Fault INVALID_PARAMETER_VALUE */
export function identify({ prefix, key }: Name, grammar: Grammar): Compared & { readonly comparable: Comparable } {
  const subject = prefix === null ? 'attribute' : grammar.subjects.get(prefix);
  if (subject === undefined)
    throw invalid(
      `Invalid entity type ${cited(prefix ?? '')} in a search of ${grammar.of}: use one of ${[...new Set(grammar.subjects.values())].join(', ')}.`,
    );
  if (subject === 'attribute') {
    const attribute = grammar.attributes.get(key);
    const comparable = grammar.comparables[attribute ?? ''] ?? { is: 'text', by: [] };
    if (attribute === undefined)
      throw invalid(
        `Invalid attribute key ${cited(key)} in a search of ${grammar.of}: use one of ${[...grammar.attributes.keys()].join(', ')}.`,
      );
    return { subject, key: attribute, comparable };
  }
  if (subject === 'dataset' && !DATASET_KEYS.includes(key))
    throw invalid(`Invalid dataset key ${cited(key)}: use one of ${DATASET_KEYS.join(', ')}.`);
  return { subject, key, comparable: grammar.keys[subject] ?? { is: 'text', by: [] } };
}

const DATASET_KEYS: readonly string[] = ['name', 'digest', 'context'];
