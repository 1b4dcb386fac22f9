import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';

/** A database server of the test's own, for settings that a shared server does not have. It is gone after `stop`. */
export interface OwnServer {
  readonly port: number;
  stop(): Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 10_000;
/** Servers refuse to run as root. */
const IS_ROOT = process.getuid?.() === 0;

/** Where the newest PostgreSQL of this machine has its programs, with pg_stat_statements; null when it has none. */
export function postgresPrograms(): string | null {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => path.join(base, version, 'bin')), '/usr/local/bin', '/opt/homebrew/bin'];
  const found = folders.find((folder) => existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'postgres')));
  return found !== undefined && hasUser('postgres') ? found : null;
}

export function mariadbProgram(): string | null {
  const found = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd', '/usr/local/bin/mariadbd'].find((file) => existsSync(file));
  return found !== undefined && hasUser('mysql') ? found : null;
}

const hasUser = (user: string): boolean => !IS_ROOT || spawnSync('id', ['-u', user]).status === 0;

/** A PostgreSQL that counts statements. */
export async function ownPostgres(programs: string, settings: Readonly<Record<string, string>>): Promise<OwnServer> {
  const folder = await ownFolder('postgres');
  const data = path.join(folder, 'data');
  run('postgres', path.join(programs, 'initdb'), [
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'postgres',
    '--no-sync',
    '-E',
    'UTF8',
    '--locale=C',
  ]);
  const port = await freePort();
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', shared_buffers: '16MB', ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const answers = async (): Promise<void> => {
    const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    await client.connect();
    await client.end();
  };
  const args = ['-D', data, '-p', String(port), ...options];
  return start({ user: 'postgres', folder, port, program: path.join(programs, 'postgres'), args, answers });
}

/** A MariaDB whose performance schema is on. Its user `root` has no password. */
export async function ownMariadb(program: string, options: readonly string[]): Promise<OwnServer> {
  const folder = await ownFolder('mysql');
  const data = path.join(folder, 'data');
  const bare = ['--no-defaults', `--datadir=${data}`];
  run('mysql', 'mariadb-install-db', [...bare, '--auth-root-authentication-method=normal', '--skip-test-db']);
  const port = await freePort();
  const own = [
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${path.join(folder, 'sock')}`,
    '--skip-log-bin',
    '--innodb-buffer-pool-size=16M',
  ];
  const answers = async (): Promise<void> => {
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
    await connection.end();
  };
  return start({ user: 'mysql', folder, port, program, args: [...bare, ...own, ...options], answers });
}

async function ownFolder(user: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cadastre-server-'));
  if (IS_ROOT) await chown(folder, idOf('-u', user), idOf('-g', user));
  return folder;
}

const idOf = (flag: string, user: string): number => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout);

/** The same program, as a user that is not root. */
const asUser = (user: string, program: string, args: readonly string[]): readonly [string, readonly string[]] =>
  IS_ROOT ? ['setpriv', [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', program, ...args]] : [program, args];

function run(user: string, program: string, args: readonly string[]): void {
  const [command, all] = asUser(user, program, args);
  const done = spawnSync(command, all, { encoding: 'utf8', timeout: START_MS, cwd: os.tmpdir() });
  if (done.status !== 0) throw new Error(`${program} failed: ${done.stderr} ${done.stdout}`);
}

interface Start {
  readonly user: 'postgres' | 'mysql';
  readonly folder: string;
  readonly port: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly answers: () => Promise<unknown>;
}

async function start({ user, folder, port, program, args, answers }: Start): Promise<OwnServer> {
  const [command, all] = asUser(user, program, args);
  const server = spawn(command, all, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (text: Buffer) => (log += text.toString()));
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    server.kill(user === 'postgres' ? 'SIGINT' : 'SIGTERM');
    await Promise.race([ended, wait(STOP_MS).then(() => server.kill('SIGKILL'))]);
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (
      await answers().then(
        () => true,
        () => false,
      )
    )
      return { port, stop };
    if (Date.now() > deadline || server.exitCode !== null) {
      await stop();
      throw new Error(`${program} does not answer: ${log}`);
    }
    await wait(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
