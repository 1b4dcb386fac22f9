import { editDistance } from '../kernel/editDistance.ts';

const SHOWN = 3;

/** The known words that were probably meant: those that begin alike, and those that a few typing errors make of one another. */
export function closest(written: string, known: readonly string[]): readonly string[] {
  const word = written.toLowerCase();
  if (word === '') return [];
  const allowed = Math.max(2, Math.floor(word.length / 4));
  return known
    .map((one) => ({ one, far: distance(word, one.toLowerCase()) }))
    .filter(({ far }) => far <= allowed)
    .toSorted((a, b) => a.far - b.far || (a.one < b.one ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ one }) => one);
}

/** ` Did you mean "Data" or "Date"?`, to follow a sentence; empty where nothing is near. */
export function didYouMean(written: string, known: readonly string[]): string {
  const near = closest(written, known).map((one) => `"${one}"`);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}

/** What only begins like it was not finished, which is the smallest of errors. */
const distance = (word: string, known: string): number => (known.startsWith(word) ? 1 : editDistance(word, known));
