import { badInput, Fault } from './fault.ts';
import { digestText } from './canonical.ts';

export const PAGE_MAX = 500;

/** Relay connection arguments as a client sends them. */
export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Arguments after checks: how many, and the sort key to go on after. */
export interface Page {
  readonly first: number;
  readonly after: readonly (string | number)[] | null;
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
 * @throws Fault LIMIT_EXCEEDED, BAD_USER_INPUT or INVALID_CURSOR
 */
export function readPage(args: PageArgs, scope: string, fallback = 50): Page {
  const first = args.first ?? fallback;
  if (first > PAGE_MAX) {
    throw new Fault('LIMIT_EXCEEDED', {
      public: `first: ${first} is more than ${PAGE_MAX}. Ask for ${PAGE_MAX} at most and follow endCursor.`,
    });
  }
  if (!Number.isInteger(first) || first < 1) throw badInput(`first: ${first} must be from 1 to ${PAGE_MAX}.`);
  return { first, after: args.after === undefined || args.after === null ? null : readCursor(args.after, scope), scope };
}

/** A cursor is the sort key of its row and a digest of the query, base64url; opaque to clients. */
export function makeCursor(key: readonly (string | number)[], scope: string): string {
  return Buffer.from(JSON.stringify([stamp(scope), ...key]), 'utf8').toString('base64url');
}

/** Cuts the one row that was asked for too many and writes the cursors. */
export function toConnection<T>(
  rows: readonly T[],
  page: Page,
  keyOf: (row: T) => readonly (string | number)[],
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

function readCursor(cursor: string, scope: string): readonly (string | number)[] {
  const parsed = decodeCursor(cursor);
  if (parsed === null || parsed[0] !== stamp(scope)) {
    throw new Fault('INVALID_CURSOR', {
      public: 'The cursor is malformed or belongs to another query. Start again without `after`.',
    });
  }
  return parsed.slice(1);
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
