type Path = readonly (string | number)[];

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: Path | undefined; readonly message?: string }[] | undefined;
}

/**
 * The places of the response that errors explain: for each error, the null that it left, which is at its path or above.
 * Two executors may differ in how many errors they report below one null, since siblings race once it is lost; the
 * nulls and the reasons for them must be the same.
 */
export function explainedNulls(result: Result): string[] {
  const places = (result.errors ?? []).map(({ path = [] }) => JSON.stringify(nullAt(result.data, path)));
  return [...new Set(places)].toSorted();
}

/** Errors whose own field is the null: their paths must match to the letter. */
export const exactPaths = (result: Result): string[] => distinct(exact(result).map(({ path }) => JSON.stringify(path)));

/** The same with their messages, where both executors call the same resolvers directly. */
export const exactErrors = (result: Result): string[] =>
  distinct(exact(result).map(({ path, message }) => `${JSON.stringify(path)} ${message ?? ''}`));

const exact = ({ data, errors = [] }: Result) => errors.filter(({ path = [] }) => nullAt(data, path).length === path.length);

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].toSorted();

function nullAt(data: unknown, path: Path): Path {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, depth);
    value = typeof value === 'object' && Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
  }
  return path;
}
