import type { Logger } from '../kernel/log.ts';
import { Lifecycle } from './lifecycle.ts';
import { Releases } from './releases.ts';

/** Something that listens until it is stopped. */
export interface Service {
  readonly url: string;
  readonly lifecycle: Lifecycle;
  /** Lets requests finish, stops workers, gives back what was taken. May be called more than once. */
  stop(): Promise<void>;
}

/** What a service is started with. */
export interface Starting {
  readonly log: Logger;
  readonly releases: Releases;
  readonly lifecycle: Lifecycle;
}

/** Starts a service; a start that fails on the way gives back all that was taken before. */
export async function startService<T extends { readonly url: string }>(
  log: Logger,
  start: (starting: Starting) => Promise<T>,
): Promise<T & Service> {
  const releases = new Releases(log);
  const lifecycle = new Lifecycle();
  const stop = (): Promise<void> => lifecycle.stop(() => releases.releaseAll());
  try {
    const started = await start({ log, releases, lifecycle });
    lifecycle.ready();
    return { ...started, lifecycle, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
