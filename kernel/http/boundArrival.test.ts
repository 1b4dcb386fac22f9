import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boundArrival } from './boundArrival.ts';

const ARRIVAL_MS = 300;
let listener: FastifyInstance;
let port: number;

beforeAll(async () => {
  listener = fastify();
  boundArrival(listener, ARRIVAL_MS);
  listener.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  listener.post('/quick', async ({ body }) => `${String(body).length} bytes`);
  listener.post('/slow', { config: { isSlow: true } }, async ({ body }) => `${String(body).length} bytes`);
  await listener.listen({ host: '127.0.0.1', port: 0 });
  const address = listener.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => listener.close());

/** Sends a body of ten bytes, one every `pauseMs`, and answers what came back until the server closed or answered. */
async function drip(path: string, pauseMs: number): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  let answer = '';
  let isOver = false;
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.on('error', () => undefined);
  socket.on('close', () => (isOver = true));
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\n`);
  for (let sent = 0; sent < 10 && !isOver; sent++) {
    await sleep(pauseMs);
    if (!isOver) socket.write('x');
  }
  for (let waited = 0; waited < 50 && answer === ''; waited++) await sleep(20);
  socket.destroy();
  return answer;
}

test('a request that takes too long to arrive is cut off', async () => {
  expect(await drip('/quick', 60)).toMatch(/^HTTP\/1\.1 408/);
});

test('a large body may take longer, while it keeps coming', async () => {
  expect(await drip('/slow', 60)).toMatch(/10 bytes$/);
});

test('a large body that stops coming is cut off', async () => {
  expect(await drip('/slow', ARRIVAL_MS * 2)).toMatch(/^HTTP\/1\.1 408/);
});

test('a request that came in time may be answered later, and so may the next one on its connection', async () => {
  listener.server.requestTimeout = 0;
  for (let round = 0; round < 2; round++) {
    const response = await fetch(`http://127.0.0.1:${port}/slow`, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'a/b' },
    });
    expect(await response.text()).toBe('1 bytes');
    await sleep(ARRIVAL_MS * 1.5);
  }
});
