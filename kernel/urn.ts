import { badInput } from './fault.ts';

/**
 * The natural name of an asset as one RFC 8141 URN: `urn:cadastre:<kind>:<namespace>,<name>[,<column>]`, where
 * namespace and name are the OpenLineage pair (spec/Naming.md). Characters outside the URN alphabet, and `,` and `%`
 * inside a part, are percent-encoded as UTF-8.
 */
export type Urn = string & { readonly __brand: 'Urn' };

export const URN_KINDS = ['container', 'dataset', 'dashboard', 'column', 'source'] as const;
export type UrnKind = (typeof URN_KINDS)[number];

export interface UrnParts {
  readonly kind: UrnKind;
  readonly namespace: string;
  /** The dotted OpenLineage name; empty for a source. */
  readonly name: string;
  /** The column's name; null for everything else. */
  readonly column: string | null;
}

export function makeUrn(parts: UrnParts): Urn {
  const tail = parts.column === null ? [] : [parts.column];
  const segments = parts.kind === 'source' ? [parts.namespace] : [parts.namespace, parts.name, ...tail];
  return `urn:cadastre:${parts.kind}:${segments.map(encode).join(',')}` as Urn;
}

/** @throws Fault BAD_USER_INPUT when the text is not such a URN. */
export function parseUrn(text: string): UrnParts {
  const match = /^urn:cadastre:([a-z]+):(.+)$/isu.exec(text.trim());
  const kind = URN_KINDS.find((known) => known === match?.[1]);
  if (match === null || kind === undefined) throw malformed(text);
  const segments = (match[2] ?? '').split(',').map((segment) => decode(segment, text));
  const [namespace = '', name = '', column] = segments;
  const expected = kind === 'source' ? 1 : kind === 'column' ? 3 : 2;
  if (segments.length !== expected || segments.some((segment) => segment === '')) throw malformed(text);
  return { kind, namespace, name, column: column ?? null };
}

const encode = (part: string): string =>
  part
    .toWellFormed()
    .replace(/[^A-Za-z0-9\-._~!$&'()*+;=:@/]/gu, (char) =>
      [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    );

function decode(part: string, whole: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw malformed(whole, cause);
  }
}

const malformed = (text: string, cause?: unknown) =>
  badInput(
    `"${text.slice(0, 200)}" is not a Cadastre URN. Write it like urn:cadastre:dataset:postgres://db.example:5432,shop.public.orders.`,
    cause,
  );
