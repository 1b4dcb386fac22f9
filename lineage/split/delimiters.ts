const DIRECTIVE = /^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*$/gim;

/**
 * MySQL's client lets a script choose what ends a statement. The choice is taken out of the text, and what was chosen
 * becomes a semicolon, character for character, so that every position stays where it was.
 */
export function withoutDelimiters(sql: string): string {
  if (!/^[ \t]*DELIMITER[ \t]/im.test(sql)) return sql;
  let out = '';
  let at = 0;
  let delimiter = ';';
  for (const match of sql.matchAll(DIRECTIVE)) {
    out += semicolons(sql.slice(at, match.index), delimiter) + ' '.repeat(match[0].length);
    at = match.index + match[0].length;
    delimiter = match[1] ?? ';';
  }
  return out + semicolons(sql.slice(at), delimiter);
}

const semicolons = (text: string, delimiter: string): string =>
  delimiter === ';' ? text : text.replaceAll(delimiter, `;${' '.repeat(delimiter.length - 1)}`);
