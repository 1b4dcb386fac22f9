import type { Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

export interface MeasurementRow {
  readonly dataset_no: No;
  readonly row_count_estimate: number | null;
  readonly size_bytes: number | null;
}

/** Appends measurements that differ from the last; a volume over time comes for free. */
export async function writeMeasurements(tx: Tx, rows: readonly MeasurementRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into catalog.measurement (dataset_no, recorded_at, row_count_estimate, size_bytes)
     select dataset_no, $2, row_count_estimate, size_bytes
     from json_to_recordset($1) as r(dataset_no bigint, row_count_estimate bigint, size_bytes bigint)
     on conflict (dataset_no, recorded_at) do nothing`,
    [JSON.stringify(rows), tx.now],
    'catalog_write_measurements',
  );
}
