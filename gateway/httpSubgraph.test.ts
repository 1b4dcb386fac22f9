import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parse } from 'graphql';
import { afterEach, expect, test } from 'vitest';
import { Fault } from '../kernel/fault.ts';
import { type HttpOptions, httpSubgraph } from './httpSubgraph.ts';
import type { SubgraphRequest } from './subgraph.ts';

type Headers = Record<string, string>;
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function subgraphAnswering(answer: Answer, options: Partial<HttpOptions<Headers>> = {}) {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const subgraph = httpSubgraph<Headers>({
    url: `http://127.0.0.1:${port}/graphql`,
    headersOf: (headers) => headers,
    ...options,
  });
  closing.push(
    () => subgraph.close(),
    () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  );
  return subgraph;
}

const request = (context: Headers = {}, signal = new AbortController().signal): SubgraphRequest<Headers> => ({
  operation: { kind: 'query', source: '{ a }', document: parse('{ a }') },
  variables: { v: 1 },
  context,
  extensions: {},
  signal,
});

const json =
  (body: unknown, status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status).end(JSON.stringify(body));

async function faultOf(answer: Answer, options: Partial<HttpOptions<Headers>> = {}): Promise<Fault> {
  const subgraph = await subgraphAnswering(answer, options);
  const error: unknown = await Promise.resolve(subgraph.execute(request())).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Fault)) throw new Error(`no fault but ${String(error)}`);
  expect(error.message).toBe('A subgraph did not answer.');
  return error;
}

test('an answer comes back as it was sent', async () => {
  const answer = {
    data: { a: 1 },
    errors: [{ message: 'x', path: ['a', 0], extensions: { code: 'C' } }],
    extensions: { readToken: '7' },
  };
  const subgraph = await subgraphAnswering(json(answer));
  expect(await subgraph.execute(request())).toEqual(answer);
});

test('errors that come with a 4xx status are answers', async () => {
  const subgraph = await subgraphAnswering(
    json({ errors: [{ message: 'sign in', extensions: { code: 'UNAUTHENTICATED' } }] }, 401),
  );
  expect(await subgraph.execute(request())).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test.each<[string, Answer]>([
  ['a 5xx status', json({ data: { a: 1 } }, 503)],
  ['text that is not JSON', (_, response) => void response.end('<html>secret stack</html>')],
  ['JSON that is no GraphQL answer', json({ hello: 'secret' })],
  ['data that is no object', json({ data: [1] })],
  ['a list', json([{ data: {} }])],
  ['errors without a message', json({ data: {}, errors: [{ secret: 1 }] })],
  ['a broken connection', (incoming) => void incoming.socket.destroy()],
])('%s is SUBGRAPH_UNAVAILABLE and shows nothing of what was sent', async (_, answer) => {
  expect((await faultOf(answer)).code).toBe('SUBGRAPH_UNAVAILABLE');
});

test('an answer over the cap is refused, whether or not its length is announced', async () => {
  const huge: Answer = (_, response) => void response.end(JSON.stringify({ data: { a: 'x'.repeat(5000) } }));
  expect((await faultOf(huge, { bodyBytesMax: 1000 })).internal).toMatch(/over 1000 bytes/);
});

test('a subgraph that never answers is given up after the timeout', async () => {
  expect((await faultOf(() => undefined, { timeoutMs: 100 })).code).toBe('SUBGRAPH_UNAVAILABLE');
});

test('only headers of the list are sent on', async () => {
  let seen: IncomingMessage['headers'] = {};
  const subgraph = await subgraphAnswering((incoming, response) => {
    seen = incoming.headers;
    json({ data: {} })(incoming, response);
  });
  await subgraph.execute(
    request({ authorization: 'Bearer x', cookie: 'secret=1', 'cadastre-as-of': '2026-01-01T00:00:00Z', 'x-other': '1' }),
  );
  expect(seen).toMatchObject({ authorization: 'Bearer x', 'cadastre-as-of': '2026-01-01T00:00:00Z' });
  expect(seen).not.toHaveProperty('cookie');
  expect(seen).not.toHaveProperty('x-other');
});

test('an abort ends the request at the subgraph, too', async () => {
  const controller = new AbortController();
  let closed: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  const subgraph = await subgraphAnswering((incoming) => {
    incoming.socket.on('close', closed);
    controller.abort();
  });
  await expect(subgraph.execute(request({}, controller.signal))).rejects.toThrow('A subgraph did not answer.');
  await gone;
});
