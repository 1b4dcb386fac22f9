import { z } from 'zod';
import { amount, text } from './fields.ts';
import type { DbtFreshness } from './project.ts';

const threshold = z
  .object({ count: amount.default(null), period: text.default(null) })
  .nullable()
  .catch(null)
  .default(null);

const criteria = z.object({ warn_after: threshold, error_after: threshold, filter: text.default(null) });

type Threshold = z.infer<typeof threshold>;

const PERIODS: Readonly<Record<string, (count: number) => string>> = {
  minute: (count) => `PT${count}M`,
  hour: (count) => `PT${count}H`,
  day: (count) => `P${count}D`,
};

/** How old data may be, as a source or the result of its check says it; null where neither warns nor fails. */
export function freshnessOf(value: unknown): DbtFreshness | null {
  const { success, data } = criteria.safeParse(value);
  if (!success) return null;
  const [warnAfter, errorAfter] = [durationOf(data.warn_after), durationOf(data.error_after)];
  return warnAfter === null && errorAfter === null ? null : { warnAfter, errorAfter, filter: data.filter, outcome: null };
}

function durationOf(given: Threshold): string | null {
  if (given === null || given.count === null || given.period === null) return null;
  return PERIODS[given.period]?.(given.count) ?? null;
}
