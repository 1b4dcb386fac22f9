import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { buildSampleWarehouse } from '../build.ts';

/**
 * Writes what the churn model of one stage is trained on as CSV: the training view, and the group that fairness is measured by.
 * `npx tsx connectors/sample/churn/exportTraining.ts <stage> > training.csv`
 */
const stage = Number(process.argv[2]);
const folder = await mkdtemp(path.join(os.tmpdir(), 'cadastre-churn-'));
try {
  const warehouse = path.join(folder, 'sample.duckdb');
  await buildSampleWarehouse(warehouse, { stage });
  const instance = await DuckDBInstance.create(warehouse);
  const connection = await instance.connect();
  // The age group is no feature: the model must not see it, and must not treat one worse than the other.
  const reader = await connection.runAndReadAll(
    `select t.*, case when c.birth_year < 1980 then 'older' else 'younger' end as age_group
     from ml.churn_training as t join staging.stg_customers as c using (customer_id) order by customer_id`,
  );
  const names = reader.columnNames();
  process.stdout.write(`${[names, ...reader.getRows()].map((row) => row.map(String).join(',')).join('\n')}\n`);
  connection.closeSync();
  instance.closeSync();
} finally {
  await rm(folder, { recursive: true, force: true });
}
