import type { FastifyInstance } from 'fastify';
import { limitRules, tokensMax } from '../gateway/limits.ts';
import type { Config } from '../kernel/config/config.ts';
import { createGraphqlServer, type GraphqlServerOptions } from '../kernel/http/graphqlServer.ts';
import { graphqlRoute, type GraphqlRouteOptions } from '../kernel/http/graphqlRoute.ts';
import { createListener } from '../kernel/http/listener.ts';
import { Metrics } from '../kernel/http/metrics.ts';
import type { Observed } from '../kernel/http/observe.ts';
import { probeRoutes, type Readiness } from '../kernel/http/probes.ts';
import { closeListener, listen } from './listen.ts';
import type { Starting } from './service.ts';

export interface FaceOptions<C extends Observed> {
  readonly config: Pick<Config, 'host' | 'port' | 'corsOrigins'>;
  readonly starting: Starting;
  readonly executes: GraphqlServerOptions['executes'];
  readonly contextOf: GraphqlRouteOptions<C>['contextOf'];
  readonly readiness: () => Promise<Readiness>;
  /** More routes than those of GraphQL and the probes. */
  readonly routes?: (listener: FastifyInstance) => void;
}

/** What every server of ours shows to the world: GraphQL with limits, and probes. Answers its address. */
export async function openFace<C extends Observed>(options: FaceOptions<C>): Promise<string> {
  const { config, executes, contextOf } = options;
  const { log, releases } = options.starting;
  const metrics = new Metrics();
  const server = createGraphqlServer<C>({ executes, validationRules: limitRules(), tokensMax: tokensMax(), log, metrics });
  await server.start();
  releases.add('graphql server', () => server.stop());
  const listener = createListener({ log, metrics, corsOrigins: config.corsOrigins });
  graphqlRoute(listener, { server, contextOf, log });
  probeRoutes(listener, metrics, options.readiness);
  options.routes?.(listener);
  releases.add('listener', () => closeListener(listener));
  return listen(listener, config);
}
