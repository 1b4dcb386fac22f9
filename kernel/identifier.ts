/**
 * How platforms decide that two spellings name the same thing. A canonical name is the dotted path in which a part is
 * quoted exactly when the platform would not find it unquoted, so that `shop.public."Orders"` and
 * `shop.public.orders` stay two tables on PostgreSQL while `SHOP.PUBLIC.ORDERS` finds the second.
 */
export type IdentifierRule = 'lower' | 'upper' | 'insensitive' | 'sensitive';

/** The rule of each platform that has another than `sensitive`. */
const RULES: Readonly<Record<string, IdentifierRule>> = {
  postgres: 'lower',
  redshift: 'lower',
  snowflake: 'upper',
  oracle: 'upper',
  sqlite: 'insensitive',
  duckdb: 'insensitive',
  mssql: 'insensitive',
  trino: 'insensitive',
};

export const identifierRule = (platform: string): IdentifierRule => RULES[platform] ?? 'sensitive';

/** MySQL compares columns without case on every file system, and tables as the file system does. */
export const columnRule = (platform: string): IdentifierRule => (platform === 'mysql' ? 'insensitive' : identifierRule(platform));

/** The OpenLineage name of exact parts (spec/Naming.md): files are named by their path, everything else by dots. */
export const openLineageName = (platform: string, parts: readonly string[]): string =>
  parts.join(platform === 'file' ? '/' : '.');

/** The canonical name of exact parts, as an engine's own catalog spells them. */
export function canonicalName(rule: IdentifierRule, parts: readonly string[]): string {
  return parts.map((part) => canonicalPart(rule, part)).join('.');
}

/** The canonical name of one exact part, e.g. a column's. */
export function canonicalPart(rule: IdentifierRule, part: string): string {
  if (rule === 'insensitive') return quoteUnlessPlain(fold('lower', part));
  return fold(rule, part) === part ? quoteUnlessPlain(part) : quote(part);
}

/** The canonical form of a name that a person or a tool wrote: quoted parts are kept, the others are folded. */
export function canonicalize(rule: IdentifierRule, written: string): string {
  return splitName(written)
    .map(({ part, quoted }) => canonicalPart(rule, quoted ? part : fold(rule, part)))
    .join('.');
}

/** Splits `a."b.c".d` at the dots outside of double quotes, backticks and brackets. */
export function splitName(written: string): readonly { readonly part: string; readonly quoted: boolean }[] {
  const parts: { part: string; quoted: boolean }[] = [];
  let at = 0;
  while (at <= written.length) {
    const read = readPart(written, at);
    parts.push({ part: read.part, quoted: read.quoted });
    at = read.end + 1;
  }
  return parts;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '`': '`', '[': ']' };

function readPart(written: string, start: number): { part: string; quoted: boolean; end: number } {
  const close = CLOSING[written.charAt(start)];
  if (close !== undefined) {
    let part = '';
    for (let i = start + 1; i < written.length; i++) {
      const char = written.charAt(i);
      if (char !== close) part += char;
      else if (written.charAt(i + 1) === close) part += written.charAt(i++);
      else if (i + 1 === written.length || written.charAt(i + 1) === '.') return { part, quoted: true, end: i + 1 };
      else break;
    }
  }
  const dot = written.indexOf('.', start);
  const end = dot === -1 ? written.length : dot;
  return { part: written.slice(start, end), quoted: false, end };
}

const fold = (rule: IdentifierRule, part: string): string =>
  rule === 'upper' ? part.toUpperCase() : rule === 'sensitive' ? part : part.toLowerCase();

const quoteUnlessPlain = (part: string): string => (/[."`[\]]/u.test(part) || part === '' ? quote(part) : part);

const quote = (part: string): string => `"${part.replaceAll('"', '""')}"`;
