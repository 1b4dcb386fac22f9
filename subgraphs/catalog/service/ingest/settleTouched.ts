import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import { type KnownDataset, lockDatasets } from '../../store/ingestDatasets.ts';
import type { ColumnChanges } from '../crawl/applyColumns.ts';
import type { DatasetChange } from './datasetChange.ts';
import { datasetFacetsOf } from './facets.ts';
import type { Effects } from './ingestLineage.ts';
import { type ColumnsToSettle, settleColumns } from './settleColumns.ts';

/** Settles the columns of datasets whose schema is another now, and of those that an edge has reached or left. */
export async function settleTouched(
  tx: Tx,
  changes: readonly DatasetChange[],
  { lost, arrivals }: Effects,
): Promise<ReadonlyMap<No, ColumnChanges>> {
  const left = new Set(lost.values());
  const ofEvent = changes
    .filter(({ dataset, facets }) => facets.includes('schema') || left.has(dataset.no) || arrivals.columns.has(dataset.no))
    .map(({ dataset, before, now }) => ({ dataset, before: before.schema, now: now.schema }));
  const inEvent = new Set(changes.map(({ dataset }) => dataset.no));
  const others = await lockDatasets(
    tx,
    [...left].filter((no) => !inEvent.has(no)),
  );
  return settleColumns(tx, [...ofEvent, ...[...others.values()].map(unchanged)], new Set(lost.keys()));
}

function unchanged(dataset: KnownDataset): ColumnsToSettle {
  const { schema } = datasetFacetsOf(dataset.said);
  return { dataset, before: schema, now: schema };
}
