import { z } from 'zod';

/** Which names to crawl: exact spellings, where `*` stands for any run of characters. */
export const chosenNames = z.strictObject({
  /** Null takes all. */
  include: z.array(z.string().min(1)).max(1000).nullable().default(null),
  exclude: z.array(z.string().min(1)).max(1000).default([]),
});

export type ChosenNames = z.infer<typeof chosenNames>;

/** Whether a name was asked for; `exclude` wins over `include`. */
export function isChosen(name: string, { include, exclude }: ChosenNames): boolean {
  return (include === null || matchesAny(name, include)) && !matchesAny(name, exclude);
}

export const isExact = (pattern: string): boolean => !pattern.includes('*');

const matchesAny = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => (isExact(pattern) ? pattern === name : matches(name, pattern.split('*'))));

// Pieces are found from left to right instead of by a regular expression, so that no pattern can take exponential time.
function matches(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = name.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}
