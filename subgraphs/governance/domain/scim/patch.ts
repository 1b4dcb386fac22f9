import type { ResourceSchema } from './attribute.ts';
import { coerce } from './coerce.ts';
import type { Filter } from './filter.ts';
import { isObject, type Json, type JsonObject, matches } from './matches.ts';
import { parsePath, type Path } from './path.ts';
import { addValues, withoutSeconds } from './addValues.ts';
import type { Operation } from './readPatch.ts';
import { scimFault } from './scimFault.ts';

/**
 * The resource after these operations, in order (RFC 7644 section 3.5.2). Where real clients need it, more is understood than
 * the RFC asks for: see `docs/scim.md`.
 * @throws Fault BAD_USER_INPUT invalidPath, invalidFilter, invalidValue, mutability, noTarget
 */
export const applyPatch = (resource: JsonObject, operations: readonly Operation[], schema: ResourceSchema): JsonObject =>
  operations.reduce((before, operation) => apply(before, operation, schema), resource);

function apply(resource: JsonObject, { op, path, value }: Operation, schema: ResourceSchema): JsonObject {
  if (path !== null) {
    const parsed = parsePath(path, schema);
    if (parsed === null) return resource;
    refuseReadOnly(parsed);
    return applyAt(resource, op, parsed, value);
  }
  if (op === 'remove') throw scimFault('noTarget', 'remove needs a path.');
  if (!isObject(value)) throw scimFault('invalidValue', 'Without a path the value must be an object of attributes.');
  return Object.entries(value).reduce((before, [key, part]) => applyNamed(before, op, [key, part], schema), resource);
}

/** An attribute of a value without path. Its name may be a path; what only the server writes is not kept. */
function applyNamed(
  resource: JsonObject,
  op: 'add' | 'replace',
  [key, value]: readonly [string, Json],
  schema: ResourceSchema,
): JsonObject {
  if (key.toLowerCase() === schema.id.toLowerCase() && isObject(value)) return apply(resource, { op, path: null, value }, schema);
  const path = parsePath(key, schema);
  if (path === null || path.attribute.mutability === 'readOnly') return resource;
  return applyAt(resource, op, path, value);
}

function refuseReadOnly({ attribute, sub }: Path): void {
  const fixed = attribute.mutability === 'readOnly' ? attribute : sub?.mutability === 'readOnly' ? sub : null;
  if (fixed !== null) throw scimFault('mutability', `${fixed.name} is written by the server only.`);
}

function applyAt(resource: JsonObject, op: Operation['op'], path: Path, value: Json | undefined): JsonObject {
  const { attribute } = path;
  const before = resource[attribute.name];
  const isGone = value === null || value === undefined || value === '';
  const after =
    op === 'remove' || (isGone && op === 'replace')
      ? removed(before, path, op === 'remove' ? value : undefined)
      : isGone
        ? before
        : written(before, op, path, value);
  const { [attribute.name]: _, ...rest } = resource;
  return after === undefined ? rest : { ...rest, [attribute.name]: after };
}

function removed(before: Json | undefined, { attribute, where, sub }: Path, value: Json | undefined): Json | undefined {
  if (!Array.isArray(before)) return sub === null ? undefined : isObject(before) ? without(before, sub.name) : before;
  const many = objectsOf(before);
  if (where === null && sub === null) {
    if (value === undefined || value === null) return undefined;
    // Some clients name what to remove in the value instead of the path.
    const named = new Set(objectsOf(coerce(attribute, value)).map((one) => one['value']));
    return some(many.filter((one) => !named.has(one['value'])));
  }
  const isMeant = (one: JsonObject): boolean => where === null || matches(where, one);
  if (sub === null) return some(many.filter((one) => !isMeant(one)));
  return some(many.map((one) => (isMeant(one) ? without(one, sub.name) : one)).filter((one) => one['value'] !== undefined));
}

function written(before: Json | undefined, op: 'add' | 'replace', path: Path, value: Json): Json | undefined {
  const { attribute, where, sub } = path;
  if (attribute.multiValued && (where !== null || sub !== null)) return writtenInto(objectsOf(before), path, value);
  if (sub !== null) return { ...(isObject(before) ? before : {}), ...partOf(path, value) };
  const after = coerce(attribute, value);
  if (attribute.multiValued)
    return op === 'add' ? addValues(objectsOf(before), objectsOf(after)) : withoutSeconds(objectsOf(after));
  return isObject(after) && isObject(before) ? { ...before, ...after } : after;
}

/** Changes the values that are meant, or makes one that would be. */
function writtenInto(before: readonly JsonObject[], path: Path, value: Json): Json | undefined {
  const { attribute, where } = path;
  const change = path.sub === null ? (objectsOf(coerce(attribute, value))[0] ?? {}) : partOf(path, value);
  const meant = new Set(before.filter((one) => where === null || matches(where, one)));
  if (meant.size > 0) {
    const isNowPrimary = change['primary'] === true;
    return before.map((one) => (meant.has(one) ? { ...one, ...change } : isNowPrimary ? { ...one, primary: false } : one));
  }
  const terms = where === null ? {} : termsOf(where);
  if (
    terms === null ||
    (attribute.subAttributes ?? []).some(({ name, mutability }) => name === 'value' && mutability === 'immutable')
  )
    throw scimFault('noTarget', `None of the ${attribute.name} fits the path.`);
  return addValues(before, [{ ...terms, ...change }]);
}

function partOf({ sub }: Path, value: Json): JsonObject {
  const read = sub === null ? undefined : coerce(sub, value);
  return sub === null || read === undefined ? {} : { [sub.name]: read };
}

/** What a value must have so that a filter fits, where the filter asks for nothing but equality; else null. */
function termsOf(filter: Filter): JsonObject | null {
  if (filter.kind === 'compare' && filter.comparison === 'eq') return { [filter.target.attribute.name]: filter.value };
  if (filter.kind !== 'and') return null;
  const [left, right] = [termsOf(filter.left), termsOf(filter.right)];
  return left === null || right === null ? null : { ...left, ...right };
}

const objectsOf = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const some = (many: readonly JsonObject[]): Json | undefined => (many.length === 0 ? undefined : many);
const without = (object: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
