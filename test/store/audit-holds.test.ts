import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { governanceEvents } from '../../contracts/governance.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { atMs, type Instant } from '../../kernel/time.ts';
import { HOLDS_MAX } from '../../subgraphs/governance/domain/legalHold.ts';
import { happen } from '../support/auditing.ts';
import { ingest } from '../support/ingesting.ts';
import { load } from '../support/merging.ts';
import { findingsOf, tamperedWith } from '../support/reconciling.ts';
import { describeOnOneEngine, resetData } from './engines.ts';
import { govern, type Governing, newcomer, type Payload } from './governing.ts';

const HOLD = `hold { id subjectId reason placedAt releasedAt releaseReason person { id name } placedBy { id } releasedBy { id } }`;
const PLACE = `mutation($input: PlaceLegalHoldInput!) { answer: placeLegalHold(input: $input) { __typename
  ... on MutationPayload { auditId } ... on Refused { code message } ... on LegalHoldPlaced { ${HOLD} } } }`;
const RELEASE = `mutation($input: ReleaseLegalHoldInput!) { answer: releaseLegalHold(input: $input) { __typename
  ... on MutationPayload { auditId } ... on Refused { code message } ... on LegalHoldReleased { ${HOLD} } } }`;
const ERASE = `mutation($input: ErasePersonInput!) { answer: erasePerson(input: $input) { __typename
  ... on PersonErased { detailsErased detailsKept } ... on Refused { code message } } }`;
const PRUNE = `mutation($input: PruneAuditDetailsInput!) { answer: pruneAuditDetails(input: $input) { __typename
  ... on AuditDetailsPruned { pruned isComplete } ... on Refused { code message } } }`;
const LIST = `query($filter: LegalHoldFilter, $first: Int, $after: String) { legalHolds(filter: $filter, first: $first, after: $after) {
  edges { node { id subjectId reason } } pageInfo { hasNextPage endCursor } } }`;

const OLD: Instant = atMs(Date.now() - 200 * 86_400_000);
const BEFORE: Instant = atMs(Date.now() - 184 * 86_400_000);

describeOnOneEngine('legal holds', (open) => {
  let db: Database;
  let governing: Governing;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    await db.query(
      `insert into kernel.principal (id, kind, name, roles, state, recorded_at) values ('svc_cadastre', 'service', 'Cadastre', '{admin}', 'active', now())`,
    );
    governing = await govern(db);
  });
  const change = async (source: string, input: object, caller: Principal = governing.admin): Promise<Payload> => {
    const { data, errors } = await governing.ask(caller, source, { input: { idempotencyKey: randomUUID(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const place = (subjectId: string, caller?: Principal) => change(PLACE, { subjectId, reason: 'matter 4711' }, caller);
  const release = (id: string) => change(RELEASE, { id, reason: 'settled' });
  const erase = (principalId: string) => change(ERASE, { principalId, reason: 'request 17' });
  const prune = () => change(PRUNE, { before: BEFORE });
  const made = async (name: string): Promise<string> =>
    (await governing.change(governing.admin, 'createUser', { name, email: `${name}@example.com`, roles: ['analyst'] })).user.id;
  const asset = async (): Promise<string> => {
    await ingest(db, load('warehouse', 'm'));
    const [row] = await db.query<{ id: string }>(`select id from catalog.asset where kind = 'dataset' order by no limit 1`);
    return row?.id ?? '';
  };
  const notes = async (): Promise<readonly string[]> =>
    (
      await db.query<{ note: string }>(
        `select body::json ->> 'note' as note from kernel.audit_detail where body::json ->> 'note' is not null order by 1`,
      )
    ).map(({ note }) => note);

  test('who is held is not erased until every hold is released', async () => {
    const grace = await made('grace');
    const { hold } = await place(grace);
    expect(hold).toMatchObject({
      subjectId: grace,
      reason: 'matter 4711',
      person: { id: grace, name: 'grace' },
      placedBy: { id: governing.admin.id },
      releasedAt: null,
    });
    const second = (await place(grace)).hold;
    expect(await erase(grace)).toMatchObject({
      __typename: 'Refused',
      code: 'UNDER_HOLD',
      message: expect.stringContaining(hold.id),
    });
    expect((await release(hold.id)).hold).toMatchObject({
      releasedAt: expect.any(String),
      releaseReason: 'settled',
      releasedBy: { id: governing.admin.id },
    });
    expect(await erase(grace)).toMatchObject({ code: 'UNDER_HOLD', message: expect.not.stringContaining(hold.id) });
    expect(await release(hold.id)).toMatchObject({ code: 'RELEASED' });
    await release(second.id);
    expect(await erase(grace)).toMatchObject({ __typename: 'PersonErased', detailsKept: 0 });
    expect(await findingsOf(db)).toEqual([]);
    // Reasons may say who somebody is.
    expect(await db.query(`select reason, release_reason from kernel.legal_hold`)).toEqual([
      { reason: 'Erased', release_reason: 'Erased' },
      { reason: 'Erased', release_reason: 'Erased' },
    ]);
  });

  test('details about what is held, by whom is held and that name them outlive their time, and go after the release', async () => {
    const grace = await made('grace');
    const thing = await asset();
    const tell = (note: string, id: string, more: object = {}) => happen(db, 1, { id, detail: { note, ...more }, at: OLD });
    await tell('about her', grace);
    await tell('names her', 'thing', { after: [grace] });
    await tell('her address', 'thing', { to: 'GRACE@example.com' });
    await tell('about the asset', thing);
    await tell('checks of the asset', `quality/${thing}`);
    await tell('nothing to do with it', 'thing');
    const holds = [(await place(grace)).hold.id, (await place(thing)).hold.id];
    expect(await prune()).toMatchObject({ pruned: 1, isComplete: true });
    expect(await notes()).toEqual(['about her', 'about the asset', 'checks of the asset', 'her address', 'names her']);
    await release(holds[0]);
    expect(await prune()).toMatchObject({ pruned: 3 });
    expect(await notes()).toEqual(['about the asset', 'checks of the asset']);
    await release(holds[1]);
    expect(await prune()).toMatchObject({ pruned: 2 });
  });

  test('details of what somebody did are kept while they are held', async () => {
    const steward = await newcomer(governing, 'user', ['admin']);
    await governing.change(steward, 'createTeam', { name: 'Data' });
    const { hold } = await place(steward.id);
    // An event is never changed but here, to make it old.
    await db.transaction(async (tx) => {
      await tx.query('set local session_replication_role = replica');
      await tx.query(`update kernel.audit_event set recorded_at = $1`, [OLD]);
    });
    await prune();
    const kept = () =>
      db.query(`select 1 from kernel.audit_detail d join kernel.audit_event e on e.id = d.event_id
        where e.action = 'governance.team.created.v1'`);
    expect(await kept()).toHaveLength(1);
    await release(hold.id);
    await prune();
    expect(await kept()).toHaveLength(0);
  });

  test('erasing somebody keeps what a hold on something else needs, and says how much', async () => {
    const [grace, thing] = [await made('grace'), await asset()];
    await happen(db, 2, { id: thing, detail: { note: 'owned', after: [grace] } });
    const { hold } = await place(thing);
    const erased = await erase(grace);
    expect(erased).toMatchObject({ __typename: 'PersonErased', detailsKept: 2 });
    expect(await notes()).toEqual(['owned', 'owned']);
    await release(hold.id);
    expect(await erase(grace)).toMatchObject({ detailsKept: 0 });
    expect(await notes()).toEqual([]);
  });

  test('people and assets are held, by whoever manages the log, and each step is an event in the trail of what is held', async () => {
    const [grace, thing] = [await made('grace'), await asset()];
    expect(await place('usr_00000000000000000000000000')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await place('grace')).toMatchObject({ code: 'NOT_FOUND' });
    expect(await place(governing.admin.id)).toMatchObject({ code: 'NOT_HOLDABLE' });
    expect(await release('hld_00000000000000000000000000')).toMatchObject({ code: 'NOT_FOUND' });
    const steward = await newcomer(governing, 'user', ['steward']);
    expect(await place(grace, steward)).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN' });
    expect((await governing.ask(steward, LIST)).errors).toEqual([['FORBIDDEN', 'legalHolds']]);
    expect(
      (await governing.ask(governing.admin, PLACE, { input: { idempotencyKey: 'x', subjectId: grace, reason: ' ' } })).errors,
    ).toEqual([['BAD_USER_INPUT', 'answer']]);
    const placed = await place(thing);
    expect(placed.hold.person).toBeNull();
    await release(placed.hold.id);
    const { data } = await governing.ask(
      governing.admin,
      `query($id: ID!) { auditTrail(filter: { subjectId: $id }) { edges { node { id action subjectType detail } } } }`,
      { id: thing },
    );
    const about = data.auditTrail.edges
      .map(({ node }: Payload) => node)
      .filter(({ action }: Payload) => action.startsWith('governance.hold'));
    expect(about).toEqual([
      { id: expect.any(String), action: 'governance.hold.released.v1', subjectType: 'Asset', detail: { reason: 'settled' } },
      { id: placed.auditId, action: 'governance.hold.placed.v1', subjectType: 'Asset', detail: { reason: 'matter 4711' } },
    ]);
    const rows = await db.query<{ topic: keyof typeof governanceEvents; payload: string }>(
      `select topic, payload from kernel.outbox where topic like 'governance.hold%'`,
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const { topic, payload } of rows) governanceEvents[topic].parse(JSON.parse(payload));
    expect(await findingsOf(db)).toEqual([]);
  });

  test('are listed, those in force unless all are asked for, page by page', async () => {
    const people = await Promise.all(['a', 'b', 'c'].map(made));
    const holds: string[] = [];
    for (const id of people) holds.unshift((await place(id)).hold.id);
    await release(holds[0] ?? '');
    const ids = async (variables: object) => {
      const { data } = await governing.ask(governing.admin, LIST, variables);
      return { ids: data.legalHolds.edges.map(({ node }: Payload) => node.id), ...data.legalHolds.pageInfo };
    };
    expect((await ids({})).ids).toEqual(holds.slice(1));
    expect((await ids({ filter: { inForce: false } })).ids).toEqual(holds);
    expect((await ids({ filter: { subjectId: people[1] } })).ids).toEqual([holds[1]]);
    const first = await ids({ first: 1, filter: { inForce: false } });
    expect(first).toMatchObject({ ids: [holds[0]], hasNextPage: true });
    expect((await ids({ first: 2, after: first.endCursor, filter: { inForce: false } })).ids).toEqual(holds.slice(1));
  });

  test('a hold that is placed while details are pruned waits for the end, so that nothing goes after it', async () => {
    const grace = await made('grace');
    await happen(db, 1, { id: grace, detail: { note: 'about her' }, at: OLD });
    const order: string[] = [];
    await Promise.all([
      place(grace).then(() => order.push('placed')),
      prune().then(() => order.push('pruned')),
      place(grace).then(() => order.push('placed')),
    ]);
    // Whatever came first: what is there once a hold is placed stays.
    const there = (await notes()).length;
    await prune();
    expect((await notes()).length).toBe(there);
    expect(order).toHaveLength(3);
  });

  test('there is a bound', async () => {
    const grace = await made('grace');
    await db.query(
      `insert into kernel.legal_hold (id, subject_type, subject_id, reason, placed_by, placed_at)
       select 'hld_' || n, 'User', $1, 'x', $2, now() from generate_series(1, $3::int) n`,
      [grace, governing.admin.id, HOLDS_MAX],
    );
    expect(await place(grace)).toMatchObject({ code: 'TOO_MANY_HOLDS' });
  });

  test.each([
    ['a hold that was released', `update kernel.legal_hold set released_at = now(), released_by = placed_by`, 'OTHER_STATE'],
    ['a hold on something else', `update kernel.legal_hold set subject_id = 'usr_x'`, 'OTHER_STATE'],
    ['a reason', `update kernel.legal_hold set reason = 'another'`, 'OTHER_STATE'],
    ['a hold that is gone', `delete from kernel.legal_hold`, 'MISSING_ROW'],
    [
      'a hold that was put in',
      `insert into kernel.legal_hold select 'hld_forged', subject_type, subject_id, reason, placed_by, placed_at from kernel.legal_hold`,
      'UNEXPLAINED_ROW',
    ],
  ])('%s behind the back of the program is found', async (_, statement, kind) => {
    await place(await made('grace'));
    const findings = await tamperedWith(db, 'kernel.legal_hold', statement, () => findingsOf(db));
    expect(findings).toContainEqual(expect.objectContaining({ kind }));
    expect(await findingsOf(db)).toEqual([]);
  });
});
