type Kind = 'comment' | 'space' | 'literal' | 'number' | 'other';

/** What SQL text is made of, tried in this order. A quote that nothing here explains makes the text unreadable. */
const PIECES: readonly (readonly [kind: Kind, pattern: RegExp])[] = [
  ['space', /\s+/y],
  ['comment', /--[^\n]*/y],
  ['literal', /[eE]'(?:[^'\\]|\\[^]|'')*'/y],
  ['literal', /(?:[uU]&|[bBxXnN])?'(?:[^']|'')*'/y],
  ['literal', /(\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[^]*?\1/y],
  ['other', /"(?:[^"]|"")*"|`(?:[^`]|``)*`/y],
  ['other', /\$\d+|[\p{L}_@#][\p{L}\p{N}_$#]*/uy],
  ['number', /\.?\d(?:[eE][+-]?\d|[\w.])*/y],
  ['other', /[^'"`$]/uy],
];

/** Places of columns, precisions and limits; a longer number may be somebody's. */
const SHORT_NUMBER = /^\d{1,2}$/;
/** Long enough for a path or two, too short for a dump. */
const TEXT_MAX = 100_000;

/**
 * The text of a statement without comments, and with a question mark for each string and each number that could be data: two
 * runs with other values are one text. The file that COPY writes is kept, because it is a name.
 * @returns null when it is not certain where literals begin and end: such a text must not be kept.
 */
export function withoutLiterals(text: string): string | null {
  // Whether a backslash escapes the quote behind it is a setting of the session that ran it.
  if (text.length > TEXT_MAX || /(?<!\b[eE]'[^']*)\\'/.test(text)) return null;
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    const piece = pieceAt(text, at);
    if (piece === null) return null;
    at += piece.text.length;
    const isFile = words.at(-2)?.toUpperCase() === 'TO' && words[0]?.toUpperCase() === 'COPY';
    if (piece.kind === 'literal') words.push(isFile ? piece.text : `'?'`);
    else if (piece.kind === 'number') words.push(SHORT_NUMBER.test(piece.text) ? piece.text : '0');
    else if (piece.kind === 'other') words.push(piece.text);
    else if (words.at(-1) !== ' ' && words.length > 0) words.push(' ');
  }
  return words.join('').trim();
}

function pieceAt(text: string, at: number): { readonly kind: Kind; readonly text: string } | null {
  const comment = blockComment(text, at);
  if (comment !== '') return comment === null ? null : { kind: 'comment', text: comment };
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found };
  }
  return null;
}

/** Comments nest in some engines; null when one has no end. */
function blockComment(text: string, start: number): string | null {
  if (!text.startsWith('/*', start)) return '';
  let depth = 0;
  for (let at = start; at < text.length;) {
    if (text.startsWith('/*', at)) depth += 1;
    else if (text.startsWith('*/', at)) depth -= 1;
    else {
      at += 1;
      continue;
    }
    at += 2;
    if (depth === 0) return text.slice(start, at);
  }
  return null;
}

/** The same text as something to parse: a parser could take `$1` for the first column. */
export const withoutPlaceholders = (text: string): string =>
  text.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|\$\d+/g, (piece) => (piece.startsWith('$') ? `'?'` : piece));
