import { apolloGateway } from '../gateway/apolloGateway.ts';
import { createEngine, type Engine } from '../gateway/engine.ts';
import type { Config } from '../kernel/config/config.ts';
import type { RequestContext } from '../kernel/context.ts';
import type { Kernel, Subgraph } from '../kernel/graph/subgraph.ts';
import { mountRoutes } from '../kernel/http/mountRoutes.ts';
import { createLog, type Logger } from '../kernel/log.ts';
import type { AdminToken } from './adminToken.ts';
import { authenticated } from './authenticated.ts';
import { consoleRoutes } from './consoleRoutes.ts';
import { openFace } from './face.ts';
import { graphOnly } from './graphOnly.ts';
import { inProcess } from './inProcess.ts';
import { openKernel } from './openKernel.ts';
import { ensureSample, type SampleGraph } from './sample.ts';
import type { OnProgress } from './progress.ts';
import { type Service, startService } from './service.ts';
import { loadAllSubgraphs } from './subgraphs.ts';
import { supergraphOf } from './supergraph.ts';

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
    const { kernel, admin, graph } = await openKernel(config, starting, onProgress);
    const subgraphs = await load(kernel);
    for (const subgraph of subgraphs) {
      starting.releases.add(`subgraph ${subgraph.name}`, () => subgraph.stop());
      await subgraph.start();
    }
    const engine = await joinSubgraphs(subgraphs, log);
    graph.join(engine);
    const url = await openFace<RequestContext>({
      config,
      starting,
      executes: { gateway: apolloGateway(engine, signalOf) },
      contextOf: graphOnly(authenticated(kernel)),
      readiness: () => starting.lifecycle.readiness(kernel.db),
      routes: (listener) => {
        consoleRoutes(listener);
        mountRoutes(listener, subgraphs, { contextOf: authenticated(kernel), log });
      },
    });
    // Listening comes first: that a port is taken should show before minutes of work.
    if (config.sample) await playSample(kernel, engine, onProgress);
    return { url, admin };
  });
}

/** A server is not kept from starting by a sample that cannot be played; the next start tries again. */
async function playSample(kernel: Kernel, engine: Engine<RequestContext>, onProgress: OnProgress): Promise<void> {
  try {
    await ensureSample(kernel, await sampleGraphOf(kernel, engine), onProgress);
  } catch (error) {
    kernel.log.warn({ err: error }, 'the sample warehouse is not complete');
  }
}

export async function sampleGraphOf(kernel: Kernel, engine: Engine<RequestContext>): Promise<SampleGraph> {
  const { uploadBlob } = await import('../subgraphs/registry/index.ts');
  return {
    execute: (source, variables, context) => engine.execute({ source, variables, context }),
    upload: async (bytes, context) => (await uploadBlob(kernel, context, bytes)).digest,
  };
}

export const joinSubgraphs = async (subgraphs: readonly Subgraph[], log: Logger): Promise<Engine<RequestContext>> =>
  createEngine<RequestContext>({
    supergraphSdl: await supergraphOf(subgraphs),
    subgraphs: Object.fromEntries(subgraphs.map((subgraph) => [subgraph.name, inProcess(subgraph, log)])),
    report: ({ subgraph, cause }) => log.error({ err: cause, subgraph }, 'subgraph did not answer'),
  });

/** A client that went away, or a deadline that is over, stops what the engine still does for it. */
const signalOf = (context: object): { readonly signal?: AbortSignal } =>
  'signal' in context && context.signal instanceof AbortSignal ? { signal: context.signal } : {};
