import type { StatementLineage, TableId } from '../model/model.ts';
import type { Switches } from './switches.ts';

interface Move {
  /** Its place among all renamings of the script. */
  readonly place: number;
  readonly to: TableId;
}

type Moves = Map<string, Move[]>;

/**
 * What the tables of a script are called at its end: after the renamings that come later, and after those that the source told of
 * beside the statements. Every renaming is followed once, however many tables come by it.
 */
export class Renames {
  readonly #all: Moves = new Map();
  readonly #told: Moves = new Map();
  /** Of each statement, the place of the first renaming after it. */
  readonly #after: readonly number[];
  readonly #ends = new Map<Move, TableId>();

  constructor(statements: readonly StatementLineage[], switches: Switches) {
    let place = 0;
    this.#after = statements.map(({ renames, group }) => {
      if (switches.renames === 'copied') return 0;
      for (const { from, to, swap } of renames) {
        for (const moves of group === -1 ? [this.#all, this.#told] : [this.#all]) {
          put(moves, from, { place, to });
          if (swap) put(moves, to, { place, to: from });
        }
        place++;
      }
      return place;
    });
  }

  /** What a table of the statement at this place is called at the end. */
  called<T extends TableId | null>(table: T, at: number): T | TableId {
    if (table === null || this.#all.size === 0) return table;
    const after = this.#after[at] ?? 0;
    let now: T | TableId = table;
    for (let from = 0, told: Move | undefined; (told = firstFrom(this.#told, now?.key ?? '', from)) !== undefined;) {
      if (told.place >= after) break;
      now = told.to;
      from = told.place + 1;
    }
    const next = firstFrom(this.#all, now?.key ?? '', after);
    return next === undefined ? now : this.#endOf(next);
  }

  #endOf(move: Move): TableId {
    const followed: Move[] = [];
    let [last, end]: [Move, TableId | undefined] = [move, undefined];
    while (end === undefined) {
      end = this.#ends.get(last);
      if (end !== undefined) break;
      followed.push(last);
      const next = firstFrom(this.#all, last.to.key, last.place + 1);
      if (next === undefined) end = last.to;
      else last = next;
    }
    for (const each of followed) this.#ends.set(each, end);
    return end;
  }
}

function put(moves: Moves, { key }: TableId, move: Move): void {
  const known = moves.get(key);
  if (known === undefined) moves.set(key, [move]);
  else known.push(move);
}

/** The first renaming of a table from a place on. */
function firstFrom(moves: Moves, key: string, place: number): Move | undefined {
  const found = moves.get(key) ?? [];
  let [low, high] = [0, found.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((found[middle]?.place ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return found[low];
}
