import { readFileSync } from 'node:fs';
import { cpuUsage } from 'node:process';
import type { Database } from '../kernel/db/database.ts';

/** CPU time: of this process, and of the server's processes for this database where they run on this machine. */
export interface Cost {
  readonly here: number;
  readonly server: number;
  readonly wall: number;
}

const NOTHING: Cost = { here: 0, server: 0, wall: 0 };

/** Measures CPU milliseconds rather than time passed, because machines are shared. */
export class Meter {
  readonly #db: Database;
  #seesServer = false;

  constructor(db: Database) {
    this.#db = db;
  }

  /** False when what the server spends cannot be read here. */
  get seesServer(): boolean {
    return this.#seesServer;
  }

  async measure<T>(work: () => Promise<T>): Promise<{ readonly cost: Cost; readonly result: T }> {
    const before = new Map((await this.#backends()).map((pid) => [pid, onCpuMs(pid)]));
    const [cpu, started] = [cpuUsage(), performance.now()];
    const result = await work();
    const { user, system } = cpuUsage(cpu);
    const wall = performance.now() - started;
    const known = [...before].map(([pid, ms]) => [pid, onCpuMs(pid) - ms] as const);
    // Connections come and go; what a new one did was done for this.
    const made = (await this.#backends()).filter((pid) => !before.has(pid)).map(onCpuMs);
    const server = [...known.map(([, ms]) => Math.max(0, ms)), ...made].reduce((a, b) => a + b, 0);
    this.#seesServer ||= server > 0;
    return { result, cost: { here: (user + system) / 1_000, server, wall } };
  }

  /** The cheapest of several times. */
  async best<T>(times: number, work: () => Promise<T>): Promise<{ readonly cost: Cost; readonly result: T }> {
    let best = await this.measure(work);
    for (let i = 1; i < times; i++) {
      const next = await this.measure(work);
      if (total(next.cost) < total(best.cost)) best = next;
    }
    return best;
  }

  async #backends(): Promise<readonly number[]> {
    if (this.#db.engine === 'pglite') return [];
    const rows = await this.#db.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database()',
      [],
      'bench_backends',
    );
    return rows.map(({ pid }) => pid);
  }
}

export const total = ({ here, server }: Cost): number => here + server;

export const sum = (costs: readonly Cost[]): Cost =>
  costs.reduce((a, b) => ({ here: a.here + b.here, server: a.server + b.server, wall: a.wall + b.wall }), NOTHING);

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Linux counts what a process spent on a CPU in nanoseconds. */
function onCpuMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}
