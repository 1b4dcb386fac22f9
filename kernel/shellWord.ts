/** A word of a command line that a shell takes as it is. */
export const shellWord = (text: string): string => (/^[\w./:@%+=,-]+$/u.test(text) ? text : `'${text.replaceAll(`'`, `'\\''`)}'`);
