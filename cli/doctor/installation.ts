import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { existsSync } from 'node:fs';
import { readServerFile } from '../../app/serverFile.ts';
import { type Config, readConfig } from '../../kernel/config/config.ts';
import { readSettingsFile } from '../../kernel/config/settingsFile.ts';
import type { Run } from '../cli.ts';
import { check, type Check } from './check.ts';

const NODE_MINIMUM = [20, 19] as const;
const FREE_BYTES_MIN = 2 * 1024 ** 3;

/** What can be looked at without any server. */
export async function checkInstallation({ globals }: Run): Promise<readonly Check[]> {
  const checks = [await check('Node.js', nodeVersion)];
  let config: Config | undefined;
  checks.push(
    await check('Settings', async () => {
      config = readConfig({ CADASTRE_HOME: globals.home }, process.env, readSettingsFile());
      return { ok: true, found: `home ${config.home}, ${config.store.kind} database` };
    }),
  );
  if (config === undefined) return checks;
  const { home, host, port } = config;
  return [...checks, await check('Disk', () => freeSpace(home)), await check('Port', () => portState(home, host, port))];
}

async function nodeVersion(): Promise<Omit<Check, 'what'>> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1]);
  return { ok, found: process.version, ...(!ok && { todo: `Install Node.js ${NODE_MINIMUM.join('.')} or newer.` }) };
}

async function freeSpace(home: string): Promise<Omit<Check, 'what'>> {
  const { bavail, bsize } = await statfs(nearestFolder(home));
  const free = bavail * bsize;
  const ok = free >= FREE_BYTES_MIN;
  return {
    ok,
    found: `${(free / 1024 ** 3).toFixed(1)} GB free for ${home}`,
    ...(!ok && { todo: 'Free some space, or set CADASTRE_HOME to another disk.' }),
  };
}

const nearestFolder = (folder: string): string => (existsSync(folder) ? folder : nearestFolder(path.dirname(folder)));

async function portState(home: string, host: string, port: number): Promise<Omit<Check, 'what'>> {
  const server = await readServerFile(home);
  if (server !== undefined) return { ok: true, found: `Cadastre listens at ${server.url} (process ${server.pid})` };
  const free = await isFree(host, port);
  return {
    ok: free,
    found: `${port} on ${host} is ${free ? 'free' : 'taken by another program'}`,
    ...(!free && { todo: `Stop that program, or choose another port: PORT=${port + 1}` }),
  };
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
