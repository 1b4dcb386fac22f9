import { Pool } from 'undici';
import { Fault } from '../kernel/fault.ts';
import { readAnswer } from './readAnswer.ts';
import type { SubgraphAnswer, SubgraphExecutor, SubgraphRequest } from './subgraph.ts';

export interface HttpOptions<Context> {
  readonly url: string;
  /** The caller's headers, in lower case. Only those in `forward` are sent on. */
  readonly headersOf?: (context: Context) => Readonly<Record<string, string | undefined>>;
  readonly forward?: readonly string[];
  readonly connectionsMax?: number;
  readonly timeoutMs?: number;
  readonly bodyBytesMax?: number;
}

const FORWARDED = ['authorization', 'cadastre-as-of', 'traceparent'];

/** A subgraph behind HTTP. Whatever is not a GraphQL answer is SUBGRAPH_UNAVAILABLE; its text goes to the log alone. */
export function httpSubgraph<Context>(options: HttpOptions<Context>): SubgraphExecutor<Context> {
  const { connectionsMax = 64, timeoutMs = 10_000, bodyBytesMax = 32 * 1024 * 1024, forward = FORWARDED } = options;
  const { origin, pathname, search } = new URL(options.url);
  const pool = new Pool(origin, {
    connections: connectionsMax,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: timeoutMs,
  });
  const path = pathname + search;
  return {
    async execute(request) {
      const headers = { ...JSON_HEADERS, ...allowed(options.headersOf?.(request.context) ?? {}, forward) };
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const response = await pool.request({ method: 'POST', path, headers, body: bodyOf(request), signal });
        const text = await textWithin(response.body, bodyBytesMax);
        if (response.statusCode >= 500) throw new Error(`status ${response.statusCode}`);
        return answerIn(text);
      } catch (cause) {
        throw new Fault('SUBGRAPH_UNAVAILABLE', {
          public: 'A subgraph did not answer.',
          internal: `${options.url}: ${String(cause)}`,
          cause,
        });
      }
    },
    close: () => pool.close(),
  };
}

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

function bodyOf({ operation, variables, extensions }: SubgraphRequest<unknown>): string {
  const body = { query: operation.source, variables };
  return JSON.stringify(Object.keys(extensions).length === 0 ? body : { ...body, extensions });
}

function allowed(headers: Readonly<Record<string, string | undefined>>, names: readonly string[]): Record<string, string> {
  const entries = names.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

async function textWithin(body: AsyncIterable<unknown>, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    // Leaving the loop destroys the body, and with it the connection that would go on sending.
    if (bytes > bytesMax) throw new Error(`answer over ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answerIn(text: string): SubgraphAnswer {
  const answer = readAnswer(JSON.parse(text));
  if (answer === undefined) throw new Error('not a GraphQL answer');
  return answer;
}
