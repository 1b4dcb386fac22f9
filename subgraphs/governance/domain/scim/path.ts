import { type Attribute, attributesOf, named, type ResourceSchema } from './attribute.ts';
import type { Filter } from './filter.ts';
import { parseValueFilter } from './parseFilter.ts';
import { scimFault } from './scimFault.ts';

/** What an operation of PATCH is about, RFC 7644 section 3.5.2. */
export interface Path {
  readonly attribute: Attribute;
  /** Which of several values; null for all. */
  readonly where: Filter | null;
  /** Which part; null for the whole. */
  readonly sub: Attribute | null;
}

const FORM = /^(?<name>[A-Za-z$][\w$.:-]*)(?:\[(?<filter>.*)\](?:\.(?<part>[A-Za-z$][\w$-]*))?)?$/su;

/**
 * Null for a path to an attribute that the schema does not have: it is well formed, and what it says is not kept.
 * @throws Fault BAD_USER_INPUT invalidPath, invalidFilter
 */
export function parsePath(text: string, schema: ResourceSchema): Path | null {
  const { name = '', filter, part } = FORM.exec(text)?.groups ?? {};
  if (name === '')
    throw scimFault('invalidPath', 'The path cannot be read. Write e.g. active, name.givenName or members[value eq "…"].');
  const bare = withoutSchema(name, schema.id);
  if (bare === null) return null;
  const [first = '', second, ...more] = bare.split('.');
  const attribute = named(attributesOf(schema), first);
  if (attribute === undefined) return null;
  if (more.length > 0 || (second !== undefined && filter !== undefined))
    throw scimFault('invalidPath', `The path ${bare} is too long.`);
  if (filter !== undefined && !attribute.multiValued) throw scimFault('invalidPath', `${attribute.name} has not several values.`);
  const where = filter === undefined ? null : parseValueFilter(filter, attribute);
  const partName = part ?? second;
  if (partName === undefined) return { attribute, where, sub: null };
  const sub = named(attribute.subAttributes ?? [], partName);
  return sub === undefined ? null : { attribute, where, sub };
}

/** Null for attributes of other schemas. */
function withoutSchema(name: string, id: string): string | null {
  if (!name.toLowerCase().startsWith('urn:')) return name;
  return name.toLowerCase().startsWith(`${id.toLowerCase()}:`) ? name.slice(id.length + 1) : null;
}
