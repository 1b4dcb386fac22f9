import { canonicalJson } from '../../../../kernel/canonical.ts';
import type { SnapshotBody } from '../../domain/snapshot.ts';

export interface Difference {
  /** `columns.3.description`. */
  readonly path: string;
  readonly before: unknown;
  readonly now: unknown;
}

/**
 * Where two states differ first; null when they are the same. Owners, tags and descriptions have no order of their own: the
 * database sorts them by its collation, which may be another one after a move.
 */
export const differenceOf = (before: SnapshotBody, now: SnapshotBody): Difference | null =>
  differ('', sorted(before), sorted(now));

function differ(path: string, before: unknown, now: unknown): Difference | null {
  if (canonicalJson(before ?? null) === canonicalJson(now ?? null)) return null;
  if (!isTree(before) || !isTree(now) || Array.isArray(before) !== Array.isArray(now)) return { path, before, now };
  const [left, right] = [Object.entries(before), Object.entries(now)];
  if (Array.isArray(before) && left.length !== right.length) return { path, before, now };
  const keys = new Set([...left, ...right].map(([key]) => key));
  const [leftOf, rightOf] = [new Map<string, unknown>(left), new Map<string, unknown>(right)];
  for (const key of keys) {
    const inner = differ(path === '' ? key : `${path}.${key}`, leftOf.get(key), rightOf.get(key));
    if (inner !== null) return inner;
  }
  return { path, before, now };
}

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;

const sorted = (body: SnapshotBody) => ({
  ...curated(body),
  owners: body.owners.map(canonicalJson).toSorted(),
  columns: body.columns.map(curated),
});

const curated = <T extends Pick<SnapshotBody, 'descriptions' | 'tags'>>(one: T) => ({
  ...one,
  descriptions: one.descriptions.map(canonicalJson).toSorted(),
  tags: one.tags.map(canonicalJson).toSorted(),
});
