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

/** Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and exchanges of neighbours. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
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
