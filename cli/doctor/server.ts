import { z } from 'zod';
import type { Run } from '../cli.ts';
import type { Client, Operation } from '../client.ts';
import { TEST } from '../commands/sources.ts';
import { connect } from '../connect.ts';
import { send } from '../mutation.ts';
import { check, type Check } from './check.ts';
import { checkOrphans } from './orphans.ts';

/** What only a server knows: its database and its sources. Where none runs, one is started for the question. */
export async function checkServer({ globals, terminal }: Run): Promise<readonly Check[]> {
  let client: Client | undefined;
  const server = await check('Server', async () => {
    client = await connect(globals, process.env, terminal);
    return { ok: true, found: client.isTemporary ? 'none was running; one could be started' : client.url };
  });
  if (client === undefined) return [server];
  try {
    return [
      server,
      await check('Database', () => ready(client)),
      ...(await checkSources(client)),
      await checkOrphans(client, globals),
    ];
  } finally {
    await client.close();
  }
}

async function ready(client: Client | undefined): Promise<Omit<Check, 'what'>> {
  const response = await fetch(new URL('/readyz', client?.url), { signal: AbortSignal.timeout(5_000) });
  return response.ok
    ? { ok: true, found: 'answers' }
    : { ok: false, found: 'does not answer', todo: 'Start it, or correct DATABASE_URL. The log of the server says more.' };
}

async function checkSources(client: Client): Promise<readonly Check[]> {
  let names: readonly string[] = [];
  const sources = await check('Sources', async () => {
    const all = (await client.ask(ACTIVE)).sources.edges.map(({ node }) => node);
    names = all.filter(({ state }) => state === 'ACTIVE').map(({ name }) => name);
    return { ok: true, found: `${names.length} in service` };
  });
  const checks = [sources];
  for (const name of names) checks.push(await check(`Source ${name}`, () => source(client, name)));
  return checks;
}

async function source(client: Client, name: string): Promise<Omit<Check, 'what'>> {
  const { problem, engine, scopes } = await send(client, TEST, { name });
  const unreadable = scopes.filter(({ readable }) => !readable);
  if (problem !== null) return { ok: false, found: 'cannot be reached', todo: problem };
  if (unreadable.length === 0) return { ok: true, found: engine ?? 'reachable' };
  return {
    ok: false,
    found: `${unreadable.length} of ${scopes.length} scopes cannot be read`,
    todo: unreadable.map(({ path, reason }) => `${path.join('.')}: ${reason ?? 'no reason given'}`).join('\n'),
  };
}

const answer = z.object({
  sources: z.object({ edges: z.array(z.object({ node: z.object({ name: z.string(), state: z.string() }) })) }),
});
const ACTIVE: Operation<z.infer<typeof answer>> = {
  source: 'query CliDoctorSources { sources(first: 500) { edges { node { name state } } } }',
  answer,
};
