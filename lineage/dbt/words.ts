const DEPTH_MAX = 8;

/** All text in a value of JSON. */
export function textsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return [];
  return Object.values(value).flatMap((part) => textsIn(part, depth + 1));
}

/** The words of code, lower case. */
export const wordsOf = (code: string): ReadonlySet<string> =>
  new Set(code.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []);
