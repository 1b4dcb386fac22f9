import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A server that speaks just enough of PostgreSQL's protocol to refuse, as a real one would with this SQLSTATE. */
export interface RefusingServer {
  readonly port: number;
  close(): Promise<void>;
}

export function refusingServer(sqlstate: string, message: string): Promise<RefusingServer> {
  return listening((chunk, first) => {
    if (isSslRequest(chunk)) return Buffer.from('N');
    if (first && sqlstate === '28P01') return CLEARTEXT_PASSWORD;
    return errorResponse(sqlstate, message);
  });
}

/** Takes connections and never says a word. */
export const silentServer = (): Promise<RefusingServer> => listening(() => null);

const CLEARTEXT_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

const isSslRequest = (chunk: Buffer): boolean => chunk.length === 8 && chunk.readInt32BE(4) === 80_877_103;

function errorResponse(sqlstate: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlstate}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

async function listening(answer: (chunk: Buffer, first: boolean) => Buffer | null): Promise<RefusingServer> {
  const server = createServer((socket) => {
    let first = true;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const reply = answer(chunk, first);
      first = false;
      if (reply === null) return;
      if (reply[0] === 0x45) socket.end(reply);
      else socket.write(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
    },
  };
}
