import { groupBy } from '../../kernel/groupBy.ts';
import { EDGE_KINDS } from '../model/model.ts';
import type { Row } from './rows.ts';

/** More steps through intermediate tables, or more edges into them, are too many to list. */
const STEPS_MAX = 10_000;
const EDGES_MAX = 500_000;

/**
 * Takes tables out of the middle: an edge that starts in one is replaced by the edges that lead into it. Rings among
 * them are walked once.
 */
export function collapsed(rows: readonly Row[], isMiddle: (key: string) => boolean, keepUnfilled: boolean): readonly Row[] {
  const inside = rows.filter(({ target }) => target !== null && isMiddle(target.key));
  const into = groupBy(inside, ({ target, targetColumn }) => columnKey(target?.key ?? '', targetColumn ?? ''));
  const filled = new Set(inside.map(({ target }) => target?.key));
  let [steps, edges] = [0, 0];
  const found: Row[] = [];
  // By a stack of our own: a script may hand on through more tables than calls can be nested.
  const waiting = rows
    .filter((row) => row.target === null || !isMiddle(row.target.key))
    .map((row): Way => ({ row, seen: null }))
    .toReversed();
  for (let way = waiting.pop(); way !== undefined; way = waiting.pop()) {
    const { row, seen } = way;
    if (row.table === null || !isMiddle(row.table.key) || steps >= STEPS_MAX || edges >= EDGES_MAX) {
      found.push(row);
      continue;
    }
    const key = columnKey(row.table.key, row.column);
    if (isOn(seen, key)) continue;
    const before = into.get(key) ?? throughStar(into.get(columnKey(row.table.key, '*')), row);
    if (before === undefined) {
      if (keepUnfilled && !filled.has(row.table.key)) found.push(row);
      continue;
    }
    const next = { key, before: seen };
    steps += 1;
    edges += before.length;
    for (const up of before.toReversed()) waiting.push({ row: joined(up, row), seen: next });
  }
  return found;
}

interface Way {
  readonly row: Row;
  /** The columns in the middle that it leads through, the last first. */
  readonly seen: Link | null;
}

interface Link {
  readonly key: string;
  readonly before: Link | null;
}

function isOn(way: Link | null, key: string): boolean {
  for (let link = way; link !== null; link = link.before) if (link.key === key) return true;
  return false;
}

const columnKey = (table: string, column: string): string => `${table}\0${column.toLowerCase()}`;

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
