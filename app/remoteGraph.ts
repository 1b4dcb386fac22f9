import { z } from 'zod';
import type { RequestContext } from '../kernel/context.ts';
import { badInput, Fault } from '../kernel/fault.ts';
import type { GraphClient } from '../kernel/graph/graphClient.ts';
import type { Incoming } from '../kernel/http/incoming.ts';
import { traceparentOf } from '../kernel/http/trace.ts';
import { INTERNAL_ID } from '../kernel/identity/principal.ts';

/** Shorter than what a caller waits for the whole of a request. */
const ASK_MS = 15_000;

const answered = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** A request of which it is known by which token it came. */
export interface Carried extends RequestContext {
  readonly bearer?: string;
}

/** Keeps the token beside what it stood for, so that the gateway elsewhere can be asked as the same caller. */
export const carrying =
  (contextOf: (incoming: Incoming) => Promise<RequestContext>) =>
  async (incoming: Incoming): Promise<Carried> => ({ ...(await contextOf(incoming)), bearer: incoming.token });

/** The graph of a gateway in another process, asked as the caller: with their token, for the same moment. */
export class RemoteGraph implements GraphClient {
  readonly #url: string;
  readonly #ownToken: string;

  /** @param ownToken what is asked with where nobody asks but this program itself */
  constructor(url: string, ownToken: string) {
    this.#url = url;
    this.#ownToken = ownToken;
  }

  async ask(request: Carried, document: string, variables: Readonly<Record<string, unknown>>): Promise<unknown> {
    const token = request.principal.id === INTERNAL_ID ? this.#ownToken : request.bearer;
    if (token === undefined) throw unreachable(new Error('the request came without a token that could be passed on'));
    const { data, errors } = await this.#send(request, token, JSON.stringify({ query: document, variables }));
    if (data === undefined || data === null) throw badInput(errors?.[0]?.message ?? 'The graph gave no answer.');
    return data;
  }

  async #send({ asOf, readToken, trace, signal }: Carried, token: string, body: string): Promise<z.infer<typeof answered>> {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      traceparent: traceparentOf(trace.traceId),
      ...(asOf !== null && { 'cadastre-as-of': asOf }),
      ...(readToken !== null && { 'cadastre-read-token': readToken.toString() }),
    };
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]);
      const response = await fetch(this.#url, { method: 'POST', headers, body, redirect: 'error', signal: within });
      if (response.status >= 500 || response.status === 401) throw new Error(`the gateway answered with ${response.status}`);
      return answered.parse(await response.json());
    } catch (cause) {
      throw unreachable(cause);
    }
  }
}

const unreachable = (cause: unknown): Fault =>
  new Fault('SOURCE_UNAVAILABLE', {
    public: 'This needs the whole graph, and the gateway that this process is told to ask does not answer. Try again shortly.',
    internal: `CADASTRE_GATEWAY_URL: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause,
  });
