import type { CrawlItem, CrawlOptions, SourceReport } from '../../connector.ts';
import type { ContainerRecord, DatasetRecord } from '../../record.ts';
import { crawlListings } from '../../listing.ts';
import type { Listed, Listing } from '../../listing.ts';
import { errorLine } from '../engine.ts';
import type { Engine } from '../engine.ts';
import { literalPath } from './glob.ts';
import type { Place } from './glob.ts';
import { COLUMNS, PARQUET_ROWS } from './queries.ts';
import type { ColumnRow } from './queries.ts';
import { survey } from './survey.ts';
import type { FileDataset, Folder } from './survey.ts';

/** A folder of files and the engine that reads them, confined to it. */
export interface Lake {
  readonly engine: Engine;
  readonly place: Place;
}

export async function inspectFiles({ place }: Lake, signal: AbortSignal): Promise<SourceReport> {
  const folders = await survey(place, signal);
  return { scopes: folders.map(({ path, reason }) => ({ scope: path, readable: reason === null, reason })), readOnly: true };
}

export async function* crawlFiles(lake: Lake, options: CrawlOptions): AsyncGenerator<CrawlItem, void, undefined> {
  const folders = await survey(lake.place, options.signal);
  const listings: Listing[] = [
    // What lies below a folder that cannot be listed is unknown, folders included.
    {
      scope: [],
      list: async () => ({
        records: folders.map(container),
        reason: folders.find((folder) => folder.reason !== null)?.reason ?? null,
      }),
    },
    ...folders.map((folder) => ({ scope: folder.path, list: (signal: AbortSignal) => listFolder(lake, folder, signal) })),
  ];
  yield* crawlListings(listings, options, errorLine);
}

async function listFolder({ engine }: Lake, folder: Folder, signal: AbortSignal): Promise<Listed> {
  const records: DatasetRecord[] = [];
  for (const dataset of folder.datasets) records.push(await describe(engine, dataset, signal));
  return { records, reason: folder.reason };
}

/** Partitions beyond these add rows and hardly ever columns. */
const PARTITIONS_FOR_COLUMNS = 50;

async function describe(engine: Engine, dataset: FileDataset, signal: AbortSignal): Promise<DatasetRecord> {
  const { whole, partitioned } = COLUMNS[dataset.format];
  const asked = dataset.files.slice(-PARTITIONS_FOR_COLUMNS);
  try {
    const columns = await engine.rows(dataset.isPartitioned ? partitioned : whole, [listOf(asked)], signal);
    const counted = dataset.format === 'parquet' ? await engine.rows(PARQUET_ROWS, [listOf(dataset.files)], signal) : [];
    return record(dataset, columns, null, counted[0]?.n ?? null);
  } catch (error) {
    signal.throwIfAborted();
    return record(dataset, [], `${dataset.format} cannot be read: ${errorLine(error)}`, null);
  }
}

const listOf = (files: readonly string[]): string => JSON.stringify(files.map(literalPath));

const record = (
  dataset: FileDataset,
  columns: readonly ColumnRow[],
  problem: string | null,
  rowCountEstimate: number | null,
): DatasetRecord => ({
  kind: 'dataset',
  subtype: 'FILE',
  path: [...dataset.path],
  description: null,
  owner: null,
  columns: columns.map((row, at) => ({
    name: row.column_name,
    ordinal: at + 1,
    nativeType: row.column_type,
    nullable: true,
    defaultValue: null,
    description: null,
    generatedAs: null,
  })),
  primaryKey: null,
  uniqueKeys: [],
  foreignKeys: [],
  checks: [],
  indexes: [],
  grants: [],
  definition: null,
  problem,
  statistics: { rowCountEstimate, sizeBytes: dataset.sizeBytes },
});

const container = ({ path }: Folder): ContainerRecord => ({
  kind: 'container',
  subtype: 'FOLDER',
  path: [...path],
  description: null,
  owner: null,
  grants: [],
});
