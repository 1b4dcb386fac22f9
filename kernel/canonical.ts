import { createHash } from 'node:crypto';
import serialize from 'canonicalize';

/** `sha256:<64 hex digits>`. */
export type Digest = string & { readonly __brand: 'Digest' };

/** RFC 8785 canonical JSON: the one text of a value, so that its digest is the same everywhere. */
export function canonicalJson(value: unknown): string {
  const text = serialize(value);
  if (text === undefined) throw new TypeError('Only JSON values have a canonical form.');
  return text;
}

export const digestText = (text: string): Digest => `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}` as Digest;

export const digestOf = (value: unknown): Digest => digestText(canonicalJson(value));
