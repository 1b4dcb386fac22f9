/** Control characters, and those that turn or hide text: a column's name must not move the cursor of whoever lists it. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text as it may be written to a terminal on one line: what is unsafe is shown as `\u001b`. */
export const escaped = (text: string): string => text.replace(UNSAFE, codePoint);

/** Like `escaped`, but line ends stay. */
export const escapedLines = (text: string): string => text.split(/\r?\n/).map(escaped).join('\n');

const codePoint = (char: string): string => (char === '\u200d' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
