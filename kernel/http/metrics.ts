import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** More names than any console of ours has; a client cannot fill the memory with names of its own. */
const OPERATION_NAMES_MAX = 200;

/** What `/metrics` tells. Each server has its own, so that two in one process do not add up. */
export class Metrics {
  readonly registry = new Registry();
  readonly #operations = new Set<string>();
  readonly #requests = new Counter({
    name: 'cadastre_http_requests_total',
    help: 'HTTP requests that were answered.',
    labelNames: ['route', 'status'],
    registers: [this.registry],
  });
  readonly #durations = new Histogram({
    name: 'cadastre_graphql_duration_seconds',
    help: 'Time from the arrival of a GraphQL operation to its answer.',
    labelNames: ['operation', 'outcome'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  requested(route: string, status: number): void {
    this.#requests.inc({ route, status });
  }

  /** @param outcome `ok`, or the code of the first error */
  executed(operation: string | null, outcome: string, durationMs: number): void {
    this.#durations.observe({ operation: this.#labelOf(operation), outcome }, durationMs / 1000);
  }

  #labelOf(operation: string | null): string {
    if (operation === null) return 'unnamed';
    if (this.#operations.size < OPERATION_NAMES_MAX) this.#operations.add(operation);
    return this.#operations.has(operation) ? operation : 'other';
  }
}
