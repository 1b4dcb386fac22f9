import { apolloGateway } from '../gateway/apolloGateway.ts';
import { compose } from '../gateway/compose.ts';
import { createEngine } from '../gateway/engine.ts';
import { httpSubgraph } from '../gateway/httpSubgraph.ts';
import type { Config } from '../kernel/config/config.ts';
import type { Incoming } from '../kernel/http/incoming.ts';
import { traceparentOf } from '../kernel/http/trace.ts';
import { createLog } from '../kernel/log.ts';
import type { StartOptions } from './cadastre.ts';
import { consoleRoutes } from './consoleRoutes.ts';
import { openFace } from './face.ts';
import { fetchSdl } from './fetchSdl.ts';
import { homePaths, readPrivate } from './home.ts';
import { type Service, startService } from './service.ts';

/** Where a subgraph is served: the URL of its GraphQL endpoint. */
export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
}

const FORWARDED = ['authorization', 'cadastre-as-of', 'cadastre-read-token', 'traceparent'];

/**
 * Serves the graph over subgraphs that run elsewhere. It has no database: callers prove to each subgraph who they are,
 * with the token that is passed on. The admin token, configured or kept in the home folder, is what it asks for their contracts with.
 */
export function serveGateway(
  addresses: readonly SubgraphAddress[],
  config: Config,
  { log = createLog(config.logLevel) }: StartOptions = {},
): Promise<Service> {
  return startService(log, async (starting) => {
    const token = config.adminToken ?? (await readPrivate(homePaths(config.home).adminToken));
    const contracts = await Promise.all(addresses.map(({ name, url }) => fetchSdl(name, url, token)));
    const { supergraphSdl } = compose(addresses.map((address, i) => ({ ...address, typeDefs: contracts[i] ?? '' })));
    const subgraphs = addresses.map(
      ({ name, url }) => [name, httpSubgraph<Incoming>({ url, headersOf, forward: FORWARDED })] as const,
    );
    for (const [name, subgraph] of subgraphs) starting.releases.add(`connections to ${name}`, () => subgraph.close());
    const engine = createEngine<Incoming>({
      supergraphSdl,
      subgraphs: Object.fromEntries(subgraphs),
      report: ({ subgraph, cause }) => log.error({ err: cause, subgraph }, 'subgraph did not answer'),
    });
    const { lifecycle } = starting;
    const url = await openFace<Incoming>({
      config,
      starting,
      executes: { gateway: apolloGateway(engine) },
      contextOf: (incoming) => Promise.resolve(incoming),
      readiness: () => Promise.resolve({ ready: lifecycle.phase === 'ready', phase: lifecycle.phase }),
      routes: consoleRoutes,
    });
    return { url };
  });
}

/** What a subgraph must be told of the request to find out by itself who asks and what they may see. */
const headersOf = ({ token, asOf, readToken, trace }: Incoming): Readonly<Record<string, string | undefined>> => ({
  authorization: `Bearer ${token}`,
  'cadastre-as-of': asOf ?? undefined,
  'cadastre-read-token': readToken?.toString(),
  traceparent: traceparentOf(trace.traceId),
});
