import type { Config } from '../kernel/config/config.ts';
import { mountRoutes } from '../kernel/http/mountRoutes.ts';
import { createLog } from '../kernel/log.ts';
import { authenticated } from './authenticated.ts';
import type { StartOptions } from './cadastre.ts';
import { openFace } from './face.ts';
import { graphOnly } from './graphOnly.ts';
import { openKernel } from './openKernel.ts';
import { carrying, RemoteGraph } from './remoteGraph.ts';
import { type Service, startService } from './service.ts';
import { loadSubgraph, type SubgraphName } from './subgraphs.ts';

/**
 * Serves one subgraph on its own, with `_service` and `_entities`, for a gateway elsewhere. It finds out by itself who
 * asks: a gateway is not to be trusted with that.
 */
export function serveSubgraph(
  name: SubgraphName,
  config: Config,
  { onProgress = () => undefined, log = createLog(config.logLevel) }: StartOptions = {},
): Promise<Service> {
  return startService(log, async (starting) => {
    const { kernel: opened, admin } = await openKernel(config, starting, onProgress);
    const { gatewayUrl } = config;
    const kernel = gatewayUrl === undefined ? opened : { ...opened, graph: new RemoteGraph(gatewayUrl, admin.token) };
    const subgraph = await loadSubgraph(name, kernel);
    starting.releases.add(`subgraph ${name}`, () => subgraph.stop());
    await subgraph.start();
    const requestOf = carrying(authenticated(kernel));
    const principalOf = graphOnly(requestOf);
    const url = await openFace({
      config,
      starting,
      executes: { schema: subgraph.schema },
      contextOf: async (incoming) => {
        const request = await principalOf(incoming);
        return Object.assign(subgraph.context(request), { trace: request.trace });
      },
      readiness: () => starting.lifecycle.readiness(kernel.db),
      routes: (listener) => mountRoutes(listener, [subgraph], { contextOf: requestOf, log }),
    });
    return { url };
  });
}
