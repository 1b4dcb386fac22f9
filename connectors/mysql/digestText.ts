const TOKEN = /`((?:[^`]|``)*)`|[\p{L}\p{N}_$@?]+|\S/gu;
/** Room for the longest usual name. */
const NAME_BYTES = 4 + 64;

/**
 * Whether the engine ran out of room for a statement. MySQL ends such a text with three dots, MariaDB with nothing at all; but
 * of both it is known how much room they have, and that they need two bytes for a token and four more than its length for a
 * name. One that just fits counts as cut off: what may not be whole is not read.
 */
export function isCutOff(text: string, bytesMax: number): boolean {
  if (/[^\s,(]\s*\.\.\.\s*$/.test(text)) return true;
  let bytes = 0;
  for (const [, name] of text.matchAll(TOKEN)) bytes += name === undefined ? 2 : 4 + Buffer.byteLength(name);
  return bytes > bytesMax - NAME_BYTES;
}

/** The engine puts three dots for values that it left out, where a parser wants one. */
export const readableDigest = (text: string): string =>
  text
    .replaceAll(/\/\*.*?\*\//g, '')
    .replaceAll('...', '?')
    .replace(/[;\s]*$/, '')
    .trim();

/** MariaDB prints the first text for every statement that was sent together with it. */
export const isOfSeveral = (text: string): boolean => /;\s*$/.test(text);
