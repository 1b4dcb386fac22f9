import { z } from 'zod';
import type { Query } from '../engine.ts';
import type { Format } from './format.ts';

export type ColumnRow = { readonly column_name: string; readonly column_type: string };
const COLUMN_ROW = z.object({ column_name: z.string(), column_type: z.string() });

/** `$1` is a JSON list of paths: files are names that somebody else chose and never become part of a statement. */
const FILES = `from_json($1, '["varchar"]')`;
const columns = (source: string): Query<ColumnRow> => ({
  sql: `select column_name, column_type from (describe select * from ${source})`,
  row: COLUMN_ROW,
});

/** Inferred from the first rows of a CSV file, and exact from the footer of a Parquet file. */
export const COLUMNS: Readonly<Record<Format, { readonly whole: Query<ColumnRow>; readonly partitioned: Query<ColumnRow> }>> = {
  parquet: {
    whole: columns(`read_parquet(${FILES}, hive_partitioning = false)`),
    partitioned: columns(`read_parquet(${FILES}, hive_partitioning = true, union_by_name = true)`),
  },
  csv: {
    whole: columns(`read_csv(${FILES}, hive_partitioning = false)`),
    partitioned: columns(`read_csv(${FILES}, hive_partitioning = true, union_by_name = true)`),
  },
};

/** From the footers; no row is read. */
export const PARQUET_ROWS: Query<{ readonly n: number }> = {
  sql: `select coalesce(sum(num_rows), 0)::bigint as n from parquet_file_metadata(${FILES})`,
  row: z.object({ n: z.coerce.number().int().nonnegative() }),
};
