import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalize, canonicalPart, identifierRule } from '../../../../kernel/identifier.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import { findColumns, findDatasets, type FoundDataset, type WrittenColumn, type WrittenName } from '../../store/lineageEnds.ts';
import { platformsOfNames } from '../ingest/names.ts';
import { makeUncrawled } from './uncrawled.ts';

/** What names of datasets and columns stand for. */
export interface Resolved {
  /** Null for a column that a crawled dataset does not have. */
  numberOf(end: EdgeEnd): No | null;
  /** The dataset of a column; a dataset's own number for a dataset. */
  datasetOf(no: No): No;
}

/** Looks up all ends of edges at once, and makes datasets and columns that only lineage knows. */
export async function resolveEnds(tx: Tx, origin: Origin, ends: readonly EdgeEnd[]): Promise<Resolved> {
  const platformOf = await platformsOfNames(tx, ends);
  const names = distinct(
    ends.map(({ namespace, name }) => written(namespace, name, platformOf(namespace))),
    nameKey,
  );
  const known = new Map((await findDatasets(tx, names)).map((found) => [nameKey(found), found]));
  const columns = (datasets: ReadonlyMap<string, FoundDataset>): readonly WrittenColumn[] =>
    distinct(
      ends.flatMap((end) => columnAt(end, datasets.get(nameKey(end)), platformOf(end.namespace))),
      columnKey,
    );
  const made = await makeUncrawled(tx, origin, {
    unknown: names.filter((name) => !known.has(nameKey(name))).map((name) => ({ ...name, platform: platformOf(name.namespace) })),
    ends: ends.filter((end) => end.column !== null && known.get(nameKey(end))?.isCrawled !== true),
    known,
  });
  const all = new Map([...known, ...made.map((dataset) => [nameKey(dataset), dataset] as const)]);
  const found = await findColumns(tx, columns(all));
  const columnNo = new Map(found.map((column) => [columnKey(column), column]));
  const owner = new Map(found.map((column) => [column.no, column.datasetNo]));
  return {
    numberOf: (end) => {
      const dataset = all.get(nameKey(end));
      if (dataset === undefined || end.column === null) return dataset?.no ?? null;
      return columnNo.get(columnKey({ datasetNo: dataset.no, name: end.column }))?.no ?? null;
    },
    datasetOf: (no) => owner.get(no) ?? no,
  };
}

const written = (namespace: string, name: string, platform: string): WrittenName => ({
  namespace,
  name,
  canonical: canonicalize(identifierRule(platform), name),
});

const nameKey = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  JSON.stringify([namespace, name]);
const columnKey = ({ datasetNo, name }: { readonly datasetNo: No; readonly name: string }): string => `${datasetNo} ${name}`;

function columnAt(end: EdgeEnd, dataset: FoundDataset | undefined, platform: string): readonly WrittenColumn[] {
  if (end.column === null || dataset === undefined) return [];
  const rule = identifierRule(platform);
  return [{ datasetNo: dataset.no, name: end.column, canonical: canonicalize(rule, canonicalPart(rule, end.column)) }];
}

const distinct = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];
