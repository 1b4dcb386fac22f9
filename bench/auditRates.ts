import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { Database } from '../kernel/db/database.ts';

/** What a way of writing did, and the CPU that one write took. */
export interface Rate {
  readonly perSecond: number;
  readonly nodeMs: number;
  /** Of the server's processes for this database; NaN where the server is not on this Linux machine. */
  readonly serverMs: number;
}

/** One write after another from so many writers at once, for a while. */
export async function rateOf(
  db: Database,
  writers: number,
  forMs: number,
  write: (writer: number, n: number) => Promise<unknown>,
): Promise<Rate> {
  const [server, node] = [await serverCpuMs(db), process.cpuUsage()];
  const began = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let n = 0; performance.now() < began + forMs; n++) {
        await write(writer, n);
        done++;
      }
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(node);
  return {
    perSecond: done / seconds,
    nodeMs: (user + system) / 1_000 / done,
    serverMs: since(server, await serverCpuMs(db)) / done,
  };
}

export const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;

/** CPU that each process of the server for this database has taken so far. */
async function serverCpuMs(db: Database): Promise<ReadonlyMap<number, number>> {
  const rows = await db.query<{ pid: number }>('select pid from pg_stat_activity where datname = current_database()');
  const taken = await Promise.all(rows.map(async ({ pid }) => [pid, await cpuMsOf(pid)] as const));
  return new Map(taken);
}

async function cpuMsOf(pid: number): Promise<number> {
  const [name, stat] = await Promise.all(
    ['comm', 'schedstat'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
  );
  // A server elsewhere has processes of its own under these numbers.
  return name?.trim() === 'postgres' ? Number(stat?.split(' ')[0]) / 1e6 : NaN;
}

function since(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const [pid, ms] of after) sum += ms - (before.get(pid) ?? 0);
  return sum;
}
