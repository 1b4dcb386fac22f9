/** Marks, and whatever makes a link by itself: punctuation behind a backslash is only punctuation. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** What hides or turns text: a document that is printed must read as it is stored. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A text of people as Markdown on one line that shows just this text: no links, no pictures, no markup. */
export const plain = (text: string): string =>
  text
    .replace(UNSEEN, '')
    .replace(CONTROL, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(PUNCTUATION, String.raw`\$&`);

/** A text of people as a quotation, line by line. */
export const quoted = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => `> ${plain(line)}`.trimEnd())
    .join('\n');

/** A name or digest as code: shorter to read than escaped. */
export const code = (text: string): string => {
  const shown = text.replace(UNSEEN, '').replace(CONTROL, '').replaceAll('`', "'");
  return shown.trim() === '' ? plain(shown) : `\`${shown.trim()}\``;
};

export const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n');
