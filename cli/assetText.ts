import { z } from 'zod';

/** The kind of an asset for people: `dataset`. */
export const kindOf = ({ __typename }: { readonly __typename: string }): string => __typename.toLowerCase();

export const person = z.object({ id: z.string(), name: z.string().nullish(), email: z.string().nullish() }).nullable();
export const owner = z.object({
  role: z.string(),
  origin: z.string(),
  external: z.string().nullable(),
  since: z.string(),
  principal: person,
});

export const PERSON_FIELDS = '{ id ... on User { name } ... on Team { name } ... on ServiceAccount { name } }';
export const OWNER_FIELDS = `{ role origin external since principal ${PERSON_FIELDS} }`;

export const personName = (someone: z.infer<typeof person>): string => someone?.name ?? someone?.id ?? 'nobody';

/** `ada@example.com (human)`, `postgres (source)`. */
export const ownerText = ({ principal, external, origin }: z.infer<typeof owner>): string =>
  `${principal === null ? (external ?? 'unknown') : personName(principal)} (${origin.toLowerCase()})`;

/** A moment to the second; microseconds only tire the eye. */
export const momentText = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;
