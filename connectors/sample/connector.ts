import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import type { Connector, CrawlItem, SourceSession } from '../connector.ts';
import { databaseSession, openDatabase } from '../duckdb/connector.ts';
import { buildSampleWarehouse } from './build.ts';
import { LAST_STAGE } from './stages.ts';
import { sampleOwners } from './warehouse.ts';

/** The same on every machine, so that examples, tests and screenshots can name it. */
export const SAMPLE_NAMESPACE = 'sample://greenhouse';
export const SAMPLE_DATABASE = 'greenhouse';

export const sampleConfig = z.strictObject({ stage: z.number().int().min(0).max(LAST_STAGE).default(LAST_STAGE) });
export type SampleConfig = z.infer<typeof sampleConfig>;

/** The bundled warehouse: built when it is opened, crawled as the DuckDB file that it is, and gone when it is closed. */
export const sampleConnector: Connector<SampleConfig> = {
  platform: 'duckdb',
  identifiers: 'insensitive',
  config: sampleConfig,
  secrets: [],
  fromUrl: (url) => {
    const stage = url.searchParams.get('stage') ?? String(LAST_STAGE);
    const keys = [...url.searchParams.keys()];
    const parsed = sampleConfig.safeParse({ stage: /^\d$/.test(stage) ? Number(stage) : null });
    if (url.protocol !== 'sample:' || url.pathname !== '' || keys.some((key) => key !== 'stage') || !parsed.success) {
      throw badInput(
        `The sample is written sample: or, for an earlier state, sample:?stage=0 up to sample:?stage=${LAST_STAGE}.`,
      );
    }
    return parsed.data;
  },
  open: async ({ stage }, signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'cadastre-sample-'));
    const discard = () => rm(folder, { recursive: true, force: true });
    try {
      const file = join(folder, `${SAMPLE_DATABASE}.duckdb`);
      await buildSampleWarehouse(file, { stage });
      return withOwners(await databaseSession(await openDatabase(file), SAMPLE_NAMESPACE, signal), discard);
    } catch (error) {
      await discard();
      throw error;
    }
  },
};

const withOwners = (session: SourceSession, discard: () => Promise<void>): SourceSession => ({
  ...session,
  async *crawl(options) {
    for await (const item of session.crawl(options)) yield owned(item);
  },
  close: async () => {
    await session.close();
    await discard();
  },
});

function owned(item: CrawlItem): CrawlItem {
  if (item.type !== 'record' || item.record.kind !== 'dataset') return item;
  const owner = sampleOwners[item.record.path.slice(1).join('.')] ?? null;
  return { ...item, record: { ...item.record, owner } };
}
