import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { mayBeAsked, parseRange, type Range } from './address.ts';
import { addressProblem, insideProblem, postOut } from './post.ts';

const LOOPBACK = [parseRange('127.0.0.0/8') as Range];

async function listening(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const message = { headers: { 'content-type': 'application/json' }, body: '{}', deadlineMs: 2_000 };

test.each([
  '127.0.0.1',
  '127.1.2.3',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '::1',
  '::',
  'fe80::1',
  'fc00::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  '2001:db8::1',
  'nonsense',
  '',
])('%s may not be asked', (address) => expect(mayBeAsked(address, [])).toBe(false));

test.each(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::ffff:93.184.215.14', '64:ff9b::5db8:d70e'])(
  '%s is public',
  (address) => expect(mayBeAsked(address, [])).toBe(true),
);

test('a range that is allowed may be asked, in every spelling, and no other', () => {
  const allowed = [parseRange('10.1.0.0/16') as Range, parseRange('fd00::/8') as Range];
  expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1'].map((address) => mayBeAsked(address, allowed))).toEqual([true, true, true]);
  expect(['10.2.0.1', 'fe80::1', '127.0.0.1'].map((address) => mayBeAsked(address, allowed))).toEqual([false, false, false]);
  expect(parseRange('10.1.0.0')).toBeNull();
});

test.each(['127.1', '0x7f000001', '2130706433', '017700000001', '0', '①②⑦.0.0.1', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]'])(
  'http://%s/ leads nowhere',
  async (host) => {
    await expect(postOut({ allowed: [] }, `http://${host}/`, message)).rejects.toMatchObject({ code: 'ADDRESS' });
  },
);

test('a name is refused when any of its addresses is private', async () => {
  const resolve = () =>
    Promise.resolve([
      { address: '93.184.215.14', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ]);
  for (const host of ['localhost.', '169.254.169.254.nip.example', 'hooks.example'])
    await expect(postOut({ allowed: [], resolve }, `http://${host}/`, message)).rejects.toMatchObject({ code: 'ADDRESS' });
});

test('the connection goes to the address that was checked, whatever the name means a moment later', async () => {
  const hosts: (string | undefined)[] = [];
  const url = await listening((request, response) => {
    hosts.push(request.headers.host);
    response.end('thanks');
  });
  const { port } = new URL(url);
  let asked = 0;
  // The second answer would be another server: it is never asked for.
  const resolve = () => Promise.resolve([{ address: asked++ === 0 ? '127.0.0.1' : '203.0.113.1', family: 4 }]);
  const reply = await postOut({ allowed: LOOPBACK, resolve }, `http://rebinding.example:${port}/`, message);
  expect([reply, hosts, asked]).toEqual([{ status: 200, excerpt: 'thanks' }, [`rebinding.example:${port}`], 1]);
});

test('a redirect is an answer, not a way', async () => {
  let followed = 0;
  const secret = await listening((_, response) => response.end(String(++followed)));
  const url = await listening((_, response) => response.writeHead(307, { location: secret }).end());
  expect((await postOut({ allowed: LOOPBACK }, url, message)).status).toBe(307);
  expect(followed).toBe(0);
});

test('a receiver that is slow, endless or gone costs no more than the deadline and a kilobyte', async () => {
  const slow = await listening(() => undefined);
  await expect(postOut({ allowed: LOOPBACK }, slow, { ...message, deadlineMs: 200 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  const dripping = await listening((_, response) => {
    const timer = setInterval(() => response.write('a'), 20);
    response.on('close', () => clearInterval(timer));
  });
  await expect(postOut({ allowed: LOOPBACK }, dripping, { ...message, deadlineMs: 300 })).rejects.toMatchObject({
    code: 'TIMEOUT',
  });
  const endless = await listening((_, response) => {
    const more = (): void => void (response.write('b'.repeat(65_536)) ? setImmediate(more) : response.once('drain', more));
    more();
  });
  expect((await postOut({ allowed: LOOPBACK }, endless, message)).excerpt).toBe('b'.repeat(1_024));
  await expect(postOut({ allowed: LOOPBACK }, 'http://127.0.0.1:1/', message)).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

test('on public addresses only ports of the web are asked', async () => {
  const resolve = () => Promise.resolve([{ address: '93.184.215.14', family: 4 }]);
  await expect(postOut({ allowed: [], resolve }, 'https://hooks.example:22/', message)).rejects.toMatchObject({
    code: 'ADDRESS',
  });
});

test.each([
  ['hooks.example', 'is no address'],
  ['ftp://hooks.example/', 'must begin with'],
  ['file:///etc/passwd', 'must begin with'],
  ['https://user:secret@hooks.example/', 'user name'],
  ['https://hooks.example/#a', 'after #'],
  ['https://hooks.example/\r\nX-Evil: 1', 'line breaks'],
  [`https://hooks.example/${'a'.repeat(2_000)}`, '2,000'],
  ['http://127.0.0.1/', 'not a public address'],
  ['http://0x7f000001/', 'not a public address'],
  ['http://2130706433/', 'not a public address'],
  ['http://0177.1/', 'not a public address'],
  ['http://[::ffff:10.0.0.1]/', 'not a public address'],
  ['http://[fe80::1]/', 'not a public address'],
  ['http://[64:ff9b::a9fe:a9fe]/', 'not a public address'],
  ['http://169.254.169.254/latest/', 'not a public address'],
  ['http://LOCALHOST.:8080/', 'not a public address'],
  ['http://a.localhost/', 'not a public address'],
])('%s is refused', (url, why) => expect(addressProblem(url) ?? insideProblem(url, [])).toContain(why));

test('what an operator allowed, what is public and what is a name can be one', () => {
  const allowed = [parseRange('127.0.0.0/8') as Range];
  for (const url of ['http://127.0.0.1:9999/', 'http://localhost/', 'https://93.184.215.14/', 'https://localhost.example/'])
    expect(addressProblem(url) ?? insideProblem(url, allowed)).toBeNull();
  expect(insideProblem('http://localhost/', [parseRange('::1/128') as Range])).toBeNull();
});
