import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/** Where an export goes. A file has its name only when it is whole. */
export interface Sink {
  write(bytes: string | Uint8Array): Promise<void>;
  end(): Promise<void>;
  abandon(): Promise<void>;
}

export const unfinishedName = (path: string): string => `${path}.part`;

export const sinkOf = (path: string | undefined): Sink => (path === undefined ? toOutput() : toFile(path));

function toOutput(): Sink {
  const nothing = (): Promise<void> => Promise.resolve();
  return { write: (bytes) => push(process.stdout, bytes), end: nothing, abandon: nothing };
}

function toFile(path: string): Sink {
  const unfinished = unfinishedName(path);
  const stream = createWriteStream(unfinished);
  const failed = once(stream, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  const orFail = (work: Promise<unknown>): Promise<void> => Promise.race([work, failed]).then(() => undefined);
  return {
    write: (bytes) => orFail(push(stream, bytes)),
    end: async () => {
      await orFail(new Promise<void>((resolve) => stream.end(resolve)));
      await rename(unfinished, path);
    },
    abandon: async () => {
      stream.destroy();
      await rm(unfinished, { force: true });
    },
  };
}

async function push(stream: Writable, bytes: string | Uint8Array): Promise<void> {
  if (!stream.write(bytes)) await once(stream, 'drain');
}
