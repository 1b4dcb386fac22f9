import { apolloGateway } from '../gateway/apolloGateway.ts';
import { compose } from '../gateway/compose.ts';
import { createEngine, type Engine } from '../gateway/engine.ts';
import type { Config } from '../kernel/config/config.ts';
import type { RequestContext } from '../kernel/context.ts';
import type { Kernel, Subgraph } from '../kernel/graph/subgraph.ts';
import { createLog, type Logger } from '../kernel/log.ts';
import type { AdminToken } from './adminToken.ts';
import { authenticated } from './authenticated.ts';
import { consoleRoutes } from './consoleRoutes.ts';
import { openFace } from './face.ts';
import { inProcess } from './inProcess.ts';
import { openKernel } from './openKernel.ts';
import { ensureSample } from './sample.ts';
import type { OnProgress } from './progress.ts';
import { type Service, startService } from './service.ts';
import { loadAllSubgraphs } from './subgraphs.ts';

export interface Cadastre extends Service {
  readonly admin: AdminToken;
}

export interface StartOptions {
  readonly onProgress?: OnProgress;
  readonly log?: Logger;
  /** All subgraphs unless given; tests bring their own. */
  readonly load?: (kernel: Kernel) => Promise<readonly Subgraph[]>;
}

/**
 * Starts everything in this process: database, subgraphs, gateway, listener.
 * @throws Fault CONFIGURATION, STORE_UNAVAILABLE or ALREADY_RUNNING, saying what to do
 */
export function startCadastre(config: Config, options: StartOptions = {}): Promise<Cadastre> {
  const { onProgress = () => undefined, log = createLog(config.logLevel), load = loadAllSubgraphs } = options;
  return startService(log, async (starting) => {
    const { kernel, admin } = await openKernel(config, starting, onProgress);
    const subgraphs = await load(kernel);
    for (const subgraph of subgraphs) {
      starting.releases.add(`subgraph ${subgraph.name}`, () => subgraph.stop());
      await subgraph.start();
    }
    const engine = joinSubgraphs(subgraphs, log);
    const url = await openFace<RequestContext>({
      config,
      starting,
      executes: { gateway: apolloGateway(engine) },
      contextOf: authenticated(kernel),
      readiness: () => starting.lifecycle.readiness(kernel.db),
      routes: consoleRoutes,
    });
    // Listening comes first: that a port is taken should show before minutes of work.
    if (config.sample)
      await ensureSample(kernel.db, (source, variables, context) => engine.execute({ source, variables, context }), onProgress);
    return { url, admin };
  });
}

const joinSubgraphs = (subgraphs: readonly Subgraph[], log: Logger): Engine<RequestContext> =>
  createEngine<RequestContext>({
    supergraphSdl: compose(subgraphs).supergraphSdl,
    subgraphs: Object.fromEntries(subgraphs.map((subgraph) => [subgraph.name, inProcess(subgraph, log)])),
    report: ({ subgraph, cause }) => log.error({ err: cause, subgraph }, 'subgraph did not answer'),
  });
