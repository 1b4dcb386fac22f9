import { z } from 'zod';
import { type Instant, parseInstant } from '../../kernel/time.ts';

/** What a store can keep: no NUL and no half of a surrogate pair. */
const storable = (text: string): string => text.replaceAll('\u0000', '\uFFFD').toWellFormed();

export const text = z.string().transform(storable);

/** Names go into indexes, so they have an end. */
export const name = z.string().min(1).max(1_024).transform(storable);

/** Namespace and name: what OpenLineage calls datasets and jobs by. */
export const named = z.object({ namespace: z.string().min(1).max(512).transform(storable), name });

/**
 * Some clients write no time zone, others nanoseconds. Without a zone it is taken for UTC, as the OpenLineage clients do, and
 * what is finer than a microsecond is cut off.
 */
export const moment = z.string().transform((written, context): Instant => {
  const hasZone = /(?:z|[+-]\d{2}:?\d{2}|[+-]\d{2})$/i.test(written.trim()) && /\d{2}:\d{2}/.test(written);
  try {
    return parseInstant(hasZone ? written.trim() : `${written.trim()}Z`);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a date-time such as 2026-11-21T11:37:08.123Z' });
    return z.NEVER;
  }
});

/** Counts and bytes; some clients write them as text or with a fraction of zero. */
export const count = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** A facet with `_deleted` takes back what was said before: null. A facet that was not sent is undefined. */
export const deletable = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (isDeleted(value) ? null : value), schema.nullish());

const isDeleted = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && '_deleted' in value && value._deleted === true;
