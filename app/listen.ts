import type { FastifyInstance } from 'fastify';
import { Fault } from '../kernel/fault.ts';

const DRAIN_MS = 10_000;
const SWEEP_MS = 50;

/** Starts to listen; answers the address for clients. @throws Fault ALREADY_RUNNING or CONFIGURATION */
export async function listen(
  listener: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    await listener.listen({ host, port });
  } catch (cause) {
    throw listenFault(cause, host, port);
  }
  const address = listener.server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${reachable(host)}:${taken}`;
}

/** Takes no more connections and lets requests finish, but not for ever. */
export async function closeListener(listener: FastifyInstance): Promise<void> {
  const impatience = setTimeout(() => listener.server.closeAllConnections(), DRAIN_MS);
  // A connection whose request has just finished would stay open for the next one, and hold up the end.
  const sweeping = setInterval(() => listener.server.closeIdleConnections(), SWEEP_MS);
  try {
    await listener.close();
  } finally {
    clearTimeout(impatience);
    clearInterval(sweeping);
  }
}

/** "All addresses" is no address to send anybody to. */
const reachable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;

function listenFault(cause: unknown, host: string, port: number): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Fault('ALREADY_RUNNING', {
      public: `Port ${port} on ${host} is taken by another program. Stop that one, or choose another port. Example: PORT=${port + 1}`,
      cause,
    });
  }
  if (code === 'EACCES') {
    return new Fault('CONFIGURATION', {
      public: `PORT=${port} may not be used by this user. Choose one above 1023. Example: PORT=4000`,
      cause,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Fault('CONFIGURATION', { public: `HOST=${host} is no address of this machine. Example: HOST=127.0.0.1`, cause });
  }
  return cause;
}
