import { editDistance } from '../../../kernel/editDistance.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Every word one typing error away: a letter left out, doubled, wrong, or two exchanged (Damerau 1964: four errors in five). */
export function oneErrorAway(word: string): readonly string[] {
  const variants = new Set<string>();
  for (let i = 0; i <= word.length; i++) {
    const head = word.slice(0, i);
    const tail = word.slice(i);
    if (tail !== '') variants.add(head + tail.slice(1));
    if (tail.length > 1) variants.add(head + tail.charAt(1) + tail.charAt(0) + tail.slice(2));
    for (const letter of LETTERS) {
      variants.add(head + letter + tail);
      if (tail !== '') variants.add(head + letter + tail.slice(1));
    }
  }
  variants.delete(word);
  return [...variants];
}

/** The likeliest word that was meant, or null when none is near enough: one error in a short word, two in a long one. */
export function nearest(written: string, candidates: readonly string[]): string | null {
  const allowed = written.length <= 5 ? 1 : 2;
  const near = candidates
    .map((word) => ({ word, distance: editDistance(written, word) }))
    .filter(({ distance }) => distance <= allowed)
    .toSorted(
      (a, b) =>
        a.distance - b.distance ||
        sharedStart(written, b.word) - sharedStart(written, a.word) ||
        a.word.localeCompare(b.word, 'en'),
    );
  return near[0]?.word ?? null;
}

function sharedStart(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}
