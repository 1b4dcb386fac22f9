import { EDGE_KINDS } from '../model/model.ts';
import type { Row } from './rows.ts';

/** More ways than this through intermediate tables are one way too many to list. */
const PATHS_MAX = 10_000;

/**
 * Takes tables out of the middle: an edge that starts in one is replaced by the edges that lead into it. Rings among
 * them are walked once.
 */
export function collapsed(rows: readonly Row[], isMiddle: (key: string) => boolean, keepUnfilled: boolean): readonly Row[] {
  const into = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.target === null || !isMiddle(row.target.key)) continue;
    const key = columnKey(row.target.key, row.targetColumn ?? '');
    into.set(key, [...(into.get(key) ?? []), row]);
  }
  let budget = PATHS_MAX;
  const expand = (row: Row, seen: ReadonlySet<string>): readonly Row[] => {
    if (row.table === null || !isMiddle(row.table.key) || budget <= 0) return [row];
    const key = columnKey(row.table.key, row.column);
    if (seen.has(key)) return [];
    const before = into.get(key) ?? throughStar(into.get(columnKey(row.table.key, '*')), row);
    if (before === undefined) return keepUnfilled && !hasAny(into, row.table.key) ? [row] : [];
    const next = new Set([...seen, key]);
    budget -= 1;
    return before.flatMap((up) => expand(joined(up, row), next));
  };
  return rows.filter((row) => row.target === null || !isMiddle(row.target.key)).flatMap((row) => expand(row, new Set()));
}

const columnKey = (table: string, column: string): string => `${table}\0${column.toLowerCase()}`;

const hasAny = (into: ReadonlyMap<string, readonly Row[]>, table: string): boolean =>
  [...into.keys()].some((key) => key.startsWith(`${table}\0`));

/** A column that came through a star has the same name on the other side of it. */
function throughStar(stars: readonly Row[] | undefined, row: Row): readonly Row[] | undefined {
  return stars?.map((star) => (star.column === '*' ? { ...star, column: row.column } : star));
}

/** One edge out of two that follow each other: as indirect as the more indirect, as sure as the less sure. */
function joined(up: Row, down: Row): Row {
  const kind = EDGE_KINDS.indexOf(up.kind) > EDGE_KINDS.indexOf(down.kind) ? up.kind : down.kind;
  return {
    ...down,
    table: up.table,
    column: up.column,
    path: up.path,
    kind,
    masking: up.masking || down.masking,
    confidence: Math.min(up.confidence, down.confidence),
    reasons: [...new Set([...up.reasons, ...down.reasons])],
    candidates: up.candidates,
  };
}
