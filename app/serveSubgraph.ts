import type { Config } from '../kernel/config/config.ts';
import { mountRoutes } from '../kernel/http/mountRoutes.ts';
import { createLog } from '../kernel/log.ts';
import { authenticated } from './authenticated.ts';
import type { StartOptions } from './cadastre.ts';
import { openFace } from './face.ts';
import { graphOnly } from './graphOnly.ts';
import { openKernel } from './openKernel.ts';
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
    const { kernel } = await openKernel(config, starting, onProgress);
    const subgraph = await loadSubgraph(name, kernel);
    starting.releases.add(`subgraph ${name}`, () => subgraph.stop());
    await subgraph.start();
    const principalOf = graphOnly(authenticated(kernel));
    const url = await openFace({
      config,
      starting,
      executes: { schema: subgraph.schema },
      contextOf: async (incoming) => {
        const request = await principalOf(incoming);
        return Object.assign(subgraph.context(request), { trace: request.trace });
      },
      readiness: () => starting.lifecycle.readiness(kernel.db),
      routes: (listener) => mountRoutes(listener, [subgraph], { contextOf: authenticated(kernel), log }),
    });
    return { url };
  });
}
