import { Fault } from '../../kernel/fault.ts';
import type { Connector } from '../connector.ts';
import { hostAndPort } from '../serverUrl.ts';
import { mysqlConfig, mysqlConfigFromUrl } from './config.ts';
import type { MysqlConfig } from './config.ts';
import { crawl, inspect } from './crawl.ts';
import type { Source } from './crawl.ts';
import { connect } from './link.ts';
import type { Link } from './link.ts';
import { inspectStatements, statements } from './statements.ts';
import { survey } from './survey.ts';

/** MariaDB too: OpenLineage knows both as `mysql`, and events of other tools must meet the assets crawled here. */
export const mysqlConnector: Connector<MysqlConfig> = {
  platform: 'mysql',
  // As on Linux. A server with lower_case_table_names set stores or compares names in lower case, and its engine text says so.
  identifiers: 'sensitive',
  config: mysqlConfig,
  secrets: ['password'],
  fromUrl: mysqlConfigFromUrl,
  open: async (config, signal) => {
    const { source, close } = sourceOf(config);
    const engine = await engineOf(source, signal);
    return {
      namespace: `mysql://${hostAndPort(config.host, config.port)}`,
      engine,
      inspect: async (asked) => ({ ...(await inspect(source, asked)), queries: await inspectStatements(source, asked) }),
      crawl: (options) => crawl(source, options),
      queries: (options) => statements(source, options),
      close,
    };
  },
};

async function engineOf(source: Source, signal: AbortSignal): Promise<string> {
  const link = await source.connect(signal);
  try {
    return (await survey(link, source.config)).engine;
  } finally {
    await link.close();
  }
}

/**
 * A session connects for each task and not for its whole life: a cancelled crawl takes its connection with it, and between
 * crawls the customer's server holds none for us.
 */
function sourceOf(config: MysqlConfig): { readonly source: Source; close(): Promise<void> } {
  const links = new Set<Link>();
  let closed = false;
  const open = async (signal: AbortSignal): Promise<Link> => {
    if (closed) throw new Fault('SOURCE_UNAVAILABLE', { public: 'This session was closed. Open a new one.' });
    const link = await connect(config, signal);
    const tracked: Link = {
      ...link,
      close: async () => {
        links.delete(tracked);
        await link.close();
      },
    };
    links.add(tracked);
    return tracked;
  };
  const close = async (): Promise<void> => {
    closed = true;
    await Promise.all([...links].map((link) => link.close()));
  };
  return { source: { config, connect: open }, close };
}
