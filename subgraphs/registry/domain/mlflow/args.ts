import { z } from 'zod';
import { cited, invalid } from './mlflowFault.ts';

/** Clients write protobuf as JSON: 64-bit numbers may come as texts, null is the same as nothing. */
export const text = z.string();
/** Must be there and must not be empty. */
export const required = z.string().min(1);
export const optional = <S extends z.ZodType>(shape: S) => shape.nullish().transform((value) => value ?? undefined);
export const int64 = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,16}$/)
      .transform(Number),
  ])
  .refine(
    (value) => Number.isSafeInteger(value),
    `must be a whole number between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`,
  );
export const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);
/** NaN and the infinities are texts in JSON. */
export const double = z.union([
  z.number(),
  z
    .string()
    .regex(/^(?:NaN|-?Infinity|-?\d{1,400}(?:\.\d{0,400})?(?:[eE][-+]?\d{1,3})?)$/)
    .transform(Number),
]);

/** Key and value, as tags and parameters are written; no value is an empty one. */
export const pair = z
  .object({ key: required, value: optional(text) })
  .transform(({ key, value }) => ({ key, value: value ?? '' }));
export type Pair = z.infer<typeof pair>;

/**
 * Reads the arguments of a call; what they do not know is left out, as protobuf does.
 * @throws Fault INVALID_PARAMETER_VALUE that names the argument
 */
export function readArgs<S extends z.ZodObject>(shape: S, given: unknown): z.infer<S> {
  const unstorable = unstorableIn(given);
  if (unstorable !== null)
    throw invalid(`Parameter '${unstorable}' has a character that cannot be stored: U+0000, or half of a surrogate pair.`);
  const { data, error } = shape.safeParse(given ?? {});
  if (error === undefined) return data;
  const [{ path, message } = { path: [], message: '' }] = error.issues;
  const value = path.reduce<unknown>((part, key) => (isObject(part) ? part[String(key)] : undefined), given);
  const name = nameOf(path);
  if (value === undefined || value === null || value === '') throw invalid(`Missing value for required parameter '${name}'.`);
  throw invalid(`Invalid value ${cited(JSON.stringify(value))} for parameter '${name}': ${message}.`);
}

/** `metrics[3].key` */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`),
    '',
  );

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const DEPTH_MAX = 20;

/** The name of the first value that the database cannot take. */
function unstorableIn(value: unknown, path: readonly PropertyKey[] = []): string | null {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? null : nameOf(path);
  if (!isObject(value)) return null;
  if (path.length === DEPTH_MAX) throw invalid(`The request is nested more than ${DEPTH_MAX} levels deep.`);
  for (const [key, part] of Object.entries(value)) {
    const found = unstorableIn(part, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== null) return found;
  }
  return null;
}
