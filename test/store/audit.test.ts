import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { commit } from '../../kernel/audit/compose.ts';
import { originOf, record, type Recorded } from '../../kernel/audit/record.ts';
import type { AuditEvent } from '../../kernel/audit/event.ts';
import { canonicalJson, digestText, type Digest } from '../../kernel/canonical.ts';
import type { Database, Tx } from '../../kernel/db/database.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { OUTBOX_CHANNEL } from '../../kernel/outbox/publish.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { describeOnEngines } from './engines.ts';

interface EventRow {
  readonly seq: string;
  readonly id: string;
  readonly digest: Digest;
  readonly body: string;
}

const origin = originOf(internalRequest('test'), decide(internalRequest('test'), 'catalog.crawl'));

const happening = (id: string, more: Partial<Recorded> = {}): Recorded => ({
  action: 'catalog.dataset.changed.v1',
  subject: { type: 'Dataset', id, digest: null },
  aggregateId: id,
  fields: ['columns'],
  detail: { after: { comment: 'text' } },
  payload: { id },
  ...more,
});

describeOnEngines('audit and outbox', (open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });

  const write = (...happenings: Recorded[]) => db.transaction((tx) => record(tx, origin, happenings));
  const eventsOf = (aggregateId: string) =>
    db.query<EventRow>('select seq, id, digest, body from kernel.audit_event where aggregate_id = $1 order by seq', [
      aggregateId,
    ]);
  const read = ({ body }: EventRow): AuditEvent => JSON.parse(body) as AuditEvent;

  test.each([
    ['update', `update kernel.audit_event set body = ''`],
    ['delete', 'delete from kernel.audit_event'],
    ['truncate', 'truncate kernel.audit_event'],
    ['an update of no row', 'update kernel.audit_event set seq = default where false'],
  ])('the audit table refuses %s', async (_, statement) => {
    const id = randomUUID();
    await write(happening(id));
    await expect(db.query(statement)).rejects.toThrow('audit events are never changed');
    expect(await eventsOf(id)).toHaveLength(1);
  });

  test('what is stored is the canonical text, and its digest is of that text', async () => {
    const id = randomUUID();
    await write(happening(id, { subject: { type: 'Dataset', id, digest: digestText('x') }, reason: 'ß€😀' }));
    const [row] = await eventsOf(id);
    expect(row?.digest).toBe(digestText(row?.body ?? ''));
    expect(canonicalJson(JSON.parse(row?.body ?? ''))).toBe(row?.body);
  });

  test('the columns say what the text says', async () => {
    const id = randomUUID();
    const { auditId } = await write(happening(id, { outcome: 'failed', reason: 'X' }));
    const [row] = await db.query<Record<string, unknown>>('select * from kernel.audit_event where id = $1', [auditId]);
    const event = JSON.parse(String(row?.['body'])) as AuditEvent;
    expect(row).toMatchObject({
      recorded_at: event.time,
      action: event.action,
      actor_id: event.actor.id,
      subject_type: event.subject.type,
      subject_id: id,
      aggregate_id: event.aggregate.id,
      aggregate_version: event.aggregate.version,
      outcome: 'failed',
      correlation_id: event.correlationId,
    });
  });

  test('the events of one thing are a chain of versions, each with the digest of the one before', async () => {
    const id = randomUUID();
    const receipt = await write(happening(id), happening(id));
    await write(happening(id));
    const rows = await eventsOf(id);
    expect(rows.map((row) => read(row).aggregate)).toEqual([
      { id, version: 1, previousEventDigest: null },
      { id, version: 2, previousEventDigest: rows[0]?.digest },
      { id, version: 3, previousEventDigest: rows[1]?.digest },
    ]);
    expect(receipt.auditId).toBe(rows[0]?.id);
    expect(receipt.events.map(({ version }) => version)).toEqual([1, 2]);
  });

  test('writers who meet on the same things in opposite order all get through, and no version is given twice', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? write(happening(a), happening(b)) : write(happening(b), happening(a)))),
    );
    for (const id of [a, b]) {
      const rows = await eventsOf(id);
      expect(rows.map((row) => read(row).aggregate.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(rows.map((row) => read(row).aggregate.previousEventDigest)).toEqual([
        null,
        ...rows.slice(0, -1).map(({ digest }) => digest),
      ]);
    }
  });

  test('alone or together, in one transaction or at once, events of one thing that is new are one chain', async () => {
    const id = randomUUID();
    const words = `"version":0},"time":" \\ 😀 ${id}`;
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        db.transaction(async (tx) => {
          await record(tx, origin, [happening(words)]);
          if (i % 3 === 0) await record(tx, origin, [happening(words), happening(words, { detail: null })]);
          if (i % 4 === 0) await record(tx, origin, [happening(words, { detail: null })]);
        }),
      ),
    );
    const rows = await eventsOf(words);
    expect(rows.map((row) => read(row).aggregate)).toEqual(
      rows.map((_, i) => ({ id: words, version: i + 1, previousEventDigest: rows[i - 1]?.digest ?? null })),
    );
    expect(rows).toHaveLength(12 + 4 * 2 + 3);
    for (const row of rows) {
      expect(read(row).subject.version).toBe(read(row).aggregate.version);
      expect(canonicalJson(read(row))).toBe(row.body);
      expect(digestText(row.body)).toBe(row.digest);
    }
    const [head] = await db.query('select version, event_digest from kernel.aggregate where id = $1', [words]);
    expect(head).toEqual({ version: rows.length, event_digest: rows.at(-1)?.digest });
    const queued = await db.query('select from kernel.audit_pending where event_seq = any($1::bigint[])', [
      rows.map(({ seq }) => seq),
    ]);
    expect(queued).toHaveLength(rows.length);
  });

  test('a detail is committed to with salt, kept apart, and can be forgotten', async () => {
    const id = randomUUID();
    const detail = { after: { name: 'Ada', email: 'ada@example.com' } };
    await write(happening(id, { detail }), happening(id, { detail }), happening(id, { detail: null }));
    const rows = await eventsOf(id);
    const stored = await db.query<{ event_id: string; salt: Buffer; body: string }>(
      'select event_id, salt, body from kernel.audit_detail where event_id = any($1)',
      [rows.map((row) => row.id)],
    );
    expect(rows.map((row) => read(row).changes.commitment)).toEqual(
      rows.map((row) => {
        const found = stored.find(({ event_id }) => event_id === row.id);
        return found === undefined ? null : commit(found.salt, found.body);
      }),
    );
    expect(JSON.parse(stored[0]?.body ?? '')).toEqual(detail);
    // The same detail looks different each time, so that it cannot be found by guessing.
    expect(new Set(rows.map((row) => read(row).changes.commitment)).size).toBe(3);
    expect(rows.some(({ body }) => body.includes('Ada'))).toBe(false);
  });

  test('an event and its message stand and fall with the change', async () => {
    const id = randomUUID();
    const failing = async (tx: Tx) => {
      await record(tx, origin, [happening(id)]);
      throw new Error('the change failed');
    };
    await expect(db.transaction(failing)).rejects.toThrow('the change failed');
    expect(await eventsOf(id)).toEqual([]);
    expect(await db.query('select from kernel.outbox where aggregate_id = $1', [id])).toEqual([]);
    expect(await db.query('select from kernel.aggregate where id = $1', [id])).toEqual([]);
  });

  test('each event has its message, in order, and the read token is the last of them', async () => {
    const id = randomUUID();
    const receipt = await write(happening(id, { payload: { n: 1 } }), happening(id, { payload: { n: 2 } }));
    const messages = await db.query(
      'select seq, topic, aggregate_version, event_id, payload from kernel.outbox where aggregate_id = $1 order by seq',
      [id],
    );
    expect(messages).toEqual([
      {
        seq: expect.any(String),
        topic: 'catalog.dataset.changed.v1',
        aggregate_version: 1,
        event_id: receipt.events[0]?.id,
        payload: '{"n":1}',
      },
      {
        seq: receipt.readToken.toString(),
        topic: 'catalog.dataset.changed.v1',
        aggregate_version: 2,
        event_id: receipt.events[1]?.id,
        payload: '{"n":2}',
      },
    ]);
  });

  test('readers are woken when something to tell is committed, and not by what was rolled back', async () => {
    let woken = 0;
    const stop = await db.listen(OUTBOX_CHANNEL, () => woken++);
    // Others of this suite may have told something just now.
    await sleep(300);
    woken = 0;
    expect(await write()).toEqual({ events: [], auditId: '', readToken: 0n });
    const failing = async (tx: Tx) => {
      await record(tx, origin, [happening(randomUUID())]);
      throw new Error('the change failed');
    };
    await expect(db.transaction(failing)).rejects.toThrow('the change failed');
    await sleep(300);
    expect(woken).toBe(0);
    await write(happening(randomUUID()), happening(randomUUID()));
    await expect.poll(() => woken, { timeout: 60_000 }).toBe(1);
    await write(happening(randomUUID()));
    await expect.poll(() => woken, { timeout: 60_000 }).toBe(2);
    await stop();
  });

  test('many transactions wake readers a few times, and the last time after the last of them', async () => {
    const seen: number[] = [];
    const id = randomUUID();
    const count = async (): Promise<void> => {
      seen.push((await eventsOf(id)).length);
    };
    const stop = await db.listen(OUTBOX_CHANNEL, () => void count());
    const began = performance.now();
    for (let n = 0; n < 40; n++) await write(happening(id));
    await expect.poll(() => seen.at(-1), { timeout: 60_000 }).toBe(40);
    await stop();
    // At once, and then every tenth of a second.
    expect(seen.length).toBeLessThanOrEqual((performance.now() - began) / 100 + 2);
  });

  test('an event that is too long for the log is refused before anything is written', async () => {
    const id = randomUUID();
    const long = happening(id, { fields: ['x'.repeat(70_000)] });
    let sent = 0;
    const spying = (happenings: readonly Recorded[]) =>
      db.transaction((tx) => {
        const watched: Tx = Object.create(tx, { query: { value: () => Promise.reject(new Error(`a statement ${++sent}`)) } });
        return record(watched, origin, happenings);
      });
    for (const happenings of [[long], [happening(id), long]]) {
      await expect(spying(happenings)).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
        message: expect.stringMatching(/catalog\.dataset\.changed\.v1, takes 7\d{4} bytes; .* at most 65535/),
      });
    }
    expect(sent).toBe(0);
  });
});
