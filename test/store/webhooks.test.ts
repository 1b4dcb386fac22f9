import { randomUUID } from 'node:crypto';
import { CloudEvent } from 'cloudevents';
import { Webhook as Receiver } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { tidy } from '../../subgraphs/governance/service/tidyDaily.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer } from './governing.ts';
import { CREATE, UPDATE, ROTATE, REPLAY, SHOW, receiver, receiving } from './receiving.ts';

describeOnOneEngine('webhooks', (open) => {
  const world = receiving(open);
  const { ask, change, happen, deliver, deliveries, until, dueNow } = world;

  test('a receiver hears of what it wants from its making on: signed, once, with the place in the log', async () => {
    const { url, heard } = await receiver(() => 204);
    await happen('Before');
    const { secret, webhook } = await change(CREATE, { name: 'CI', url, topics: ['governance.team.*'] });
    const { auditId } = await happen();
    await newcomer(world.governing, 'user', ['analyst']);
    deliver();
    await until(() => heard.length > 0);
    const [message] = heard;
    const opened = new Receiver(secret).verify(message?.body ?? '', message?.headers as Record<string, string>);
    const event = new CloudEvent(opened as object, true);
    expect([event.id, event.type, event.specversion]).toEqual([auditId, 'governance.team.created.v1', '1.0']);
    expect(event.data).toMatchObject({
      actor: { id: world.governing.admin.id, kind: world.governing.admin.kind },
      subject: { type: 'Team', digest: expect.stringMatching(/^sha256:/) },
      outcome: 'success',
      auditLog: { origin: 'test.example/audit', leafIndex: expect.stringMatching(/^\d+$/) },
    });
    expect(message?.headers['content-type']).toContain('application/cloudevents+json');
    await until(async () => (await deliveries(webhook.id)).every(({ state }) => state === 'DELIVERED'));
    expect((await deliveries(webhook.id)).map(({ topic }) => topic)).toEqual(['governance.team.created.v1']);
    expect(heard).toHaveLength(1);
  });

  test('a message is tried again with the same id and bytes until the receiver takes it', async () => {
    const { url, heard } = await receiver((_, count) => (count < 3 ? 500 : 200));
    const { webhook } = await change(CREATE, { name: 'Flaky', url, topics: ['governance.team.created.v1'] });
    await happen();
    deliver();
    for (const count of [1, 2]) {
      await until(async () => (await deliveries(webhook.id))[0]?.attempts.length === count);
      await dueNow();
    }
    await until(async () => (await deliveries(webhook.id))[0]?.state === 'DELIVERED');
    const [delivery] = await deliveries(webhook.id);
    expect(delivery.attempts).toEqual([
      { number: 1, status: 500, problem: 'It answered 500.' },
      { number: 2, status: 500, problem: 'It answered 500.' },
      { number: 3, status: 200, problem: null },
    ]);
    expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
    expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('what is never taken is dead after ten attempts, and can be replayed; a receiver that is gone is asked no more', async () => {
    let status = 503;
    const { url, heard } = await receiver(() => status);
    const { webhook } = await change(CREATE, { name: 'Down', url, topics: ['governance.team.*'] });
    await happen();
    deliver();
    await until(async () => {
      await dueNow();
      return (await deliveries(webhook.id))[0]?.state === 'DEAD';
    });
    expect([heard.length, (await deliveries(webhook.id))[0].nextAt]).toEqual([10, null]);
    status = 200;
    expect(await change(REPLAY, { id: webhook.id })).toMatchObject({ count: 1 });
    await until(async () => (await deliveries(webhook.id))[0]?.state === 'DELIVERED');
    const [again, first] = await deliveries(webhook.id);
    expect([again.replayOf, again.body, again.eventId]).toEqual([first.id, first.body, first.eventId]);
    expect(await change(REPLAY, { id: webhook.id })).toMatchObject({ count: 0 });
    status = 410;
    await happen('Other');
    await until(async () => (await ask(SHOW, { id: webhook.id })).webhook.state === 'PAUSED');
    expect((await ask(SHOW, { id: webhook.id })).webhook.stateReason).toContain('410');
  });

  test('what ended long ago is forgotten with its attempts, and nothing that waits or is young', async () => {
    let status = 500;
    const { url } = await receiver(() => status);
    const { webhook } = await change(CREATE, { name: 'Old', url, topics: ['governance.team.*'] });
    const stateOf = async (): Promise<string> => (await deliveries(webhook.id))[0]?.state;
    await happen('Refused');
    deliver();
    await until(async () => {
      await dueNow();
      return (await stateOf()) === 'DEAD';
    });
    status = 200;
    await change(REPLAY, { id: webhook.id });
    await until(async () => (await stateOf()) === 'DELIVERED');
    await happen('Young');
    await until(async () => (await deliveries(webhook.id)).length === 3 && (await stateOf()) === 'DELIVERED');
    const [young, again, refused] = await deliveries(webhook.id);
    const forget = async (): Promise<string[]> => {
      await tidy(world.db, new AbortController().signal);
      return (await deliveries(webhook.id)).map(({ id }) => id);
    };
    const endedBefore = (days: number, ids: string[]) =>
      world.db.query(`update kernel.webhook_delivery set ended_at = now() - make_interval(days => $1) where id = any($2)`, [
        days,
        ids,
      ]);
    await endedBefore(89, [again.id, refused.id]);
    expect(await forget()).toEqual([young.id, again.id, refused.id]);
    await endedBefore(91, [refused.id]);
    expect(await forget()).toEqual([young.id, again.id, refused.id]);
    await endedBefore(91, [again.id]);
    expect(await forget()).toEqual([young.id, refused.id]);
    expect(await forget()).toEqual([young.id]);
    expect(await world.db.query('select distinct delivery_id as id from kernel.webhook_attempt')).toEqual([{ id: young.id }]);
  });

  test('while a secret takes over from another, both sign', async () => {
    const { url, heard } = await receiver(() => 200);
    const made = await change(CREATE, { name: 'Rotating', url, topics: ['governance.team.*'] });
    const rotated = await change(ROTATE, { id: made.webhook.id, overlapSeconds: 3_600 });
    await happen();
    deliver();
    await until(() => heard.length === 1);
    const { body, headers } = heard[0] ?? { body: '', headers: {} };
    for (const secret of [made.secret, rotated.secret])
      expect(() => new Receiver(secret).verify(body, headers as Record<string, string>)).not.toThrow();
    await change(ROTATE, { id: made.webhook.id, overlapSeconds: 0 });
    await happen('Later');
    await until(() => heard.length === 2);
    const later = heard[1] ?? { body: '', headers: {} };
    expect(() => new Receiver(rotated.secret).verify(later.body, later.headers as Record<string, string>)).toThrow();
  });

  test('secrets are shown once and stored sealed', async () => {
    const input = { idempotencyKey: 'once', name: 'Sealed', url: 'https://hooks.example/', topics: ['*'] };
    const { secret } = (await ask(CREATE, { input })).answer;
    expect(secret).toMatch(/^whsec_/);
    expect((await ask(CREATE, { input })).answer.secret).toBeNull();
    const kept = await world.db.query(
      `select (select string_agg(w::text, '') from kernel.webhook w) || (select string_agg(i::text, '') from kernel.idempotency i)
         || (select string_agg(a::text, '') from kernel.audit_detail a) as text`,
    );
    expect(JSON.stringify(kept)).not.toContain(secret.slice(6));
  });

  test('paused is waiting, removed is for good, and a changed webhook is not changed by who read it before', async () => {
    const { url, heard } = await receiver(() => 200);
    const { webhook } = await change(CREATE, { name: 'Sometimes', url, topics: ['governance.team.*'] });
    const { id } = webhook;
    expect(await change(UPDATE, { id, expectedVersion: 1, state: 'PAUSED' })).toMatchObject({
      webhook: { state: 'PAUSED', version: 2 },
    });
    expect(await change(UPDATE, { id, expectedVersion: 1, state: 'ACTIVE' })).toMatchObject({
      __typename: 'Conflict',
      currentVersion: 2,
    });
    await happen();
    deliver();
    await until(async () => (await deliveries(id)).length === 1);
    expect([(await deliveries(id))[0].state, heard.length]).toEqual(['WAITING', 0]);
    await change(UPDATE, { id, expectedVersion: 2, state: 'ACTIVE' });
    await until(() => heard.length === 1);
    await change(UPDATE, { id, expectedVersion: 3, state: 'REMOVED' });
    expect((await ask(SHOW, { id })).webhook).toBeNull();
    await happen('After');
    expect(await change(CREATE, { name: 'sometimes', url, topics: ['*'] })).toMatchObject({ __typename: 'WebhookCreated' });
    expect(await change(CREATE, { name: 'Sometimes', url, topics: ['*'] })).toMatchObject({ code: 'NAME_TAKEN' });
    expect(await change(UPDATE, { id, expectedVersion: 4, state: 'ACTIVE' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('an address inside is refused with a reason when it is asked, and an impossible one at once', async () => {
    const { webhook } = await change(CREATE, { name: 'Inside', url: 'http://inside.example/', topics: ['governance.team.*'] });
    await happen();
    deliver({ ...world.governing.kernel.outbound, resolve: () => Promise.resolve([{ address: '169.254.169.254', family: 4 }]) });
    await until(async () => (await deliveries(webhook.id))[0]?.attempts.length === 1);
    expect((await deliveries(webhook.id))[0].attempts[0]).toMatchObject({
      status: null,
      problem: expect.stringContaining('not a public address'),
    });
    for (const bad of [
      { url: 'gopher://a/' },
      { url: 'http://169.254.169.254/latest/' },
      { url: 'http://[::ffff:10.0.0.1]/' },
      { url: 'https://a\r\nb/' },
      { topics: [] },
      { topics: ['Registry'] },
      { name: '' },
    ]) {
      const input = { idempotencyKey: randomUUID(), name: 'Bad', url: 'https://hooks.example/', topics: ['*'], ...bad };
      const { errors } = await world.governing.ask(world.governing.admin, CREATE, { input });
      expect(errors, JSON.stringify(bad)).toEqual([['BAD_USER_INPUT', 'answer']]);
    }
  });

  test('only who may manage webhooks sees them', async () => {
    const { webhook } = await change(CREATE, { name: 'Hidden', url: 'https://hooks.example/', topics: ['*'] });
    const steward = await newcomer(world.governing, 'user', ['steward']);
    expect((await world.governing.ask(steward, SHOW, { id: webhook.id })).errors).toEqual([['FORBIDDEN', 'webhook']]);
    const input = { idempotencyKey: 'a', name: 'Mine', url: 'https://hooks.example/', topics: ['*'] };
    expect((await world.governing.ask(steward, CREATE, { input })).data.answer).toMatchObject({
      __typename: 'Refused',
      code: 'FORBIDDEN',
    });
  });
});
