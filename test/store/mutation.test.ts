import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { record } from '../../kernel/audit/record.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database } from '../../kernel/db/database.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { mutate, type MutationResult, type Refusal, type Stale } from '../../kernel/mutation/mutate.ts';
import { instantNow } from '../../kernel/time.ts';
import { describeOnEngines } from './engines.ts';

interface NoteKept extends MutationResult {
  readonly __typename: 'NoteKept';
  readonly n: number;
}

describeOnEngines('mutate', (open) => {
  let db: Database;
  let runs = 0;
  const request = internalRequest('test');
  const analyst: RequestContext = { ...request, principal: { ...request.principal, id: 'usr_analyst', roles: ['analyst'] } };

  beforeAll(async () => {
    db = await open();
  });

  interface Wish {
    readonly key?: string;
    readonly text?: string;
    readonly id?: string;
    readonly by?: RequestContext;
    readonly refuse?: Refusal | Stale;
    readonly operation?: string;
    readonly prepare?: () => Promise<void>;
    readonly more?: Readonly<Record<string, unknown>>;
  }

  const keep = ({ key = randomUUID(), text = 'text', id = randomUUID(), by = request, refuse, ...wish }: Wish) => {
    const { operation = 'keepNote', prepare = async () => {}, more = {} } = wish;
    const call = {
      operation,
      noun: 'test.note',
      action: 'catalog.curate',
      input: { idempotencyKey: key, text, ...more },
      prepare: async () => {
        await prepare();
        return { subject: { type: 'Note', id } };
      },
    } as const;
    return mutate(db, by, call, async (tx, origin): Promise<NoteKept | Refusal | Stale> => {
      const n = ++runs;
      if (refuse !== undefined) return refuse;
      const receipt = await record(tx, origin, [
        {
          action: 'test.note.kept.v1',
          subject: { type: 'Note', id, digest: null },
          aggregateId: id,
          fields: [],
          detail: null,
          payload: {},
        },
      ]);
      return { __typename: 'NoteKept', auditId: receipt.auditId, readToken: receipt.readToken.toString(), n };
    });
  };
  const trail = (id: string) =>
    db.query('select id, action, outcome, aggregate_id from kernel.audit_event where subject_id = $1 order by seq', [id]);

  test('a repeat with the same key answers the same and runs nothing', async () => {
    const wish = { key: randomUUID(), id: randomUUID() };
    const first = await keep(wish);
    const before = runs;
    expect(await keep(wish)).toEqual(first);
    expect(runs).toBe(before);
    expect(await trail(wish.id)).toHaveLength(1);
  });

  test('two who send the same key at once get the same answer to one run', async () => {
    const wish = { key: randomUUID(), id: randomUUID() };
    const [a, b] = await Promise.all([keep(wish), keep(wish)]);
    expect(a).toEqual(b);
    expect(await trail(wish.id)).toHaveLength(1);
  });

  test('the same key with another input is a mismatch and changes nothing', async () => {
    const wish = { key: randomUUID(), id: randomUUID() };
    await keep(wish);
    await expect(keep({ ...wish, text: 'another' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect(await trail(wish.id)).toHaveLength(1);
  });

  test('the same key for another operation with equal input is a mismatch', async () => {
    const wish = { key: randomUUID(), id: randomUUID() };
    await keep(wish);
    await expect(keep({ ...wish, operation: 'dropNote' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  test('a repeat is answered whatever became of its subject, which is not looked for again', async () => {
    const wish = { key: randomUUID(), id: randomUUID() };
    const first = await keep(wish);
    const gone = () => Promise.reject(new Error('gone'));
    expect(await keep({ ...wish, prepare: gone })).toEqual(first);
    await expect(keep({ prepare: gone })).rejects.toThrow('gone');
  });

  test('keys belong to their callers', async () => {
    const wish = { key: randomUUID(), id: randomUUID() };
    await keep(wish);
    const steward = { ...request, principal: { ...request.principal, id: 'usr_steward' } };
    expect((await keep({ ...wish, text: 'another', by: steward })).__typename).toBe('NoteKept');
  });

  test('who may not is refused without running, and the refusal is audited and repeated', async () => {
    const wish = { key: randomUUID(), id: randomUUID(), by: analyst };
    const before = runs;
    const answer = await keep(wish);
    expect(answer).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN', policyIds: ['default.deny'] });
    expect(runs).toBe(before);
    expect(await trail(wish.id)).toEqual([
      { id: answer.auditId, action: 'test.note.refused.v1', outcome: 'refused', aggregate_id: `refusals/${wish.id}` },
    ]);
    expect(await keep(wish)).toEqual(answer);
    expect(await trail(wish.id)).toHaveLength(1);
  });

  test('what the rules of the work refuse is audited with its code, and gives the thing no new version', async () => {
    const id = randomUUID();
    const answer = await keep({ id, refuse: { refusal: { code: 'NO', message: 'No.' } } });
    expect(answer).toMatchObject({ __typename: 'Refused', code: 'NO', message: 'No.', policyIds: ['internal'] });
    expect(await db.query('select from kernel.aggregate where id = $1', [id])).toEqual([]);
    expect(await trail(id)).toMatchObject([{ id: answer.auditId, outcome: 'refused' }]);
  });

  test('a stale version is a conflict that says which one is current', async () => {
    const answer = await keep({ refuse: { stale: { currentVersion: 7, message: 'Read it again.' } } });
    expect(answer).toEqual({
      __typename: 'Conflict',
      currentVersion: 7,
      message: 'Read it again.',
      auditId: expect.any(String),
      readToken: expect.any(String),
    });
  });

  test('a work that throws leaves nothing, not even its key', async () => {
    const key = randomUUID();
    const call = {
      operation: 'keepNote',
      noun: 'test.note',
      action: 'catalog.curate',
      input: { idempotencyKey: key },
      prepare: () => ({ subject: { type: 'Note', id: key } }),
    } as const;
    const broken = mutate(db, request, call, async (): Promise<NoteKept> => {
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(await db.query('select from kernel.idempotency where key = $1', [key])).toEqual([]);
    expect((await keep({ key })).__typename).toBe('NoteKept');
  });

  test('the past is not changed', async () => {
    await expect(keep({ by: { ...request, asOf: instantNow() } })).rejects.toMatchObject({ code: 'AS_OF_UNSUPPORTED' });
  });

  test('text that no database keeps is bad input, wherever it stands', async () => {
    for (const bad of ['a\0b', 'half of \ud83e', '\udd86 the other half']) {
      await expect(keep({ text: bad })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('text'),
      });
      await expect(keep({ more: { urns: [{ name: bad }] } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    expect((await keep({ text: 'a whole 🦆' })).__typename).toBe('NoteKept');
  });

  test('a reason has a bound', async () => {
    expect((await keep({ more: { reason: 'x'.repeat(1_000) } })).__typename).toBe('NoteKept');
    await expect(keep({ more: { reason: 'x'.repeat(1_001) } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('a key of a wrong length is bad input', async () => {
    for (const key of ['', 'x'.repeat(201)]) await expect(keep({ key })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
