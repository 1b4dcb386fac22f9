import type { Tx } from '../../../../kernel/db/database.ts';
import { namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import { findDatasets } from '../../store/lineageEnds.ts';
import { findColumns } from '../../store/names.ts';
import { writtenNames } from '../ingest/names.ts';
import { writtenColumn } from '../names/writtenColumn.ts';

/** What names stand for; unlike evidence of lineage, what is checked or counted makes no datasets. */
export interface FoundEnds {
  datasetOf(end: EdgeEnd): No | null;
  columnOf(end: EdgeEnd): No | null;
}

export async function findEnds(tx: Tx, ends: readonly EdgeEnd[]): Promise<FoundEnds> {
  if (ends.length === 0) return { datasetOf: () => null, columnOf: () => null };
  const datasets = new Map(
    (await findDatasets(tx, await writtenNames(tx, ends), 'ALIASES')).map((found) => [namedKey(found), found]),
  );
  const wanted = [...new Map(ends.map((end) => [endKey(end), end]))].flatMap(([key, end]) => {
    const dataset = datasets.get(namedKey(end));
    return dataset === undefined || end.column === null ? [] : [{ key, ...writtenColumn(dataset, end.column) }];
  });
  const found = await findColumns(tx, wanted, 'PRESENT');
  const columns = new Map(wanted.map(({ key }, place) => [key, found.get(place)?.no ?? null]));
  return {
    datasetOf: (end) => datasets.get(namedKey(end))?.no ?? null,
    columnOf: (end) => columns.get(endKey(end)) ?? null,
  };
}

const endKey = ({ namespace, name, column }: EdgeEnd): string => JSON.stringify([namespace, name, column]);
