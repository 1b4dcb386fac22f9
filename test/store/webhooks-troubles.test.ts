import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Receiver } from 'standardwebhooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseRange, type Range } from '../../kernel/http/outbound/address.ts';
import { describeOnOneEngine } from './engines.ts';
import { type Payload } from './governing.ts';
import { CREATE, receiver, receiving } from './receiving.ts';

describeOnOneEngine('webhooks in troubles', (open, engine) => {
  const world = receiving(open);
  const { change, happen, deliver, deliveries, until } = world;

  test('a receiver that never answers holds up nobody but itself', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    onTestFinished(() => void silent.close());
    const hole = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    await change(CREATE, { name: 'Black hole', url: hole, topics: ['governance.team.*'] });
    for (let i = 0; i < 40; i++) await happen(`Team ${i}`);
    const { url, heard } = await receiver(() => 200);
    await change(CREATE, { name: 'Listening', url, topics: ['governance.team.*'] });
    deliver();
    for (const count of [1, 2, 3]) {
      await happen(`Later ${count}`);
      // Each attempt of the other one takes fifteen seconds.
      await until(() => heard.length === count, 5_000);
    }
    silent.closeAllConnections();
  });

  test('what cannot be sent costs itself an attempt, and the messages of others nothing', async () => {
    const { url, heard } = await receiver(() => 200);
    const { webhook: broken } = await change(CREATE, { name: 'Broken', url, topics: ['governance.team.*'] });
    const { secret } = await change(CREATE, { name: 'Sound', url, topics: ['governance.team.*'] });
    await world.db.query('update kernel.webhook set secret = $2 where id = $1', [broken.id, 'sealed by another key']);
    await happen();
    deliver();
    await until(() => heard.length === 1, 5_000);
    const [message] = heard;
    expect(() => new Receiver(secret).verify(message?.body ?? '', message?.headers as Record<string, string>)).not.toThrow();
    await until(async () => (await deliveries(broken.id))[0]?.attempts.length === 1);
    expect((await deliveries(broken.id))[0]).toMatchObject({
      state: 'WAITING',
      attempts: [{ number: 1, status: null, problem: expect.stringContaining('by no fault of the receiver') }],
    });
  });

  test('a message that is sent again later by somebody else is refused by its receiver', async () => {
    const { url, heard } = await receiver(() => 200);
    const { secret } = await change(CREATE, { name: 'Careful', url, topics: ['governance.team.*'] });
    await happen();
    deliver();
    await until(() => heard.length === 1);
    const { body, headers } = heard[0] ?? { body: '', headers: {} };
    const receive = (changes: object = {}): unknown =>
      new Receiver(secret).verify(body, { ...(headers as Record<string, string>), ...changes });
    expect(receive).not.toThrow();
    const SECONDS = 6 * 60;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + SECONDS * 1_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(receive).toThrow(/too old/);
    // The time is signed, too.
    expect(() => receive({ 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)) })).toThrow(/signature/);
    vi.useRealTimers();
  });

  test('a name leads nowhere inside, whatever it resolves to', async () => {
    const addresses: Readonly<Record<string, readonly string[]>> = {
      '127.0.0.1.nip.io': ['127.0.0.1'],
      'six.example': ['fd00::1'],
      'loop.example': ['::1'],
      'mixed.example': ['93.184.215.14', 'fe80::1'],
      'turned.example': ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '10.0.0.1'],
    };
    const asked: string[] = [];
    const outbound = {
      allowed: [],
      resolve: (host: string) => {
        asked.push(host);
        const found = addresses[host] ?? [];
        return Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
      },
    };
    const ids = new Map<string, string>();
    for (const host of Object.keys(addresses)) {
      const { webhook } = await change(CREATE, { name: host, url: `http://${host}/`, topics: ['governance.team.*'] });
      ids.set(host, webhook.id);
    }
    await happen();
    deliver(outbound);
    for (const [host, id] of ids) {
      await until(async () => (await deliveries(id))[0]?.attempts.length === 1);
      const [{ attempts }] = await deliveries(id);
      expect(attempts, host).toEqual([
        { number: 1, status: null, problem: expect.stringContaining(`${host} is not a public address`) },
      ]);
    }
    expect(asked.toSorted()).toEqual(Object.keys(addresses).toSorted());
  });

  test('a name that has only an address of IPv6 is reached by it', async ({ skip }) => {
    const heard: string[] = [];
    const server = createServer((request, response) => {
      heard.push(request.headers.host ?? '');
      response.end();
    });
    const isListening = await new Promise<boolean>((done) => {
      server.once('error', () => done(false)).listen(0, '::1', () => done(true));
    });
    skip(!isListening, 'this machine has no IPv6');
    onTestFinished(() => void server.close());
    const host = `six.example:${(server.address() as AddressInfo).port}`;
    const { webhook } = await change(CREATE, { name: 'Six', url: `http://${host}/`, topics: ['governance.team.*'] });
    await happen();
    const resolve = () => Promise.resolve([{ address: '::1', family: 6 }]);
    const outbound = { allowed: [parseRange('::1/128') as Range], resolve };
    deliver(outbound);
    await until(async () => (await deliveries(webhook.id))[0]?.state === 'DELIVERED');
    expect(heard).toEqual([host]);
  });

  test('a message whose transaction ends late is not passed over by later ones', async () => {
    const { url, heard } = await receiver(() => 200);
    await change(CREATE, { name: 'Patient', url, topics: ['governance.team.*'] });
    deliver();
    if (world.db.engine === 'postgres') {
      let finish: () => void = () => undefined;
      const late = world.db.transaction(async (tx) => {
        await tx.query(
          `insert into kernel.outbox (topic, aggregate_id, aggregate_version, event_id, payload, recorded_at)
           select 'governance.team.created.v1', aggregate_id, 9, id, 'null', recorded_at from kernel.audit_event order by seq limit 1`,
        );
        await new Promise<void>((resolve) => (finish = resolve));
      });
      for (const name of ['One', 'Two', 'Three']) await happen(name);
      // Looked through several times while the first one is still open.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      finish();
      await late;
      await until(() => heard.length >= 4);
      expect(heard).toHaveLength(4);
    } else {
      await happen('One');
      await until(() => heard.length === 1);
    }
  });

  test('a mark of an earlier version is moved on from', async () => {
    const { url, heard } = await receiver(() => 200);
    await change(CREATE, { name: 'Updated', url, topics: ['governance.team.*'] });
    const mark = async () =>
      JSON.parse(
        (await world.db.query<{ value: string }>(`select value from kernel.setting where name = 'webhooks.seq'`))[0]?.value ?? '',
      );
    await world.db.query(
      `insert into kernel.setting (name, value) values ('webhooks.seq', $1) on conflict (name) do update set value = $1`,
      [JSON.stringify({ floor: '0', ahead: { seq: '1', xid: '1' } })],
    );
    deliver();
    await happen();
    await until(() => heard.length === 1);
    await until(async () => Number((await mark()).floor) >= 1);
    // And on, once whoever wrote meanwhile has ended.
    await happen('Later');
    await until(async () => Number((await mark()).floor) > 1);
  });

  /** How often a second is asked for what is due, from the time on that it was asked so often. */
  const asking = async (often: number): Promise<number> => {
    const asked = vi.spyOn(world.db, 'query');
    const times = (): number => asked.mock.calls.filter(([, , name]) => name === 'webhook_due').length;
    deliver();
    await until(() => times() >= often);
    const [before, began] = [times(), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return ((times() - before) / (performance.now() - began)) * 1_000;
  };

  test.runIf(engine === 'postgres')('as long as an older transaction is open, nobody asks without pause', async () => {
    await change(CREATE, { name: 'Far behind', url: 'https://hooks.example/', topics: ['catalog.asset.*'] });
    const [event] = await world.db.query<Payload>('select id, aggregate_id from kernel.audit_event order by seq limit 1');
    let finish: () => void = () => undefined;
    let begun: () => void = () => undefined;
    const isOpen = new Promise<void>((resolve) => (begun = resolve));
    const older = world.db.transaction(async (tx) => {
      await tx.query('select pg_current_xact_id()');
      begun();
      await new Promise<void>((resolve) => (finish = resolve));
    });
    await isOpen;
    await world.db.query(
      `insert into kernel.outbox (topic, aggregate_id, aggregate_version, event_id, payload, recorded_at)
       select 'governance.team.created.v1', $1, 9 + n, $2, 'null', now() from generate_series(1, 20100) n`,
      [event.aggregate_id, event.id],
    );
    const rate = await asking(3);
    finish();
    await older;
    expect(rate).toBeLessThan(5);
  });

  test('where nothing waits, nobody asks without pause', async () => {
    expect(await asking(1)).toBeLessThan(5);
  });
});
