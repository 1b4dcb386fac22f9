import { badInput, Fault } from './fault.ts';
import { digestText } from './canonical.ts';
import { parseInstant, type Instant } from './time.ts';

export const PAGE_MAX = 500;

/** Relay connection arguments as a client sends them. */
export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** What a part of a sort key can be, and what it is after checks: a cursor comes from the client, whatever it once was. */
interface KeyParts {
  readonly text: string;
  /** A bigint as text. */
  readonly no: string;
  /** A 32-bit whole number. */
  readonly int: number;
  readonly number: number;
  readonly time: Instant;
}

export type KeyPart = keyof KeyParts;
type Key<S extends readonly KeyPart[]> = { readonly [I in keyof S]: KeyParts[S[I]] };

/** Arguments after checks: how many, and the sort key to go on after. */
export interface Page<S extends readonly KeyPart[] = readonly ['text']> {
  readonly first: number;
  readonly after: Key<S> | null;
  /** Ties cursors to the query that made them: its name, filter, order and as-of. */
  readonly scope: string;
}

export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount?: { readonly value: number; readonly exact: boolean };
}

/**
 * Checks `first` and `after`.
 * @param scope whatever decides the order and the members of the list, as JSON text
 * @param fallback how many rows without `first`
 * @param shape of the sort key: one text unless given
 * @throws Fault LIMIT_EXCEEDED, BAD_USER_INPUT or INVALID_CURSOR
 */
export function readPage(args: PageArgs, scope: string, fallback?: number): Page;
export function readPage<const S extends readonly KeyPart[]>(
  args: PageArgs,
  scope: string,
  fallback: number | undefined,
  shape: S,
): Page<S>;
export function readPage(
  { first: wanted, after }: PageArgs,
  scope: string,
  fallback = 50,
  shape: readonly KeyPart[] = ['text'],
): Page<readonly KeyPart[]> {
  const first = wanted ?? fallback;
  if (first > PAGE_MAX) {
    throw new Fault('LIMIT_EXCEEDED', {
      public: `first: ${first} is more than ${PAGE_MAX}. Ask for ${PAGE_MAX} at most and follow endCursor.`,
    });
  }
  if (!Number.isInteger(first) || first < 1) throw badInput(`first: ${first} must be from 1 to ${PAGE_MAX}.`);
  return { first, after: after === undefined || after === null ? null : readCursor(after, scope, shape), scope };
}

/** A cursor is the sort key of its row and a digest of the query, base64url; opaque to clients. */
export function makeCursor(key: readonly (string | number)[], scope: string): string {
  return Buffer.from(JSON.stringify([stamp(scope), ...key]), 'utf8').toString('base64url');
}

/** Cuts the one row that was asked for too many and writes the cursors. */
export function toConnection<T, S extends readonly KeyPart[]>(
  rows: readonly T[],
  page: Page<S>,
  keyOf: (row: T) => Key<S>,
  totalCount?: { readonly value: number; readonly exact: boolean },
): Connection<T> {
  const edges = rows.slice(0, page.first).map((node) => ({ cursor: makeCursor(keyOf(node), page.scope), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    ...(totalCount === undefined ? {} : { totalCount }),
  };
}

const stamp = (scope: string): string => digestText(scope).slice(7, 23);

function readCursor(cursor: string, scope: string, shape: readonly KeyPart[]): readonly (string | number)[] {
  const [stamped, ...key] = decodeCursor(cursor) ?? [];
  if (stamped !== stamp(scope) || key.length !== shape.length || !key.every((part, i) => fits(shape[i], part))) {
    throw new Fault('INVALID_CURSOR', {
      public: 'The cursor is malformed or belongs to another query. Start again without `after`.',
    });
  }
  return key;
}

function decodeCursor(cursor: string): readonly (string | number)[] | null {
  if (cursor.length > 4096) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) && value.every((part) => typeof part === 'string' || typeof part === 'number') ? value : null;
  } catch {
    return null;
  }
}

const NO_MAX = 2n ** 63n - 1n;

/** Whether the database can take the part for what it should be. */
function fits(expected: KeyPart | undefined, part: string | number): boolean {
  if (typeof part === 'number') return expected === 'number' ? Number.isFinite(part) : expected === 'int' && (part | 0) === part;
  if (expected === 'no') return /^\d{1,19}$/.test(part) && BigInt(part) <= NO_MAX;
  return expected === 'text' ? part.isWellFormed() && !part.includes('\0') : expected === 'time' && isInstant(part);
}

function isInstant(text: string): boolean {
  try {
    return parseInstant(text) === text;
  } catch {
    return false;
  }
}
