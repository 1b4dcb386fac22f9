import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Fault } from '../kernel/fault.ts';

const ATTEMPTS_MAX = 6;
const ATTEMPT_MS = 5_000;
const sdlAnswer = z.object({ data: z.object({ _service: z.object({ sdl: z.string() }) }) });

/** Asks a subgraph for its contract. Services start in any order, so one that is not there yet is asked again, for about 15 seconds. */
export async function fetchSdl(name: string, url: string, token: string | undefined): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(url, token);
    if (answer.kind === 'sdl') return answer.sdl;
    if (answer.kind === 'refused') throw refused(name, url);
    if (attempt === ATTEMPTS_MAX) throw silent(name, url, answer.cause);
    await sleep(250 * 2 ** attempt);
  }
}

type Answer =
  | { readonly kind: 'sdl'; readonly sdl: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'none'; readonly cause: unknown };

async function ask(url: string, token: string | undefined): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
      signal: AbortSignal.timeout(ATTEMPT_MS),
    });
    if (response.status === 401) return { kind: 'refused' };
    return { kind: 'sdl', sdl: sdlAnswer.parse(await response.json()).data._service.sdl };
  } catch (cause) {
    return { kind: 'none', cause };
  }
}

const refused = (name: string, url: string): Fault =>
  new Fault('CONFIGURATION', {
    public: `The subgraph ${name} at ${url} does not know the gateway's token. Set CADASTRE_ADMIN_TOKEN to one that it knows. Example: CADASTRE_ADMIN_TOKEN=$(cat .cadastre/admin-token)`,
  });

const silent = (name: string, url: string, cause: unknown): Fault =>
  new Fault('SUBGRAPH_UNAVAILABLE', {
    public: `The subgraph ${name} at ${url} does not tell its schema. Start it, or correct its address.`,
    cause,
  });
