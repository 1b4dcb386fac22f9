const FIELDS_MAX = 1_000;
/** What thresholds can name. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/**
 * Metrics of a run as evidence: under names that a threshold can name. What is no finite number is left out, and so is what would
 * have the name of another one.
 */
export function evidenceOf(
  metrics: readonly { readonly key: string; readonly value: number | string }[],
  isReserved: (name: string) => boolean,
): Readonly<Record<string, number>> {
  const named = new Map<string, number | null>();
  for (const { key, value } of metrics) {
    const name = key.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    if (typeof value !== 'number' || !Number.isFinite(value) || !NAME.test(name) || isReserved(name)) continue;
    named.set(name, named.has(name) ? null : value);
  }
  return Object.fromEntries(
    [...named].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])).slice(0, FIELDS_MAX),
  );
}
