import type { JsonObject } from './matches.ts';

/** Values that are there stay once; of two that call themselves primary the later one is. */
export function addValues(before: readonly JsonObject[], added: readonly JsonObject[]): readonly JsonObject[] | undefined {
  const known = new Set(before.map(keyOf));
  const fresh = withoutSeconds(added)?.filter((one) => !known.has(keyOf(one))) ?? [];
  if (fresh.length === 0) return before.length === 0 ? undefined : before;
  const hasPrimary = fresh.some(({ primary }) => primary === true);
  return [...before.map((one) => (hasPrimary && one['primary'] === true ? { ...one, primary: false } : one)), ...fresh];
}

/** Each value once. Undefined for none. */
export function withoutSeconds(values: readonly JsonObject[]): readonly JsonObject[] | undefined {
  const byKey = new Map(values.map((one) => [keyOf(one), one]));
  return byKey.size === 0 ? undefined : [...byKey.values()];
}

/** An address may be there once a type. */
const keyOf = ({ value, type }: JsonObject): string => JSON.stringify([value, type ?? null]);
