import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { governanceEvents } from '../../contracts/governance.ts';
import { canonicalJson, digestText } from '../../kernel/canonical.ts';
import { originOf, record, type Recorded } from '../../kernel/audit/record.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { EMAIL_NAMESPACE, findOrStub } from '../../kernel/identity/principals.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { atMs, type Instant } from '../../kernel/time.ts';
import { describeOnOneEngine } from './engines.ts';
import { govern, newcomer, requestOf, type Governing, type Payload } from './governing.ts';

const TRAIL = `query Trail($filter: AuditFilter, $first: Int, $after: String) {
  auditTrail(filter: $filter, first: $first, after: $after) { edges { node { id action outcome subjectId reason } } pageInfo { hasNextPage endCursor } } }`;

describeOnOneEngine('the audit trail', (open) => {
  let governing: Governing;
  beforeAll(async () => {
    governing = await govern(await open());
  });

  const origin = () => originOf(internalRequest('crawl'), decide(internalRequest('test'), 'catalog.crawl'));
  const happen = (subjectId: string, more: Partial<Recorded> = {}, at?: Instant, correlationId: string = randomUUID()) =>
    governing.db.transaction(
      (tx) =>
        record(tx, { ...origin(), correlationId }, [
          {
            action: 'catalog.dataset.changed.v1',
            subject: { type: 'Dataset', id: subjectId, digest: null },
            aggregateId: subjectId,
            fields: ['columns'],
            detail: null,
            payload: {},
            ...more,
          },
        ]),
      at === undefined ? {} : { at },
    );
  const trail = async (filter: object, more: object = {}): Promise<readonly Payload[]> => {
    const { data, errors } = await governing.ask(governing.admin, TRAIL, { filter, ...more });
    expect(errors).toEqual([]);
    return data.auditTrail.edges.map((edge: Payload) => edge.node);
  };
  const assetTrails = async (caller: Governing['admin'], ids: readonly string[], args = '', asOf: Instant | null = null) =>
    governing.ask(
      caller,
      `query Q($r: [_Any!]!) { _entities(representations: $r) { ... on Asset { id auditTrail${args} { edges { cursor node { id } } pageInfo { hasNextPage } } } } }`,
      { r: ids.map((id) => ({ __typename: 'Asset', id })) },
      { asOf },
    );

  test('an entry tells who did what by which right, and its canonical text proves it', async () => {
    const { ask, change, admin } = governing;
    const { auditId, user } = await change(admin, 'createUser', {
      name: 'Margaret',
      email: 'margaret@example.com',
      roles: ['analyst'],
    });
    const { data, errors } = await ask(
      admin,
      `query Q($id: ID!) { auditEntry(id: $id) { id sequence time action actor { __typename id name } onBehalfOf { id } subjectType subjectId
        subjectVersion subjectDigest outcome reason policyIds changedFields detail correlationId traceId operation digest canonical } }`,
      { id: auditId },
    );
    expect(errors).toEqual([]);
    const { canonical, digest, sequence, ...entry } = data.auditEntry;
    expect(entry).toMatchObject({
      id: auditId,
      action: 'governance.user.created.v1',
      actor: { __typename: 'ServiceAccount', id: admin.id, name: 'Local administrator' },
      onBehalfOf: null,
      subjectType: 'User',
      subjectId: user.id,
      subjectVersion: 1,
      outcome: 'SUCCESS',
      reason: null,
      policyIds: ['role.admin'],
      changedFields: ['name', 'email', 'roles', 'state'],
      detail: { after: { name: 'Margaret', email: 'margaret@example.com' } },
      operation: 'Test',
    });
    expect(sequence).toBeGreaterThan(0);
    expect(digestText(canonical)).toBe(digest);
    expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
  });

  test('what a service does names the human who answers for it', async () => {
    const service = await newcomer(governing, 'service', ['admin']);
    const { auditId } = await governing.change(service, 'createTeam', { name: 'x' });
    const { data } = await governing.ask(
      governing.admin,
      'query Q($id: ID!) { auditEntry(id: $id) { actor { id } onBehalfOf { name } } }',
      { id: auditId },
    );
    expect(data.auditEntry).toEqual({ actor: { id: service.id }, onBehalfOf: { name: 'Ada' } });
  });

  test('a refused mutation is audited, and names the policy', async () => {
    const analyst = await newcomer(governing, 'user', ['analyst']);
    const { auditId } = await governing.change(analyst, 'createTeam', { name: 'x' });
    expect(await trail({ actorId: analyst.id })).toEqual([
      { id: auditId, action: 'governance.team.refused.v1', outcome: 'REFUSED', subjectId: 'none', reason: 'FORBIDDEN' },
    ]);
  });

  test('no e-mail address and no name stands in an event or a message', async () => {
    const { db, admin, change } = governing;
    await db.transaction((tx) => findOrStub(tx, origin(), [{ namespace: EMAIL_NAMESPACE, name: 'secret-stub@example.com' }]));
    await change(admin, 'createUser', { name: 'Secret Name', email: 'secret-stub@example.com', roles: [] });
    await change(admin, 'createUser', { name: 'Secret Name', email: 'secret-new@example.com', roles: [] });
    await change(admin, 'createUser', { name: 'Secret Name', email: 'secret-new@example.com', roles: [] });
    const stored = await db.query<{ text: string }>(
      `select body as text from kernel.audit_event union all select payload from kernel.outbox union all select result from kernel.idempotency`,
    );
    expect(stored.filter(({ text }) => /secret/i.test(text))).toEqual([]);
  });

  test('every message fits its contract', async () => {
    const rows = await governing.db.query<{ topic: string; payload: string }>(
      `select topic, payload from kernel.outbox where topic like 'governance.%'`,
    );
    expect(new Set(rows.map(({ topic }) => topic)).size).toBeGreaterThan(5);
    for (const { topic, payload } of rows) {
      const contract = Object.entries(governanceEvents).find(([name]) => name === topic)?.[1];
      expect(contract?.safeParse(JSON.parse(payload)).error, topic).toBeUndefined();
    }
  });

  test('what was erased is null, and the entry still verifies', async () => {
    const { db, ask, admin, change } = governing;
    const { auditId } = await change(admin, 'createTeam', { name: 'To be forgotten' });
    await db.query('delete from kernel.audit_detail where event_id = $1', [auditId]);
    const { data, errors } = await ask(admin, 'query Q($id: ID!) { auditEntry(id: $id) { detail canonical digest } }', {
      id: auditId,
    });
    expect([data.auditEntry.detail, errors]).toEqual([null, []]);
    expect(digestText(data.auditEntry.canonical)).toBe(data.auditEntry.digest);
  });

  test('the trail of a thing holds what is below it, each entry once, latest first', async () => {
    const dataset = randomUUID();
    const column = randomUUID();
    const first = await happen(dataset);
    const second = await happen(column, { subject: { type: 'Column', id: column, digest: null }, aggregateId: dataset });
    const third = await happen(dataset);
    expect((await trail({ subjectId: dataset })).map(({ id }) => id)).toEqual([third.auditId, second.auditId, first.auditId]);
    expect((await trail({ subjectId: column })).map(({ id }) => id)).toEqual([second.auditId]);
  });

  test("a service's trail tells of its keys", async () => {
    const service = await newcomer(governing, 'service', ['bot']);
    expect((await trail({ subjectId: service.id })).map(({ action }) => action)).toEqual([
      'governance.key.created.v1',
      'governance.service.created.v1',
    ]);
  });

  test('filters narrow together', async () => {
    const id = randomUUID();
    const early = await happen(id, {}, atMs(Date.UTC(2024, 0, 1)));
    const late = await happen(id, { action: 'catalog.owners.set.v1' }, atMs(Date.UTC(2024, 5, 1)));
    const refused = await happen(
      id,
      { outcome: 'refused', reason: 'X', aggregateId: `refusals/${id}` },
      atMs(Date.UTC(2024, 5, 1)),
    );
    const ids = async (filter: object) => (await trail({ subjectId: id, ...filter })).map((entry) => entry.id);
    expect(await ids({ action: 'catalog.owners.set.v1' })).toEqual([late.auditId]);
    expect(await ids({ outcome: 'REFUSED' })).toEqual([refused.auditId]);
    expect(await ids({ from: '2024-06-01T00:00:00Z' })).toEqual([refused.auditId, late.auditId]);
    expect(await ids({ to: '2024-06-01T00:00:00Z' })).toEqual([early.auditId]);
    expect(await ids({ actorId: 'svc_cadastre', outcome: 'SUCCESS', from: '2024-03-01T00:00:00+02:00' })).toEqual([late.auditId]);
    expect(await ids({ actorId: 'somebody else' })).toEqual([]);
    expect(await trail({ correlationId: randomUUID() })).toEqual([]);
  });

  test('pages of the trail meet without a gap while new entries arrive', async () => {
    const id = randomUUID();
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await happen(id)).auditId);
    const filter = { subjectId: id };
    const first = (await governing.ask(governing.admin, TRAIL, { filter, first: 2 })).data.auditTrail;
    await happen(id);
    const second = (await governing.ask(governing.admin, TRAIL, { filter, first: 3, after: first.pageInfo.endCursor })).data
      .auditTrail;
    expect([...first.edges, ...second.edges].map((edge: Payload) => edge.node.id)).toEqual(made);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    const foreign = await governing.ask(governing.admin, TRAIL, { filter: {}, after: first.pageInfo.endCursor });
    expect(foreign.errors).toEqual([['INVALID_CURSOR', 'auditTrail']]);
  });

  test('a list that ends at a time is in the order of time, without a gap', async () => {
    const correlationId = randomUUID();
    const days = [3, 1, 2, 1, 5].map((day) => atMs(Date.UTC(2023, 0, day)));
    const made: string[] = [];
    for (const day of days) made.push((await happen(randomUUID(), {}, day, correlationId)).auditId);
    const filter = { to: '2023-01-04T00:00:00Z', from: '2023-01-01T00:00:00Z', correlationId };
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Payload = (await governing.ask(governing.admin, TRAIL, { filter, first: 1, after })).data.auditTrail;
      seen.push(...page.edges.map((edge: Payload) => edge.node.id));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(seen).toEqual([made[0], made[2], made[3], made[1]]);
  });

  test('a page of assets gets its trails together, each its own', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    const events = [await happen(ids[0] ?? ''), await happen(ids[0] ?? ''), await happen(ids[2] ?? '')].map(
      ({ auditId }) => auditId,
    );
    const { data, errors } = await assetTrails(governing.admin, ids, '(first: 1)');
    expect(errors).toEqual([]);
    const shown = data._entities.map(({ id, auditTrail }: Payload) => [
      id,
      auditTrail.edges.map((edge: Payload) => edge.node.id),
      auditTrail.pageInfo.hasNextPage,
    ]);
    expect(shown).toEqual([
      [ids[0], [events[1]], true],
      [ids[1], [], false],
      [ids[2], [events[2]], false],
    ]);
    const cursor: string = data._entities[0].auditTrail.edges[0].cursor;
    const next = (await assetTrails(governing.admin, ids.slice(0, 1), `(after: "${cursor}")`)).data._entities[0].auditTrail;
    expect(next.edges.map((edge: Payload) => edge.node.id)).toEqual([events[0]]);
    expect((await assetTrails(governing.admin, ids.slice(1), `(after: "${cursor}")`)).errors.map(([code]) => code)).toEqual([
      'INVALID_CURSOR',
      'INVALID_CURSOR',
    ]);
  });

  test('as of an earlier time the trail ends there', async () => {
    const id = randomUUID();
    const then = atMs(Date.UTC(2025, 0, 1));
    const early = await happen(id, {}, then);
    const late = await happen(id);
    const asOf = atMs(Date.UTC(2025, 0, 2));
    const list = await governing.ask(governing.admin, TRAIL, { filter: { subjectId: id } }, { asOf });
    expect(list.data.auditTrail.edges.map((edge: Payload) => edge.node.id)).toEqual([early.auditId]);
    const { data } = await assetTrails(governing.admin, [id], '', asOf);
    expect(data._entities[0].auditTrail.edges.map((edge: Payload) => edge.node.id)).toEqual([early.auditId]);
    const one = 'query Q($a: ID!, $b: ID!) { early: auditEntry(id: $a) { id } late: auditEntry(id: $b) { id } }';
    const entries = await governing.ask(governing.admin, one, { a: early.auditId, b: late.auditId }, { asOf });
    expect(entries).toEqual({ data: { early: { id: early.auditId }, late: null }, errors: [] });
  });

  test('who may not read the trail gets null and the policy that hides it, and the asset stays', async () => {
    const analyst = await newcomer(governing, 'user', ['analyst']);
    const { data, errors } = await assetTrails(analyst, ['ast_x']);
    expect([data._entities, errors]).toEqual([
      [{ id: 'ast_x', auditTrail: null }],
      [['FORBIDDEN_FIELD', '_entities.0.auditTrail']],
    ]);
    const root = await governing.ask(analyst, '{ auditTrail { edges { cursor } } auditEntry(id: "evt_x") { id } }');
    expect(root).toEqual({
      data: { auditTrail: null, auditEntry: null },
      errors: [
        ['FORBIDDEN', 'auditTrail'],
        ['FORBIDDEN', 'auditEntry'],
      ],
    });
  });

  test('an entry whose actor is gone, and one that never was, do not spoil the page', async () => {
    const { db, ask, admin } = governing;
    const ghost = { ...requestOf(admin), principal: { ...admin, id: 'svc_ghost' } };
    const { auditId } = await db.transaction((tx) =>
      record(tx, originOf(ghost, decide({ ...ghost, principal: admin }, 'catalog.crawl')), [
        {
          action: 'a.b.c.v1',
          subject: { type: 'X', id: 'x', digest: null },
          aggregateId: 'x',
          fields: [],
          detail: null,
          payload: {},
        },
      ]),
    );
    const { data, errors } = await ask(
      admin,
      'query Q($id: ID!) { auditEntry(id: $id) { actor { name } } none: auditEntry(id: "evt_none") { id } }',
      { id: auditId },
    );
    expect([data, errors]).toEqual([{ auditEntry: { actor: null }, none: null }, []]);
  });
});
