import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { governanceEvents } from '../../contracts/governance.ts';
import { tidy } from '../../subgraphs/governance/service/tidyDaily.ts';
import { atMs, type Instant } from '../../kernel/time.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { drainLog, exportText, happen, verifyText } from '../support/auditing.ts';
import { describeOnOneEngine, resetData } from './engines.ts';
import { govern, newcomer, requestOf, testKernel, type Governing, type Payload } from './governing.ts';

const PAYLOAD = '__typename ... on MutationPayload { auditId } ... on Refused { code message }';
const ERASE = `mutation E($input: ErasePersonInput!) { answer: erasePerson(input: $input) { ${PAYLOAD} ... on PersonErased { detailsErased user { id name email state roles } } } }`;
const PRUNE = `mutation P($input: PruneAuditDetailsInput!) { answer: pruneAuditDetails(input: $input) { ${PAYLOAD} ... on AuditDetailsPruned { pruned isComplete } } }`;
const ENTRY = 'query E($id: ID!) { auditEntry(id: $id) { detail erased changedFields proof { leafIndex } } }';

describeOnOneEngine('what must be forgotten', (open) => {
  let governing: Governing;
  beforeEach(async () => {
    const db = await open();
    await resetData(db);
    await db.query(
      `insert into kernel.principal (id, kind, name, roles, state, recorded_at) values ('svc_cadastre', 'service', 'Cadastre', '{admin}', 'active', now())`,
    );
    governing = await govern(db);
  });
  const drain = () => drainLog(governing.db, testKernel(governing.db).auditLog);
  const change = async (source: string, input: object, caller: Principal = governing.admin): Promise<Payload> => {
    const { data, errors } = await governing.ask(caller, source, { input: { idempotencyKey: randomUUID(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const erase = (principalId: string, caller?: Principal) => change(ERASE, { principalId, reason: 'request 17' }, caller);
  /** Everything of the database that is text, but for what nobody reads as such. */
  const everything = async (): Promise<string> => {
    const tables = await governing.db.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('kernel', 'catalog')`,
    );
    let text = '';
    for (const { name } of tables) text += JSON.stringify(await governing.db.query(`select t::text from ${name} t`));
    return text;
  };
  const made = async () => {
    const { user, auditId } = await governing.change(governing.admin, 'createUser', {
      name: 'Grace Hopper',
      email: 'Grace.Hopper@example.com',
      roles: ['analyst'],
    });
    const { token } = await governing.change(governing.admin, 'createAccessKey', {
      principalId: user.id,
      label: "Grace's laptop",
    });
    return { id: user.id as string, auditId: auditId as string, token: token as string };
  };

  test('nothing in the database says who an erased person was, and every proof still verifies', async () => {
    const grace = await made();
    await happen(governing.db, 1, { detail: { before: [], after: [grace.id, 'usr_other'] } });
    await happen(governing.db, 1, { detail: { comment: 'asked grace.hopper@EXAMPLE.com' } });
    await happen(governing.db, 1, { detail: { comment: 'nothing to do with it' } });
    // Refused, with the address as it was written.
    await governing.change(governing.admin, 'createUser', { name: 'Grace Hopper', email: 'grace.hopper@example.com', roles: [] });
    await drain();
    const before = await exportText(governing.subgraph, requestOf(governing.admin), 'details=true');
    expect(before).toContain('Grace');

    const answer = await erase(grace.id);
    expect(answer).toMatchObject({
      __typename: 'PersonErased',
      user: { id: grace.id, name: 'Erased', email: null, state: 'DEACTIVATED', roles: [] },
    });
    expect(answer.detailsErased).toBeGreaterThanOrEqual(5);
    expect(await everything()).not.toMatch(/grace|hopper/i);
    await expect(governing.signIn(grace.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

    await drain();
    const after = await exportText(governing.subgraph, requestOf(governing.admin), 'details=true');
    const [[kept = '']] = [before.split('\n')];
    const report = verifyText(after, { checkpoints: [{ name: 'kept', note: Buffer.from(JSON.parse(kept).checkpoint) }] });
    expect(report.detailsAbsent).toBe(answer.detailsErased);
    expect(after).toContain('nothing to do with it');
    const { data } = await governing.ask(governing.admin, ENTRY, { id: grace.auditId });
    expect(data.auditEntry).toMatchObject({ detail: null, erased: true, proof: { leafIndex: expect.any(Number) } });
  });

  test('the erasure is an event, without personal data', async () => {
    const grace = await made();
    const { auditId } = await erase(grace.id);
    const [event] = await governing.db.query<{ body: string }>('select body from kernel.audit_event where id = $1', [auditId]);
    expect(JSON.parse(event?.body ?? '')).toMatchObject({ action: 'governance.person.erased.v1', subject: { id: grace.id } });
    expect(event?.body).not.toMatch(/grace|hopper|request 17/i);
    const { data } = await governing.ask(governing.admin, ENTRY, { id: auditId });
    expect(data.auditEntry).toMatchObject({ erased: false, detail: { reason: 'request 17', keys: 1 } });
  });

  test('a repeat answers as before, and who may not, or the last admin, is refused', async () => {
    const grace = await made();
    const input = { idempotencyKey: 'once', principalId: grace.id, reason: 'r' };
    const first = await change(ERASE, input);
    expect(await change(ERASE, input)).toEqual(first);
    const steward = await newcomer(governing, 'user', ['steward']);
    expect(await erase(grace.id, steward)).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN' });
    expect(await erase('usr_00000000000000000000000000')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await erase(governing.admin.id)).toMatchObject({ code: 'NOT_A_PERSON' });
    const admin = await newcomer(governing, 'user', ['admin']);
    await governing.db.query(`update kernel.access_key set revoked_at = now() where principal_id <> $1`, [admin.id]);
    expect(await erase(admin.id, admin)).toMatchObject({ code: 'LAST_ADMIN' });
  });

  test('details are forgotten when their time of retention is over, not before, and the events stay', async () => {
    const old: Instant = atMs(Date.now() - 200 * 86_400_000);
    await happen(governing.db, 4, { detail: { note: 'old' }, at: old });
    await happen(governing.db, 2, { detail: { note: 'young' } });
    await drain();
    const before = atMs(Date.now() - 184 * 86_400_000);
    expect(await change(PRUNE, { before: atMs(Date.now() - 100 * 86_400_000) })).toMatchObject({ code: 'RETENTION' });
    expect(await change(PRUNE, { before })).toMatchObject({ __typename: 'AuditDetailsPruned', pruned: 4, isComplete: true });
    expect(await change(PRUNE, { before })).toMatchObject({ pruned: 0 });
    await drain();
    const text = await exportText(governing.subgraph, requestOf(governing.admin), 'details=true');
    expect(text).not.toContain('"note":"old"');
    expect(text).toContain('"note":"young"');
    expect(verifyText(text)).toMatchObject({ detailsAbsent: 4 });
  });

  test('answers to mutations are forgotten after a month', async () => {
    const { db, admin } = governing;
    const keys = async () =>
      (await db.query<{ key: string }>('select key from kernel.idempotency order by key')).map(({ key }) => key);
    await db.query('delete from kernel.idempotency');
    await change(ERASE, { idempotencyKey: 'young', principalId: 'usr_x', reason: 'r' });
    await db.query(
      `insert into kernel.idempotency (actor_id, key, input_digest, result, recorded_at)
       select $1, 'old ' || n, '', '', now() - interval '31 days' from generate_series(1, 12000) n`,
      [admin.id],
    );
    await tidy(db, new AbortController().signal);
    expect(await keys()).toEqual(['young']);
  });

  test('what is shown of details and addresses leaves one event a request, with what was shown', async () => {
    const { ask, admin } = governing;
    const people = await Promise.all([newcomer(governing, 'user', []), newcomer(governing, 'user', [])]);
    await governing.db.query(`update kernel.principal set name = 'Other' where id = $1`, [people[0]?.id]);
    const read = async (action: string): Promise<readonly Payload[]> => {
      const rows = await governing.db.query<{ body: string; detail: string }>(
        `select e.body, d.body as detail from kernel.audit_event e join kernel.audit_detail d on d.event_id = e.id where e.action = $1 order by e.seq`,
        [action],
      );
      return rows.map(({ body, detail }) => ({ actor: JSON.parse(body).actor.id, ...JSON.parse(detail) }));
    };
    const steward = await newcomer(governing, 'user', ['steward']);
    await ask(steward, '{ me { principal { ... on User { email } } } }');
    expect((await read('governance.emails.read.v1')).filter(({ actor }) => actor === steward.id)).toEqual([]);
    const { data } = await ask(steward, '{ principals(first: 100) { edges { node { id ... on User { email } } } } }');
    const others = data.principals.edges
      .map(({ node }: Payload) => node)
      .filter(({ id, email }: Payload) => email && id !== steward.id);
    expect((await read('governance.emails.read.v1')).filter(({ actor }) => actor === steward.id)).toEqual([
      { actor: steward.id, count: others.length, ids: others.map(({ id }: Payload) => id).toSorted() },
    ]);
    await happen(governing.db, 130, { detail: { x: 1 } });
    await ask(admin, '{ auditTrail(first: 500, filter: { action: "test.thing.done.v1" }) { edges { node { detail } } } }');
    expect(await read('governance.details.read.v1')).toEqual([{ actor: admin.id, count: 130, ids: expect.any(Array) }]);
    expect((await read('governance.details.read.v1'))[0].ids).toHaveLength(100);
    await ask(admin, '{ auditTrail(first: 500) { edges { node { erased } } } }');
    expect(await read('governance.details.read.v1')).toHaveLength(1);
  });

  test('what cannot be taken down is not shown', async () => {
    const { ask, admin, db } = governing;
    const { auditId } = await governing.change(admin, 'createTeam', { name: 'x' });
    await db.query(`alter table kernel.audit_event add constraint full_disk check (action <> 'governance.details.read.v1')`);
    try {
      const { data, errors } = await ask(admin, ENTRY, { id: auditId });
      expect(data.auditEntry).toMatchObject({ detail: null, erased: false });
      expect(errors).toHaveLength(1);
    } finally {
      await db.query('alter table kernel.audit_event drop constraint full_disk');
    }
  });

  test('every message fits its contract', async () => {
    const grace = await made();
    await drain();
    await exportText(governing.subgraph, requestOf(governing.admin));
    await governing.ask(governing.admin, ENTRY, { id: grace.auditId });
    await erase(grace.id);
    await change(PRUNE, { before: atMs(Date.now() - 184 * 86_400_000) });
    const rows = await governing.db.query<{ topic: string; payload: string }>(
      `select topic, payload from kernel.outbox where topic like 'governance.%'`,
    );
    const topics = new Set(rows.map(({ topic }) => topic));
    for (const topic of ['audit.exported', 'details.read', 'emails.read', 'person.erased', 'details.pruned'])
      expect(topics).toContain(`governance.${topic}.v1`);
    for (const { topic, payload } of rows) {
      const contract = Object.entries(governanceEvents).find(([name]) => name === topic)?.[1];
      expect(contract?.safeParse(JSON.parse(payload)).error, topic).toBeUndefined();
    }
  });
});
