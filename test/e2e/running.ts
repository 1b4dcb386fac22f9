import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { inject, onTestFinished } from 'vitest';
import type { Cadastre, StartOptions } from '../../app/cadastre.ts';
import { startCadastre } from '../../app/cadastre.ts';
import { type Config, readConfig } from '../../kernel/config/config.ts';
import type { SettingTexts } from '../../kernel/config/settings.ts';
import type { Logger } from '../../kernel/log.ts';
import { withEmptyCatalog } from './standIns.ts';

/** A folder of its own, gone after the test or, when `keep` is given, when that is called. */
export async function temporaryHome(atEnd: AtEnd = onTestFinished): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'cadastre-'));
  atEnd(() => rm(home, { recursive: true, force: true }));
  return home;
}

type AtEnd = (remove: () => Promise<void>) => void;

/** A home whose database exists already: making one takes seconds, copying one does not. */
export const begunHome = (atEnd: AtEnd = onTestFinished): Promise<string> =>
  copyOf('begun', async (home) => (await startEmpty(home)).stop(), atEnd);

/** A home with the year of the sample company. */
export const sampleHome = (atEnd: AtEnd = onTestFinished): Promise<string> =>
  copyOf(
    'sample',
    async (home) => (await startCadastre(testConfig(home, { CADASTRE_SAMPLE: 'true' }), { log: silentLog })).stop(),
    atEnd,
  );

/** The first file that needs it makes it for all files of this run; where two do so at once, one of them was in vain. */
async function copyOf(name: string, make: (home: string) => Promise<void>, atEnd: AtEnd): Promise<string> {
  const made = path.join(inject('folder'), name);
  if (!existsSync(made)) {
    const unfinished = `${made}-${process.pid}`;
    await make(unfinished);
    await rename(unfinished, made).catch((error: unknown) => {
      if (!existsSync(made)) throw error;
    });
  }
  const home = await temporaryHome(atEnd);
  await cp(made, home, { recursive: true });
  return home;
}

export const testConfig = (home: string, settings: SettingTexts = {}): Config =>
  readConfig(settings, { CADASTRE_HOME: home, PORT: '0', CADASTRE_SAMPLE: 'false', LOG_LEVEL: 'silent' });

/** A server with an empty catalog, in this process. */
export const startEmpty = (home: string, settings: SettingTexts = {}, options: StartOptions = {}): Promise<Cadastre> =>
  startCadastre(testConfig(home, settings), { log: silentLog, load: withEmptyCatalog, ...options });

export const silentLog: Logger = pino({ level: 'silent' });

export interface GraphqlReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look where they like
  readonly body: any;
}

export async function post(
  url: string,
  token: string,
  query: string,
  headers: Readonly<Record<string, string>> = {},
  variables: object = {},
): Promise<GraphqlReply> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

export const codesOf = ({ body }: GraphqlReply): readonly string[] =>
  (body.errors ?? []).map((error: { extensions: { code: string } }) => error.extensions.code);
