import { loadAdminToken } from '../app/adminToken.ts';
import { readServerFile } from '../app/serverFile.ts';
import { type Config, readConfig } from '../kernel/config/config.ts';
import { readSettingsFile } from '../kernel/config/settingsFile.ts';
import { badInput, Fault } from '../kernel/fault.ts';
import { type Client, createClient } from './client.ts';
import { nextCommand } from './nextCommand.ts';
import { keptSession } from './sessionFile.ts';
import { escaped } from './terminal/escape.ts';
import type { Terminal } from './terminal/terminal.ts';
import { showProgress } from './showProgress.ts';

/** Where to find a server, as given on the command line. */
export interface Target {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly home?: string | undefined;
}

const ALIVE_MS = 2_000;

/** The server of `--url`, of CADASTRE_URL, or of this folder; where none runs, one that lives as long as the command. */
export async function connect(target: Target, environment: NodeJS.ProcessEnv, terminal: Terminal): Promise<Client> {
  const onGap = (message: string): void => terminal.say(`Incomplete: ${escaped(message)}`);
  const url = givenUrl(target, environment);
  const token = target.token ?? environment['CADASTRE_TOKEN'];
  if (url !== undefined)
    return createClient({ url, token: token ?? (await sessionToken(url, environment)) ?? missingToken(), onGap });
  const config = readConfig({ CADASTRE_HOME: target.home }, environment, readSettingsFile());
  const server = await readServerFile(config.home);
  if (server !== undefined && (await isAlive(server.url))) {
    const given = token ?? (await sessionToken(server.url, environment));
    return createClient({ url: server.url, token: given ?? (await loadAdminToken(config)).token, onGap });
  }
  return startTemporary(config, token, terminal, onGap);
}

/** The address of a server that runs: for what makes no sense with one that lives as long as the command. */
export async function serverAddress(target: Target, environment: NodeJS.ProcessEnv): Promise<string> {
  const url = givenUrl(target, environment);
  if (url !== undefined) return url;
  const server = await readServerFile(readConfig({ CADASTRE_HOME: target.home }, environment, readSettingsFile()).home);
  if (server !== undefined && (await isAlive(server.url))) return server.url;
  throw noServer(target);
}

/** @throws Fault BAD_USER_INPUT */
function givenUrl(target: Target, environment: NodeJS.ProcessEnv): string | undefined {
  const url = target.url ?? environment['CADASTRE_URL'];
  if (url !== undefined && !isAddress(url))
    throw badInput(`"${url.slice(0, 100)}" is no address of a server. Write it like http://127.0.0.1:4000.`);
  return url;
}

const isAddress = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

const noServer = (target: Target): Fault =>
  new Fault('STORE_UNAVAILABLE', {
    public: `No server runs in this folder. Start one with \`${nextCommand(target, 'up')}\`, or give its address with --url or CADASTRE_URL.`,
  });

const sessionToken = async (url: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> =>
  (await keptSession(url, environment))?.token;

/** The address of a server that runs, for what needs no token. @throws Fault STORE_UNAVAILABLE */
export async function serverUrl(target: Target, environment: NodeJS.ProcessEnv): Promise<string> {
  const given = givenUrl(target, environment);
  if (given !== undefined) return given;
  const { home } = readConfig({ CADASTRE_HOME: target.home }, environment, readSettingsFile());
  const server = await readServerFile(home);
  if (server !== undefined) return server.url;
  throw noServer(target);
}

async function startTemporary(
  config: Config,
  token: string | undefined,
  terminal: Terminal,
  onGap: (message: string) => void,
): Promise<Client> {
  // Loaded only now: asking a running server needs none of it.
  const { startCadastre } = await import('../app/cadastre.ts');
  const { createLog } = await import('../kernel/log.ts');
  const log = createLog(process.env['LOG_LEVEL'] === undefined ? 'error' : config.logLevel);
  const cadastre = await startCadastre({ ...config, host: '127.0.0.1', port: 0 }, { log, onProgress: showProgress(terminal) });
  terminal.progress.clear();
  return createClient({
    url: cadastre.url,
    token: token ?? cadastre.admin.token,
    onGap,
    isTemporary: true,
    close: () => cadastre.stop(),
  });
}

/** A process id may have been given to another program since. */
const isAlive = (url: string): Promise<boolean> =>
  fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(ALIVE_MS) }).then(
    (response) => response.ok,
    () => false,
  );

/** The token of this folder is not sent to any address that somebody names. */
function missingToken(): never {
  throw new Fault('UNAUTHENTICATED', {
    public: 'An address needs a token. Give it with --token or CADASTRE_TOKEN, or sign in: cadastre login',
  });
}
