import { groupBy } from '../../../../kernel/groupBy.ts';
import type { KnownColumn } from './binding.ts';
import { keyOf, wordsOf } from './words.ts';

/** Columns by their names, and by the words of their names. */
export interface ColumnIndex {
  readonly byName: ReadonlyMap<string, readonly KnownColumn[]>;
  readonly byWords: ReadonlyMap<string, readonly KnownColumn[]>;
}

export const indexColumns = (columns: readonly KnownColumn[]): ColumnIndex => ({
  byName: groupBy(columns, ({ name }) => name),
  byWords: groupBy(columns, ({ name }) => keyOf(wordsOf(name))),
});
