import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import type { FoundDataset } from '../../store/lineageEnds.ts';
import { findColumns } from '../../store/names.ts';
import { meetDatasets } from '../ingest/meet.ts';
import { writtenColumn } from '../names/writtenColumn.ts';
import { addUncrawled } from './uncrawled.ts';

/** What names of datasets and columns stand for. */
export interface Resolved {
  /** Null for a column that a crawled dataset does not have. */
  numberOf(end: EdgeEnd): No | null;
  /** The dataset of a column; a dataset's own number for a dataset. */
  datasetOf(no: No): No;
}

/** Looks up all ends of edges at once, and makes datasets and columns that only lineage knows. */
export async function resolveEnds(tx: Tx, origin: Origin, ends: readonly EdgeEnd[]): Promise<Resolved> {
  const made = new Set<No>();
  const datasets = await meetDatasets(tx, ends, 'ALIASES', made);
  const columns = await columnsAt(tx, ends, datasets);
  const lacking = ends.filter((end) => end.column !== null && lacksColumn(datasets.get(namedKey(end)), columns.get(endKey(end))));
  if (made.size + lacking.length > 0) {
    await addUncrawled(tx, origin, { made, ends: lacking, datasets });
    for (const [key, column] of await columnsAt(tx, lacking, datasets)) columns.set(key, column);
  }
  const owner = new Map([...columns.values()].map(({ no, datasetNo }) => [no, datasetNo]));
  return {
    numberOf: (end) => (end.column === null ? datasets.get(namedKey(end))?.no : columns.get(endKey(end))?.no) ?? null,
    datasetOf: (no) => owner.get(no) ?? no,
  };
}

interface ColumnAt {
  readonly no: No;
  readonly datasetNo: No;
  /** False for a column that another spelling found. */
  readonly isExact: boolean;
}

/** A crawl says which columns there are, in whatever spelling; of other datasets, each spelling is a column of its own. */
const lacksColumn = (dataset: FoundDataset | undefined, column: ColumnAt | undefined): boolean =>
  dataset?.isCrawled !== true && column?.isExact !== true;

async function columnsAt(
  tx: Tx,
  ends: readonly EdgeEnd[],
  datasets: ReadonlyMap<string, FoundDataset>,
): Promise<Map<string, ColumnAt>> {
  const distinct = new Map(ends.map((end) => [endKey(end), end]));
  const wanted = [...distinct].flatMap(([key, end]) => {
    const dataset = datasets.get(namedKey(end));
    return dataset === undefined || end.column === null ? [] : [{ key, ...writtenColumn(dataset, end.column) }];
  });
  const found = await findColumns(tx, wanted, 'PRESENT');
  return new Map(
    wanted.flatMap(({ key, datasetNo, exact }, place) => {
      const column = found.get(place);
      return column === undefined ? [] : [[key, { no: column.no, datasetNo, isExact: column.canonical === exact }] as const];
    }),
  );
}

const endKey = ({ namespace, name, column }: EdgeEnd): string => JSON.stringify([namespace, name, column]);
