import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { internalRequest } from '../kernel/identity/internal.ts';
import type { Principal } from '../kernel/identity/principal.ts';
import { type Instant } from '../kernel/time.ts';
import { type Carried, carrying, RemoteGraph } from './remoteGraph.ts';

let server: Server;
let graph: RemoteGraph;
let asked: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = [];
let answer: { status: number; body: string | null } = { status: 200, body: '' };

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      asked.push({ headers: request.headers, body });
      // Null is a server that never answers.
      if (answer.body !== null) response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  graph = new RemoteGraph(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, 'own-token');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: JSON.stringify({ data: { asset: { id: 'a' } } }) };
});

const ada = { ...internalRequest('test').principal, id: 'usr_ada' } as Principal;
const caller = (more: Partial<Carried> = {}): Carried => ({
  ...internalRequest('test'),
  principal: ada,
  bearer: 'token-of-ada',
  ...more,
});

test('the gateway is asked as the caller, for the moment and after the write that they mean', async () => {
  const request = caller({ asOf: '2026-03-01T00:00:00.000000Z' as Instant, readToken: 42n });
  expect(await graph.ask(request, '{ asset { id } }', { id: 'a' })).toEqual({ asset: { id: 'a' } });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.headers).toMatchObject({
    authorization: 'Bearer token-of-ada',
    'cadastre-as-of': '2026-03-01T00:00:00.000000Z',
    'cadastre-read-token': '42',
    traceparent: expect.stringContaining(request.trace.traceId),
  });
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ query: '{ asset { id } }', variables: { id: 'a' } });
});

test('what this program does unasked goes under its own token, and nobody else ever does', async () => {
  await graph.ask(internalRequest('test'), '{ a }', {});
  expect(asked[0]?.headers.authorization).toBe('Bearer own-token');
  const { bearer: _, ...without } = caller();
  await expect(graph.ask(without, '{ a }', {})).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  expect(asked).toHaveLength(1);
});

test('the token stays beside the request through copies of it', async () => {
  const contextOf = carrying(() => Promise.resolve(internalRequest('test')));
  const context = await contextOf({ ...internalRequest('test'), token: 'token-of-eve' });
  expect({ ...context, asOf: null }).toMatchObject({ bearer: 'token-of-eve' });
});

test.each([
  ['fails', 502, ''],
  ['does not know the token', 401, '{"errors":[{"message":"no"}]}'],
  ['answers something else', 200, '<html>'],
  ['leads elsewhere', 302, ''],
])('a gateway that %s is unavailable, and the text names no address', async (_, status, body) => {
  answer = { status, body };
  const fault = await graph.ask(caller(), '{ a }', {}).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  expect((fault as Error).message).not.toMatch(/127\.0\.0\.1|token/);
});

test('an operation that the graph does not take is bad input, and one that is over is not waited for', async () => {
  answer = { status: 400, body: JSON.stringify({ errors: [{ message: 'Cannot query field "x".' }] }) };
  await expect(graph.ask(caller(), '{ x }', {})).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'Cannot query field "x".',
  });
  answer = { status: 200, body: null };
  const fault = await graph.ask(caller({ signal: AbortSignal.timeout(50) }), '{ a }', {}).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
});
