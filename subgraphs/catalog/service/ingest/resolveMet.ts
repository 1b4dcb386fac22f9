import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import { findColumns, type WrittenColumn } from '../../store/names.ts';
import type { Resolved } from '../lineage/resolveEnds.ts';
import { writtenColumn } from '../names/writtenColumn.ts';
import type { DatasetBook } from './datasetBook.ts';

/** What ends of edges stand for whose datasets are in the book, and whose columns were made if they may be. */
export async function resolveMet(tx: Tx, ends: readonly EdgeEnd[], book: DatasetBook): Promise<Resolved> {
  const wanted = new Map<string, WrittenColumn>();
  for (const end of ends) {
    const dataset = book.of(end);
    if (dataset !== undefined && end.column !== null)
      wanted.set(keyOf(dataset.no, end.column), writtenColumn(dataset, end.column));
  }
  const found = await findColumns(tx, [...wanted.values()], 'PRESENT');
  const columnOf = new Map<string, No>();
  const datasetOf = new Map<No, No>();
  for (const [place, [key, { datasetNo }]] of [...wanted].entries()) {
    const no = found.get(place)?.no;
    if (no === undefined) continue;
    columnOf.set(key, no);
    datasetOf.set(no, datasetNo);
  }
  return {
    numberOf: (end) => {
      const no = book.of(end)?.no ?? null;
      return no === null || end.column === null ? no : (columnOf.get(keyOf(no, end.column)) ?? null);
    },
    datasetOf: (no) => datasetOf.get(no) ?? no,
  };
}

const keyOf = (no: No, column: string): string => `${no} ${column}`;
