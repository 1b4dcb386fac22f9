import type { Attribute } from './attribute.ts';

export const COMPARISONS = ['eq', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A single value of a resource, or of one of several values that a filter in brackets looks at. */
export interface Target {
  /** Names down to the value, e.g. `name`, `givenName`. */
  readonly path: readonly string[];
  readonly attribute: Attribute;
}

/**
 * A filter of RFC 7644 section 3.4.2.2, resolved against a schema. `ne` has become `not eq`, a comparison with null a question
 * of presence, and a path into several values a question about some of them. What is not there compares with nothing.
 */
export type Filter =
  | { readonly kind: 'compare'; readonly target: Target; readonly comparison: Comparison; readonly value: string | boolean }
  | { readonly kind: 'present'; readonly target: Target }
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'some'; readonly attribute: Attribute; readonly where: Filter };
