import {
  canonicalName,
  canonicalPart,
  canonicalize,
  type IdentifierRule,
  openLineageName,
  splitName,
} from '../../kernel/identifier.ts';

/** Where a node lies in the warehouse, as a manifest says it. */
export interface Relation {
  readonly database: string | null;
  readonly schema: string | null;
  readonly identifier: string;
  /** The whole name as dbt writes it into SQL, quotes and all; not in every version. */
  readonly rendered: string | null;
  readonly quoting: Quoting;
}

export interface Quoting {
  readonly database: boolean;
  readonly schema: boolean;
  readonly identifier: boolean;
}

/** dbt quotes every part, except on Snowflake. */
export const quotingOf = (adapter: string): Quoting =>
  adapter === 'snowflake'
    ? { database: false, schema: false, identifier: false }
    : { database: true, schema: true, identifier: true };

/** The OpenLineage name. What dbt rendered is what the warehouse was told, so it goes first. */
export function relationName(rule: IdentifierRule, relation: Relation): string {
  const { database, schema, identifier, rendered, quoting } = relation;
  const written = rendered === null ? [] : splitName(rendered);
  // BigQuery's habit: the whole path in one pair of backticks. Anything else of one part is a file or a function.
  if (rendered !== null && written.length > 1) return canonicalize(rule, rendered);
  return openLineageName(
    '',
    [
      { part: database, quoted: quoting.database },
      { part: schema, quoted: quoting.schema },
      { part: identifier, quoted: quoting.identifier },
    ].flatMap(({ part, quoted }) =>
      part === null || part === '' ? [] : [quoted ? canonicalPart(rule, part) : canonicalize(rule, asOnePart(part))],
    ),
  );
}

/** Dots of an unquoted part are none of the path: a BigQuery project of a domain is `example.com:shop`. */
const asOnePart = (part: string): string => (part.includes('.') ? canonicalName('sensitive', [part]) : part);

/** The name by which columns are compared: yml and SQL write them as they like, the warehouse as it must. */
export const columnKey = (name: string): string => name.replace(/^["`[]|["`\]]$/g, '').toLowerCase();
