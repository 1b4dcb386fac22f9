import type { RequestContext } from '../kernel/context.ts';
import { badInput, Fault } from '../kernel/fault.ts';
import type { GraphClient } from '../kernel/graph/graphClient.ts';
import type { Engine } from '../gateway/engine.ts';

/** The graph that a subgraph asks, which can be joined only when there are subgraphs. */
export class LateGraph implements GraphClient {
  #engine: Engine<RequestContext> | undefined;

  join(engine: Engine<RequestContext>): void {
    this.#engine = engine;
  }

  async ask(request: RequestContext, document: string, variables: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.#engine === undefined)
      throw new Fault('SOURCE_UNAVAILABLE', {
        public:
          'This needs the whole graph, and this process serves one subgraph of it. Tell it where the gateway is: CADASTRE_GATEWAY_URL=https://catalog.example/graphql.',
      });
    const { data, errors } = await this.#engine.execute({
      source: document,
      variables,
      context: request,
      signal: request.signal,
    });
    if (data === undefined || data === null) throw badInput(errors?.[0]?.message ?? 'The graph gave no answer.');
    return data;
  }
}
