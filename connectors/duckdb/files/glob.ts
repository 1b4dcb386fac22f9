/** A folder, and what in it to look at. */
export interface Place {
  readonly root: string;
  /** Matches paths below the root, as `a/b/c.csv`. */
  matches(relative: string): boolean;
}

/**
 * Splits `/srv/lake/` or `/srv/lake/2025/*.csv` into the folder that surely exists and the pattern below it.
 * `*` and `?` stay within one name, `**` crosses folders.
 */
export function placeOf(files: string): Place {
  const parts = files.split('/');
  const first = parts.findIndex((part) => /[*?]/.test(part));
  if (first === -1) return { root: files, matches: () => true };
  const pattern = new RegExp(`^${parts.slice(first).map(partPattern).join('')}$`, 'su');
  return { root: parts.slice(0, first).join('/') || '/', matches: (relative) => pattern.test(relative) };
}

function partPattern(part: string, at: number, all: readonly string[]): string {
  const isLast = at === all.length - 1;
  if (part === '**') return isLast ? '.*' : '(?:[^/]+/)*';
  const escaped = part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]') + (isLast ? '' : '/');
}

/** A path in which DuckDB sees no pattern: it would take `[`, `*` and `?` in a file's name for one. */
export const literalPath = (path: string): string => path.replaceAll(/[*?[]/g, '[$&]');
