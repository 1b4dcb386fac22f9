import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../../kernel/fault.ts';
import type { Connector } from '../../connector.ts';
import { pathFromUrl } from '../../fileUrl.ts';
import { openEngine } from '../engine.ts';
import type { Engine } from '../engine.ts';
import { VERSION } from '../queries.ts';
import { crawlFiles, inspectFiles } from './crawl.ts';
import { formatOf } from './format.ts';
import { placeOf } from './glob.ts';
import type { Place } from './glob.ts';

const EXAMPLE = 'files:///srv/lake';

export const filesConfig = z.strictObject({
  // A folder, one file, or a pattern such as `/srv/lake/2026/**/*.parquet`.
  files: z.string().min(1).max(4096),
});
export type FilesConfig = z.infer<typeof filesConfig>;

/** A folder of Parquet and CSV files; each file, and each folder of Hive partitions, is a dataset. */
export const filesConnector: Connector<FilesConfig> = {
  platform: 'file',
  identifiers: 'sensitive',
  config: filesConfig,
  secrets: [],
  fromUrl: (url) => ({ files: pathFromUrl(url, ['files:', 'file:'], EXAMPLE) }),
  open: async ({ files }, signal) => {
    const place = await existing(resolve(files));
    const engine = await openFilesEngine(place.root);
    const [version] = await engine.rows(VERSION, [], signal).catch((error: unknown) => {
      engine.close();
      throw error;
    });
    return {
      // As the naming specification has it for files of this machine; the name is the path.
      namespace: 'file',
      engine: `Files, read by DuckDB ${version?.version.replace(/^v/, '') ?? 'of unknown version'}`,
      inspect: (asked) => inspectFiles({ engine, place }, asked),
      crawl: (options) => crawlFiles({ engine, place }, options),
      close: async () => engine.close(),
    };
  },
};

/** An empty DuckDB in memory that can read below one folder and nowhere else. */
export const openFilesEngine = (root: string): Promise<Engine> => openEngine(':memory:', { folder: root });

async function existing(files: string): Promise<Place> {
  const place = placeOf(files);
  const found = await stat(place.root).catch((error: unknown) => {
    throw new Fault('SOURCE_UNAVAILABLE', {
      public: `${place.root} cannot be found. Check the path, and that this process may read the folders above it.`,
      internal: String(error),
    });
  });
  if (found.isDirectory()) return place;
  if (formatOf(files) === null)
    throw new Fault('SOURCE_UNAVAILABLE', {
      public: `${files} is neither a folder nor a Parquet or CSV file. Name a folder, as in ${EXAMPLE}.`,
    });
  return { root: dirname(files), matches: (relative) => relative === basename(files) };
}
