import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { governanceEvents } from '../../contracts/governance.ts';
import { originOf } from '../../kernel/audit/record.ts';
import type { Database } from '../../kernel/db/database.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { EMAIL_NAMESPACE, findOrStub, type ExternalName } from '../../kernel/identity/principals.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { describeOnOneEngine } from './engines.ts';

describeOnOneEngine('people that sources name', (open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });

  const origin = originOf(internalRequest('crawl'), decide(internalRequest('test'), 'catalog.crawl'));
  const find = (...names: ExternalName[]) => db.transaction((tx) => findOrStub(tx, origin, names));
  const role = (name: string): ExternalName => ({ namespace: 'postgres://db.example:5432', name });
  const email = (name: string): ExternalName => ({ namespace: EMAIL_NAMESPACE, name });

  test('ids come in the order of the names, one for each somebody', async () => {
    const [a, b] = [`a_${randomUUID()}`, `b_${randomUUID()}`];
    const [first, second, again] = await find(role(b), role(a), role(b));
    expect(first).toBe(again);
    expect(first).not.toBe(second);
    expect(await find(role(a), role(b))).toEqual([second, first]);
  });

  test('an address is the same person in any case, a role is not', async () => {
    const name = randomUUID();
    expect(
      new Set(
        await find(email(`X${name}@example.com`), email(`x${name}@EXAMPLE.com`), email(`x${name.toUpperCase()}@example.com`)),
      ).size,
    ).toBe(1);
    expect(new Set(await find(role(`X${name}`), role(`x${name}`))).size).toBe(2);
  });

  test('the same name in another place is somebody else', async () => {
    const name = randomUUID();
    const [here, there] = await find(role(name), { namespace: 'postgres://other.example:5432', name });
    expect(here).not.toBe(there);
  });

  test('a stub is found in any case after its address is gone', async () => {
    const name = `ana.${randomUUID()}@example.com`;
    const [id] = await find(email(name));
    await db.query('update kernel.principal set email = null where id = $1', [id]);
    expect(await find(email(name.toUpperCase()), email(name))).toEqual([id, id]);
  });

  test('letters that others fold another way make nobody out of somebody', async () => {
    const name = `İΑΣ${randomUUID()}@example.com`;
    const [id] = await find(email(name));
    expect(id).toMatch(/^usr_/);
    expect(await find(email(name), email(name))).toEqual([id, id]);
  });

  test('who has an address now goes before who was once stubbed under it', async () => {
    const name = `${randomUUID()}@example.com`;
    const [earlier] = await find(email(name));
    await db.query('update kernel.principal set email = $2 where id = $1', [earlier, `moved.${name}`]);
    await db.query(
      `insert into kernel.principal (id, kind, name, email, state, recorded_at) values ($1, 'user', 'Now', $2, 'active', now())`,
      [`usr_${randomUUID()}`, name],
    );
    const [now] = await find(email(name));
    expect(now).not.toBe(earlier);
  });

  test('crawls that meet new people at once, in opposite order, agree on who they are', async () => {
    const names = Array.from({ length: 20 }, () => role(randomUUID()));
    const [forth, back] = await Promise.all([find(...names), find(...names.toReversed())]);
    expect(back?.toReversed()).toEqual(forth);
    expect(new Set(forth).size).toBe(20);
  });

  test('a new stub is recorded once, by id, and its name can be forgotten', async () => {
    const name = `secret_${randomUUID()}`;
    const [id] = await find(role(name));
    await find(role(name));
    const events = await db.query<{ body: string }>('select body from kernel.audit_event where subject_id = $1', [id]);
    expect(events).toHaveLength(1);
    expect(events[0]?.body).not.toContain('secret');
    const [message] = await db.query<{ payload: string }>('select payload from kernel.outbox where aggregate_id = $1', [id]);
    expect(governanceEvents['governance.principal.stubbed.v1'].parse(JSON.parse(message?.payload ?? ''))).toEqual({
      principalId: id,
    });
  });

  test('a stub has no roles and an address only where the source gave one', async () => {
    const name = `${randomUUID()}@example.com`;
    const ids = await find(role(name), email(name));
    expect(
      await db.query('select kind, email, roles, state from kernel.principal where id = any($1) order by email nulls first', [
        ids,
      ]),
    ).toEqual([
      { kind: 'user', email: null, roles: [], state: 'stub' },
      { kind: 'user', email: name, roles: [], state: 'stub' },
    ]);
  });

  test('nobody named, nothing written', async () => {
    expect(await find()).toEqual([]);
  });
});
