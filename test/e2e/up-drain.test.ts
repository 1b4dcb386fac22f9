import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startCadastre } from '../../app/cadastre.ts';
import { loadSubgraph } from '../../app/subgraphs.ts';
import { Fault } from '../../kernel/fault.ts';
import { post, silentLog, startEmpty, begunHome, testConfig } from './running.ts';
import { emptyCatalog } from './standIns.ts';

// The first one makes the database that the others copy.

test('a stop lets requests finish and takes no new ones', async () => {
  let begun = (): void => {};
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const sources = async () => {
    begun();
    return sleep(600, { edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } });
  };
  const slow = { Query: { sources } };
  const cadastre = await startEmpty(
    await begunHome(),
    {},
    { load: async (kernel) => [emptyCatalog(slow), await loadSubgraph('governance', kernel)] },
  );
  const inFlight = post(cadastre.url, cadastre.admin.token, '{ sources { edges { node { id } } } }');
  await hasBegun;
  const stopped = cadastre.stop();
  expect(cadastre.lifecycle.phase).toBe('stopping');
  await expect(fetch(`${cadastre.url}/healthz`)).rejects.toThrow('fetch failed');
  expect((await inFlight).body).toEqual({ data: { sources: { edges: [] } } });
  await stopped;
  expect(cadastre.lifecycle.phase).toBe('stopped');
});

test('a start that fails because the port is taken gives back the folder and says what to do', async () => {
  const home = await begunHome();
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const start = startEmpty(home, { PORT: String(port) });
  await expect(start).rejects.toMatchObject({
    code: 'ALREADY_RUNNING',
    message: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`),
  });
  const again = await startEmpty(home);
  await again.stop();
});

test('keys that the database was not begun with are refused', async () => {
  const home = await begunHome();
  await (await startEmpty(home)).stop();
  const pepper = Buffer.alloc(32, 7).toString('base64');
  const start = startEmpty(home, { CADASTRE_PEPPER: pepper });
  await expect(start).rejects.toBeInstanceOf(Fault);
  await expect(start).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('CADASTRE_PEPPER') });
  await expect(start).rejects.not.toMatchObject({ message: expect.stringContaining(pepper) });
});

test('a subgraph that cannot start stops what was started before it', async () => {
  const home = await begunHome();
  const stopped: string[] = [];
  const start = startCadastre(testConfig(home), {
    log: silentLog,
    load: async (kernel) => [
      { ...emptyCatalog(), stop: async () => void stopped.push('catalog') },
      { ...(await loadSubgraph('governance', kernel)), start: () => Promise.reject(new Error('no worker')) },
    ],
  });
  await expect(start).rejects.toThrow('no worker');
  expect(stopped).toEqual(['catalog']);
  await (await startEmpty(home)).stop();
});
