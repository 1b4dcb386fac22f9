import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { describeUncrawled } from '../../store/ingestDatasets.ts';
import { writeMeasurements } from '../../store/writeMeasurements.ts';
import { applyOwners } from './applyOwners.ts';
import { applyTags } from './applyTags.ts';
import type { DatasetChange } from './datasetChange.ts';

/** Lets what was said take effect, but for columns and lineage. */
export async function applyFacets(tx: Tx, origin: Origin, changes: readonly DatasetChange[]): Promise<void> {
  const says = (facet: string): readonly DatasetChange[] => changes.filter(({ facets }) => facets.includes(facet));
  await describeUncrawled(
    tx,
    says('documentation').map(({ dataset, now }) => ({ no: dataset.no, description: now.documentation?.description ?? null })),
  );
  await writeMeasurements(
    tx,
    says('measurement').map(({ dataset, now }) => ({
      dataset_no: dataset.no,
      row_count_estimate: now.measurement?.rowCount ?? null,
      size_bytes: now.measurement?.bytes ?? null,
    })),
  );
  for (const change of says('ownership')) await applyOwners(tx, origin, change);
  for (const change of says('tags')) await applyTags(tx, origin, change);
}
