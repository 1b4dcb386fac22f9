/** Splits names and texts into words: at everything that is no letter or digit, and inside camelCase. Lower case, without accents. */
export function wordsOf(text: string): readonly string[] {
  return foldText(text.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2'))
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(cut);
}

/** Lower case and without accents, so that `Café` is found by `cafe`. */
export const foldText = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/** At most 64 units, and never half of a surrogate pair. */
const cut = (word: string): string => (word.length <= 64 ? word : word.slice(0, 64).replace(/[\uD800-\uDBFF]$/, ''));
