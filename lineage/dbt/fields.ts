import { z } from 'zod';

/**
 * Fields that artifacts of many versions, adapters and plugins fill in their own ways. A field of an unexpected form
 * counts as absent: one odd value must not cost the node, and one odd node not the project.
 */
export const text = z.string().nullable().catch(null);

/** Text that says something: dbt writes '' where nothing was said. */
export const words = text.transform((value) => (value === null || value.trim() === '' ? null : value.trim()));

export const flag = z.boolean().catch(false);

export const amount = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/)])
  .transform((value) => Math.round(Number(value)))
  .refine((value) => Number.isSafeInteger(value) && value >= 0)
  .nullable()
  .catch(null);

const isText = (value: unknown): value is string => typeof value === 'string';

/** A list of texts, or one text alone, as dbt allows for tags. */
export const texts = z
  .union([z.array(z.unknown()).transform((list) => list.filter(isText)), z.string().transform((one) => [one])])
  .catch([]);

export const anything = z.record(z.string(), z.unknown()).catch({});

/** Values by name, without those that are not of the form. */
export const dictionary = <T>(form: z.ZodType<T>) =>
  anything.transform((record): readonly (readonly [string, T])[] =>
    Object.entries(record).flatMap(([key, value]) => {
      const parsed = form.safeParse(value);
      return parsed.success ? [[key, parsed.data] as const] : [];
    }),
  );

/** A list of objects, without those that are not of the form. */
export const listOf = <T>(form: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((list): readonly T[] =>
      list.flatMap((value) => {
        const parsed = form.safeParse(value);
        return parsed.success ? [parsed.data] : [];
      }),
    );
