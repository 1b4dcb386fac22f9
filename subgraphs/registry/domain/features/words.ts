/** A part of a name, and where in the name it stands. */
export interface Word {
  /** In lower case, without accents. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const WORD = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+|\p{N}+/gu;

/** `orderTotal_90d`, `order total 90 D` and `ORDER-TOTAL-90D` have the same words. */
export function wordsOf(name: string): readonly Word[] {
  return [...name.matchAll(WORD)].map(([text], place, all) => {
    const start = all[place]?.index ?? 0;
    return { text: fold(text), start, end: start + text.length };
  });
}

/** Names with equal keys have the same words. */
export const keyOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ');

const fold = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
