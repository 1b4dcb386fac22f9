import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Stands between a connector and its server and counts the statements that pass. */
export interface CountingProxy {
  readonly port: number;
  statements(): number;
  close(): Promise<void>;
}

/** How one wire protocol frames what a client sends. Returns null while the head of a message is incomplete. */
export interface Wire {
  readonly frame: (buffer: Buffer, first: boolean) => { readonly length: number; readonly statement: boolean } | null;
}

/** Type byte and length, except for the first message. A simple query is `Q`; the extended protocol parses (`P`) each once. */
export const POSTGRES_WIRE: Wire = {
  frame: (buffer, first) => {
    if (buffer.length < 5) return null;
    if (first) return { length: buffer.readInt32BE(0), statement: false };
    return { length: buffer.readInt32BE(1) + 1, statement: buffer[0] === 0x51 || buffer[0] === 0x50 };
  },
};

/** Length, sequence number (0 for a new command), command: 3 is COM_QUERY. */
export const MYSQL_WIRE: Wire = {
  frame: (buffer) => {
    if (buffer.length < 5) return null;
    return { length: buffer.readUIntLE(0, 3) + 4, statement: buffer[3] === 0 && buffer[4] === 3 };
  },
};

export async function countingProxy(
  target: { readonly host: string; readonly port: number },
  wire: Wire,
): Promise<CountingProxy> {
  let statements = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    const watch = watcher(wire, () => (statements += 1));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        if (from === client) watch(chunk);
        to.write(chunk);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    statements: () => statements,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function watcher(wire: Wire, count: () => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let first = true;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (
      let frame = wire.frame(pending, first);
      frame !== null && pending.length >= frame.length;
      frame = wire.frame(pending, first)
    ) {
      if (frame.statement) count();
      pending = pending.subarray(frame.length);
      first = false;
    }
  };
}
