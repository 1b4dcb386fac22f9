/** Made on first use: it loads tables of all languages. */
let segmenter: Intl.Segmenter | undefined;

// Blocks whose characters take two cells, roughly: CJK, Hangul, full-width forms.
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;

/** How many cells of a terminal a text takes. */
export function widthOf(text: string): number {
  // Nearly everything is plain, and segmenting is slow.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of (segmenter ??= new Intl.Segmenter()).segment(text))
    width += WIDE.test(segment) || EMOJI.test(segment) ? 2 : 1;
  return width;
}

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
