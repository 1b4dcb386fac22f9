import { Fault } from '../../kernel/fault.ts';
import type { Connector, SourceSession } from '../connector.ts';
import { postgresConfig, postgresConfigFromUrl } from './config.ts';
import type { PostgresConfig } from './config.ts';
import { crawl, inspect } from './crawl.ts';
import { connect } from './link.ts';
import type { Link } from './link.ts';
import { SERVER } from './queries.ts';
import type { ServerRow } from './rows.ts';
import { hostAndPort } from '../serverUrl.ts';
import { inspectStatements, statements } from './statements.ts';
import type { Source } from './survey.ts';
import { asFault } from './unavailable.ts';

export const postgresConnector: Connector<PostgresConfig> = {
  platform: 'postgres',
  identifiers: 'lower',
  config: postgresConfig,
  secrets: ['password'],
  fromUrl: postgresConfigFromUrl,
  open: async (config, signal) => {
    const { source, close } = sourceOf(config);
    const version = await versionOf(source, signal);
    return {
      namespace: `postgres://${hostAndPort(config.host, config.port)}`,
      engine: `PostgreSQL ${version}`,
      inspect: async (asked) => ({ ...(await inspect(source, asked)), queries: await inspectStatements(source, asked) }),
      crawl: (options) => crawl(source, options),
      queries: (options) => statements(source, options),
      close,
    } satisfies SourceSession;
  },
};

async function versionOf(source: Source, signal: AbortSignal): Promise<string> {
  const link = await source.connect(source.config.database, signal);
  try {
    const snapshot = await link.begin();
    const [server] = await snapshot.rows<ServerRow>(SERVER);
    return server?.version ?? 'of unknown version';
  } catch (error) {
    throw asFault(error, source.config);
  } finally {
    await link.close();
  }
}

/**
 * A session connects for each task and not for its whole life: a cancelled crawl takes its connection with it, and between
 * crawls the customer's server holds none for us.
 */
function sourceOf(config: PostgresConfig): { readonly source: Source; close(): Promise<void> } {
  const links = new Set<Link>();
  let closed = false;
  const open = async (database: string, signal: AbortSignal): Promise<Link> => {
    if (closed) throw new Fault('SOURCE_UNAVAILABLE', { public: 'This session was closed. Open a new one.' });
    const link = await connect(config, database, signal);
    const tracked: Link = {
      begin: () => link.begin(),
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
