import { digestText } from '../../../../kernel/canonical.ts';
import { invalid } from './mlflowFault.ts';

const OFFSET_MAX = 10_000_000;

/** Which part of a list: MLflow's clients go on with the token they were given, for the same query. */
export interface Slice {
  readonly max: number;
  readonly offset: number;
  /** Ties tokens to the query that made them. */
  readonly scope: string;
}

export interface Sliced {
  readonly max: number | undefined;
  readonly token: string | undefined;
}

/** How many without `max_results`, how many a client may ask for, and how many come at once. */
export interface SliceBounds {
  readonly usual: number;
  readonly most: number;
  readonly atOnce: number;
}

/**
 * @param query whatever decides the order and the members of the list
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function readSlice({ max, token }: Sliced, bounds: SliceBounds, query: unknown): Slice {
  const count = max ?? bounds.usual;
  if (count < 1 || count > bounds.most)
    throw invalid(`Invalid value ${count} for parameter 'max_results': it must be from 1 to at most ${bounds.most}.`);
  const scope = digestText(JSON.stringify(query)).slice(7, 23);
  return { max: Math.min(count, bounds.atOnce), offset: token === undefined || token === '' ? 0 : offsetOf(token, scope), scope };
}

/** Cuts the one row that was asked for too many. */
export function cut<T>(
  rows: readonly T[],
  { max, offset, scope }: Slice,
): { readonly rows: readonly T[]; readonly token: string | undefined } {
  if (rows.length <= max) return { rows, token: undefined };
  return {
    rows: rows.slice(0, max),
    token: Buffer.from(JSON.stringify({ offset: offset + max, of: scope }), 'utf8').toString('base64url'),
  };
}

function offsetOf(token: string, scope: string): number {
  const match = /^\{"offset":(\d{1,9}),"of":"([0-9a-f]{16})"\}$/.exec(
    token.length > 200 ? '' : Buffer.from(token, 'base64url').toString('utf8'),
  );
  const offset = Number(match?.[1]);
  if (match?.[2] !== scope || offset > OFFSET_MAX)
    throw invalid('Invalid page token: it is malformed or belongs to another query. Begin again without one.');
  return offset;
}
