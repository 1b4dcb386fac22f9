import type { ResourceSchema } from './attribute.ts';
import { isObject, type Json, type JsonObject } from './matches.ts';
import { scimFault } from './scimFault.ts';

/** Which attributes a client wants to see, RFC 7644 section 3.9. */
export interface Selection {
  readonly only: ReadonlySet<string> | null;
  readonly not: ReadonlySet<string>;
}

const NAMES_MAX = 100;

/** @throws Fault BAD_USER_INPUT invalidValue */
export function readSelection(query: URLSearchParams, { id }: ResourceSchema): Selection {
  const [only, not] = [query.get('attributes'), query.get('excludedAttributes')];
  return { only: only === null || only.trim() === '' ? null : namesIn(only, id), not: namesIn(not ?? '', id) };
}

/** Whether an attribute that costs something is wanted at all. */
export function wants({ only, not }: Selection, name: string): boolean {
  const key = name.toLowerCase();
  if (only === null) return !not.has(key);
  return [...only].some((one) => one === key || one.startsWith(`${key}.`));
}

/** What of a resource the client wants to see. */
export function select(resource: JsonObject, selection: Selection, { common, attributes }: ResourceSchema): JsonObject {
  const always = new Set([
    'schemas',
    ...[...common, ...attributes].filter(({ returned }) => returned === 'always').map(({ name }) => name),
  ]);
  return Object.fromEntries(
    Object.entries(resource).flatMap(([name, value]) => {
      if (always.has(name)) return [[name, value]];
      const shown = wants(selection, name) ? part(value, name.toLowerCase(), selection) : undefined;
      return shown === undefined ? [] : [[name, shown]];
    }),
  );
}

function part(value: Json, key: string, selection: Selection): Json | undefined {
  const { only, not } = selection;
  const isWhole = only === null || only.has(key);
  if (Array.isArray(value)) return value.flatMap((one: Json) => part(one, key, selection) ?? []);
  if (!isObject(value)) return isWhole ? value : undefined;
  const shown = Object.entries(value).filter(([name]) => {
    const path = `${key}.${name.toLowerCase()}`;
    return (isWhole || only.has(path)) && !not.has(path);
  });
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}

function namesIn(text: string, schemaId: string): ReadonlySet<string> {
  const prefix = `${schemaId.toLowerCase()}:`;
  const names = text
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length > NAMES_MAX) throw scimFault('invalidValue', `At most ${NAMES_MAX} attributes can be named.`);
  return new Set(names.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name)));
}
