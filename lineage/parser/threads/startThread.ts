import { Worker } from 'node:worker_threads';

/** A thread that parses: the neighbour of this file, compiled or not. */
export function startThread(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./parseThread.js', import.meta.url));
  // From source a thread reads TypeScript only with a loader, which it must set up itself.
  const neighbour = new URL('./parseThread.ts', import.meta.url).href;
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  return new Worker(`import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(neighbour)}); });`, {
    eval: true,
  });
}
