import { rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { homePaths, readPrivate } from './home.ts';

const serverFile = z.object({ url: z.url(), pid: z.int().positive() });

/** Where the server of a home folder listens: how the command line finds it. */
export type ServerFile = z.infer<typeof serverFile>;

export async function writeServerFile(home: string, content: ServerFile): Promise<void> {
  const file = homePaths(home).server;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

/** Removes the file, unless another server has written it since. */
export async function removeServerFile(home: string): Promise<void> {
  const content = await readContent(home);
  if (content?.pid === process.pid) await rm(homePaths(home).server, { force: true });
}

/** The server that runs on this home folder. What a server left behind that was killed is ignored. */
export async function readServerFile(home: string): Promise<ServerFile | undefined> {
  const content = await readContent(home);
  return content !== undefined && isAlive(content.pid) ? content : undefined;
}

async function readContent(home: string): Promise<ServerFile | undefined> {
  const text = await readPrivate(homePaths(home).server);
  if (text === undefined) return undefined;
  try {
    return serverFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process is somebody else's, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
