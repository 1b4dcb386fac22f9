import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { ensurePrivateFolder, readPrivate } from '../app/home.ts';

const session = z.object({ token: z.string(), expiresAt: z.string() });
const content = z.record(z.string(), session);

type Sessions = z.infer<typeof content>;
export type KeptSession = z.infer<typeof session>;

/** The session of a server; undefined when there is none that goes on. It is sent to the server that gave it and to no other. */
export async function keptSession(url: string, environment: NodeJS.ProcessEnv): Promise<KeptSession | undefined> {
  const kept = (await readAll(environment))[originOf(url)];
  return kept !== undefined && Date.parse(kept.expiresAt) > Date.now() ? kept : undefined;
}

/** Keeps the session of a server, or forgets it. Those that are over go, too. */
export async function keepSession(url: string, kept: KeptSession | undefined, environment: NodeJS.ProcessEnv): Promise<void> {
  const others = Object.entries(await readAll(environment)).filter(
    ([origin, { expiresAt }]) => origin !== originOf(url) && Date.parse(expiresAt) > Date.now(),
  );
  const sessions: Sessions = { ...Object.fromEntries(others), ...(kept !== undefined && { [originOf(url)]: kept }) };
  const file = fileOf(environment);
  await ensurePrivateFolder(path.dirname(file));
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(sessions)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

async function readAll(environment: NodeJS.ProcessEnv): Promise<Sessions> {
  const text = await readPrivate(fileOf(environment));
  try {
    return content.parse(JSON.parse(text ?? '{}'));
  } catch {
    // What cannot be read is no session: signing in again writes it anew.
    return {};
  }
}

const fileOf = (environment: NodeJS.ProcessEnv): string =>
  path.join(environment['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config'), 'cadastre', 'sessions.json');

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);
