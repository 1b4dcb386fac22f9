import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

export interface Readiness {
  readonly ready: boolean;
  /** The phase in a word, for people. */
  readonly phase: string;
}

/** `/healthz`: the process lives. `/readyz`: it takes requests. `/metrics`: what it did, for Prometheus. */
export function probeRoutes(listener: FastifyInstance, metrics: Metrics, readiness: () => Promise<Readiness>): void {
  listener.get('/healthz', async () => ({ status: 'ok' }));
  listener.get('/readyz', async (_request, reply) => {
    const { ready, phase } = await readiness();
    return reply.code(ready ? 200 : 503).send({ ready, phase });
  });
  listener.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
