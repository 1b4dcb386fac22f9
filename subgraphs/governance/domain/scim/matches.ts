import type { Comparison, Filter, Target } from './filter.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a filter fits a resource, or one of the values that it is about in brackets. */
export function matches(filter: Filter, value: JsonObject): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, value) && matches(filter.right, value);
    case 'or':
      return matches(filter.left, value) || matches(filter.right, value);
    case 'not':
      return !matches(filter.of, value);
    case 'present':
      return isPresent(at(value, filter.target.path));
    case 'some': {
      const many = value[filter.attribute.name];
      return Array.isArray(many) && many.some((one) => isObject(one) && matches(filter.where, one));
    }
    case 'compare':
      return compares(filter.target, filter.comparison, at(value, filter.target.path), filter.value);
  }
}

const at = (value: JsonObject, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((found, name) => (isObject(found) ? found[name] : undefined), value);

function isPresent(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : value !== undefined && value !== null && value !== '';
}

function compares({ attribute }: Target, comparison: Comparison, actual: Json | undefined, wanted: string | boolean): boolean {
  if (typeof wanted === 'boolean') return actual === wanted;
  if (typeof actual !== 'string') return false;
  const fold = (text: string): string => (attribute.caseExact ? text : text.toLowerCase());
  return compareTexts(comparison, fold(actual), fold(wanted));
}

function compareTexts(comparison: Comparison, actual: string, wanted: string): boolean {
  switch (comparison) {
    case 'eq':
      return actual === wanted;
    case 'co':
      return actual.includes(wanted);
    case 'sw':
      return actual.startsWith(wanted);
    case 'ew':
      return actual.endsWith(wanted);
    case 'gt':
      return actual > wanted;
    case 'ge':
      return actual >= wanted;
    case 'lt':
      return actual < wanted;
    case 'le':
      return actual <= wanted;
  }
}
