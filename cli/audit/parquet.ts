import { rename, rm } from 'node:fs/promises';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { cellsOf, COLUMNS, NUMBERS } from './columns.ts';
import type { ExportRow } from './exportRow.ts';
import { unfinishedName } from './sink.ts';

/** Rows that are held in memory at once. */
const GROUP = 10_000;

/** Writes entries as a Parquet file; whole numbers as INT64, the time as a timestamp, everything else as text. */
export async function writeParquet(path: string, origin: string, rows: AsyncIterable<ExportRow>): Promise<void> {
  const unfinished = unfinishedName(path);
  try {
    await parquetWriteRows({
      writer: fileWriter(unfinished),
      columns: COLUMNS.map((name) => ({
        name,
        type: NUMBERS.has(name) ? 'INT64' : name === 'time' ? 'TIMESTAMP' : 'STRING',
        nullable: name !== 'leafIndex' && name !== 'leafHash',
      })),
      rows: cells(rows),
      rowGroupSize: GROUP,
      kvMetadata: [{ key: 'cadastre.log', value: origin }],
      createdBy: 'cadastre',
    });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function* cells(rows: AsyncIterable<ExportRow>): AsyncGenerator<Record<string, bigint | Date | string | null>> {
  for await (const row of rows)
    yield Object.fromEntries(
      Object.entries(cellsOf(row)).map(([name, cell]) => [name, typeof cell === 'number' ? BigInt(cell) : asTime(name, cell)]),
    );
}

const asTime = (name: string, cell: string | null): string | Date | null =>
  name === 'time' && cell !== null ? new Date(cell) : cell;
