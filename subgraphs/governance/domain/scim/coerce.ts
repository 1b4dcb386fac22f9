import { type Attribute, named, type ResourceSchema } from './attribute.ts';
import { isObject, type Json, type JsonObject } from './matches.ts';
import { scimFault } from './scimFault.ts';

const TEXT_MAX = 500;

/**
 * What a client wrote, in the names and types of the schema. Attributes that the schema does not have, and those that only the
 * server writes, are left out; so is what is null or empty, which means the same as not being there.
 * @throws Fault BAD_USER_INPUT invalidSyntax, invalidValue
 */
export function coerceResource({ id, common, attributes }: ResourceSchema, body: unknown): JsonObject {
  if (!isObject(body)) throw scimFault('invalidSyntax', 'Send a JSON object.');
  const schemas = body['schemas'];
  if (schemas !== undefined && !listOf(schemas).some((one) => sameText(one, id)))
    throw scimFault('invalidSyntax', `schemas must have ${id}.`);
  return coerceParts([...common, ...attributes], body);
}

/** A value of an attribute; undefined for none. @throws Fault BAD_USER_INPUT invalidValue */
export function coerce(attribute: Attribute, value: unknown): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (!attribute.multiValued) return coerceOne(attribute, value);
  // Some clients leave the brackets out around a single value, and the name of the value.
  const many = listOf(value).map((one) => coerceOne(attribute, isObject(one) ? one : { value: one }));
  const found = many.filter((one) => one !== undefined);
  return found.length === 0 ? undefined : found;
}

function coerceOne(attribute: Attribute, value: unknown): Json | undefined {
  const { name, type } = attribute;
  if (value === null || value === undefined || value === '') return undefined;
  if (type === 'complex') return coerceComplex(attribute, value);
  if (type === 'boolean') return coerceBoolean(name, value);
  if (typeof value !== 'string') throw scimFault('invalidValue', `${name} must be a text.`);
  if (value.length > TEXT_MAX) throw scimFault('invalidValue', `${name} has more than ${TEXT_MAX} characters.`);
  if (!value.isWellFormed() || /\p{Cc}/u.test(value))
    throw scimFault(
      'invalidValue',
      `${name} has a character that cannot be kept: a line break, U+0000 or half of a surrogate pair.`,
    );
  return value;
}

/** Some clients write truth as text. */
function coerceBoolean(name: string, value: unknown): boolean {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  if (text === true || text === 'true') return true;
  if (text === false || text === 'false') return false;
  throw scimFault('invalidValue', `${name} must be true or false.`);
}

function coerceComplex({ name, subAttributes = [] }: Attribute, value: unknown): JsonObject | undefined {
  if (!isObject(value)) throw scimFault('invalidValue', `${name} must be an object.`);
  const parts = coerceParts(subAttributes, value);
  return Object.keys(parts).length === 0 ? undefined : parts;
}

function coerceParts(attributes: readonly Attribute[], written: JsonObject): JsonObject {
  const parts = new Map<string, Json>();
  const seen = new Set<string>();
  for (const [key, value] of Object.entries(written)) {
    const attribute = named(attributes, key);
    if (attribute === undefined || attribute.mutability === 'readOnly') continue;
    if (seen.has(attribute.name)) throw scimFault('invalidSyntax', `${attribute.name} is there twice.`);
    seen.add(attribute.name);
    const read = coerce(attribute, value);
    if (read !== undefined) parts.set(attribute.name, read);
  }
  return Object.fromEntries(parts);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const sameText = (value: unknown, text: string): boolean =>
  typeof value === 'string' && value.toLowerCase() === text.toLowerCase();
