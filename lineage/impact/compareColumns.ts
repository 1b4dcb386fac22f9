import { columnKey } from '../dbt/relation.ts';
import type { Basis, Change, ChangedDataset } from './change.ts';
import { isWidening, sameType } from './dataType.ts';

/** A column as far as one side knows it. */
export interface KnownColumn {
  readonly name: string;
  readonly type: string | null;
  /** What tells it from others apart from its name: where its values come from, how it is described. */
  readonly marks: readonly string[];
}

export type KnownColumns = ReadonlyMap<string, KnownColumn>;

export const knownColumns = (columns: Iterable<KnownColumn>): KnownColumns =>
  new Map([...columns].map((column) => [columnKey(column.name), column]));

/** What became of the columns of one dataset. `basisOf` says how it is known that a column is gone; null: it is not. */
export function compareColumns(
  dataset: ChangedDataset,
  [before, after]: readonly [KnownColumns, KnownColumns],
  basisOf: (key: string) => Basis | null,
): readonly Change[] {
  const added = [...after].filter(([key]) => !before.has(key)).map(([, column]) => column);
  const gone = [...before].flatMap(([key, column]) => {
    const basis = after.has(key) ? null : basisOf(key);
    return basis === null ? [] : [{ column, basis }];
  });
  const retyped = [...before].flatMap(([key, column]) => {
    const now = after.get(key);
    return now === undefined ? [] : retypedColumn(dataset, column, now);
  });
  return [
    ...gone.map(({ column, basis }): Change => {
      const to = newNameOf(column, gone.length, added);
      const change = { dataset, column: column.name, basis };
      return to === null ? { kind: 'COLUMN_DROPPED', ...change } : { kind: 'COLUMN_RENAMED', ...change, to };
    }),
    ...retyped,
  ];
}

function retypedColumn(dataset: ChangedDataset, { name, type: from }: KnownColumn, { type: to }: KnownColumn): readonly Change[] {
  if (from === null || to === null || sameType(from, to)) return [];
  return [{ kind: 'COLUMN_RETYPED', dataset, column: name, basis: 'DECLARED', from, to, widening: isWidening(from, to) }];
}

/** The only new column that bears the same marks; where there are none, the only new one in place of the only one gone. */
function newNameOf(gone: KnownColumn, goneCount: number, added: readonly KnownColumn[]): string | null {
  const alike = added.filter((column) => column.marks.some((mark) => gone.marks.includes(mark)));
  if (alike.length === 1) return alike[0]?.name ?? null;
  const [only] = added;
  const blank = gone.marks.length === 0 || only?.marks.length === 0;
  const fitting = only !== undefined && only.type !== null && gone.type !== null && sameType(only.type, gone.type);
  return alike.length === 0 && added.length === 1 && goneCount === 1 && blank && fitting ? only.name : null;
}
