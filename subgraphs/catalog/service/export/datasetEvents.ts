import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';
import { datasetEvent } from '../../../../lineage/openlineage/export.ts';
import type { No } from '../../domain/asset.ts';
import { exportDatasets } from '../../store/exportRows.ts';
import type { ExportedEvent } from './openLineageEvents.ts';

/** Datasets with their columns and other names, by their numbers. */
export async function datasetEvents(
  db: Queryable,
  nos: readonly No[],
  at: Instant,
): Promise<readonly (readonly [string, ExportedEvent])[]> {
  const rows = await exportDatasets(db, nos);
  return rows.map(({ no, ...described }) => [no, { kind: 'DATASET', isPartial: false, event: datasetEvent(described, at) }]);
}
