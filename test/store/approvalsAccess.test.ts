import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { record } from '../../kernel/audit/record.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { newId } from '../../kernel/ids.ts';
import { describe as tell } from '../../kernel/policy/describe.ts';
import { policiesInForce } from '../../kernel/policy/inForce.ts';
import { visible } from '../../kernel/policy/visible.ts';
import { endDue, keepApprovals } from '../../subgraphs/governance/service/approval/keepApprovals.ts';
import { approve, type Approving } from './approving.ts';
import { describeOnOneEngine } from './engines.ts';
import type { Payload } from './governing.ts';

const PAYROLL = `@id("payroll.only") @reason("Payroll is for those who were granted access.")
forbid (principal, action in [Action::"catalog.read", Action::"catalog.readDefinition"], resource)
when { resource.tags.contains("payroll") } unless { principal in resource.readers || principal in Role::"steward" || principal in Role::"admin" };`;

describeOnOneEngine('access requests and certification', (open) => {
  let on: Approving;
  let [ada, reader]: readonly [Principal, Principal] = [] as never;
  const known = new Map<string, string>();
  beforeAll(async () => {
    const graph = {
      ask: async (_: unknown, __: unknown, { id, urn }: Readonly<Record<string, unknown>>) => {
        const found = [...known].find(([one, name]) => one === id || name === urn);
        return { asset: found === undefined ? null : { __typename: 'Dataset', id: found[0], urn: found[1] } };
      },
    };
    on = await approve(await open(), { graph });
    [ada, reader] = [await on.person(['steward'], [await on.team()]), await on.person(['analyst'])];
    await on.policy(
      { target: { kind: 'DATASET_ACCESS' }, reviewers: [{ role: 'steward', min: 1 }], evidence: [], validFor: 'P30D' },
      'access',
    );
    await on.policy(
      { target: { kind: 'DATASET_CERTIFIED' }, reviewers: [{ role: 'steward', min: 1 }], evidence: [] },
      'certified',
    );
    const proposed = await on.read(
      on.admin,
      'mutation($input: ProposePoliciesInput!) { proposePolicies(input: $input) { ... on PoliciesProposed { policies { version } } ... on Refused { message } } }',
      {
        input: { idempotencyKey: randomUUID(), text: PAYROLL, reason: 'x' },
      },
    );
    const { version } = proposed.data.proposePolicies.policies;
    const enforced = await on.read(
      on.admin,
      'mutation($input: ApprovePoliciesInput!) { approvePolicies(input: $input) { __typename ... on Refused { message } } }',
      {
        input: { idempotencyKey: randomUUID(), version },
      },
    );
    expect(enforced.data.approvePolicies).toMatchObject({ __typename: 'PoliciesDecided' });
  });

  let numbers = 1_000;
  const facts = (no: string, id: string, tags: readonly string[]) => ({
    no,
    id,
    type: 'Dataset',
    owners: [],
    tags,
    columnTags: [],
    namespace: 'postgres://db:5432',
    container: 'shop.public',
    platform: 'postgres',
  });
  /** A dataset as the catalog records one: its class, and an event. */
  const dataset = async (tags: readonly string[] = []) => {
    const [no, id] = [String(++numbers), newId('asset')];
    known.set(id, `urn:cadastre:dataset:n,${id}`);
    await change(id, no, tags);
    return { no, id };
  };
  const change = (id: string, no: string, tags: readonly string[]) =>
    on.step(async (tx, origin) => {
      await tell(tx, [facts(no, id, tags)]);
      await record(tx, origin, [
        {
          action: 'catalog.dataset.changed.v1',
          subject: { type: 'Dataset', id, digest: null },
          aggregateId: id,
          fields: [],
          detail: null,
          payload: {},
        },
      ]);
    });
  const reads = async (who: Principal, no: string): Promise<boolean> => {
    const bitmap = await visible(on.db, { principal: who, policies: await policiesInForce(on.db) }, 'catalog.read');
    const [row] = await on.db.query<{ sees: boolean }>(
      'select kernel.may_see($1, acl_id) as sees from kernel.resource where no = $2',
      [bitmap, no],
    );
    return row?.sees ?? false;
  };
  const ask = (who: Principal, id: string, more: object = { duration: 'PT1H' }) =>
    on.run(who, 'requestAccess', { dataset: id, reason: 'For a report.', ...more });
  const waiting = async (id: string): Promise<string> => {
    const [row] = await on.db.query<{ id: string }>(
      `select id from kernel.approval_request where subject_id = $1 and state = 'OPEN'`,
      [id],
    );
    return row?.id ?? '';
  };

  test('access that was granted is read, and ends when it is over, without anybody', async () => {
    const { id, no } = await dataset(['payroll']);
    expect(await reads(reader, no)).toBe(false);
    await ask(reader, id, { duration: 'PT5S' });
    expect(await reads(reader, no)).toBe(false);
    const request = await waiting(id);
    expect((await on.decided(ada, request, 'APPROVE')).request).toMatchObject({ state: 'APPLIED' });
    expect(await reads(reader, no)).toBe(true);
    expect(await reads(await on.person(['analyst']), no)).toBe(false);
    const keeper = keepApprovals(on.kernel);
    await expect.poll(() => reads(reader, no), { timeout: 60_000, interval: 100 }).toBe(false);
    await keeper.stop();
    expect(await on.show(request)).toMatchObject({ state: 'EXPIRED' });
    const actions = await on.db.query<{ action: string; actor: string }>(
      `select action, actor_id as actor from kernel.audit_event where aggregate_id = $1 order by seq`,
      [request],
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'governance.approval.requested.v1',
      'governance.approval.decided.v1',
      'governance.approval.approved.v1',
      'governance.approval.applied.v1',
      'governance.access.granted.v1',
      'governance.approval.expired.v1',
      'governance.access.ended.v1',
    ]);
    expect(actions.at(-1)?.actor).toBe('svc_cadastre');
  });

  test('a change of the dataset keeps who may read it, and revoking ends it at once', async () => {
    const { id, no } = await dataset(['payroll']);
    await ask(reader, id);
    const request = await waiting(id);
    await on.decided(ada, request, 'APPROVE');
    await change(id, no, ['payroll', 'gold']);
    expect(await reads(reader, no)).toBe(true);
    expect((await on.run(on.admin, 'revokeApproval', { requestId: request, reason: 'Enough.' })).request.state).toBe('REVOKED');
    expect(await reads(reader, no)).toBe(false);
    await endDue(on.db, AbortSignal.timeout(60_000));
    const [grant] = await on.db.query<{ ended: boolean }>(
      'select ended_at is not null as ended from kernel.access_grant where request_id = $1',
      [request],
    );
    expect(grant?.ended).toBe(true);
  });

  test('the facts of what nobody was granted say nothing of readers', async () => {
    const { no } = await dataset(['plain']);
    const [row] = await on.db.query<{ facts: object }>(
      'select facts from kernel.acl_class c join kernel.resource r using (acl_id) where r.no = $1',
      [no],
    );
    expect(row?.facts).not.toHaveProperty('readers');
  });

  test('whoever may not see a dataset does not learn whether there is one', async () => {
    const { id } = await dataset(['payroll']);
    const answers = [
      await ask(reader, id),
      await ask(reader, newId('asset')),
      await ask(reader, id),
      await ask(reader, 'urn:cadastre:dataset:n,nothing'),
    ];
    for (const answer of answers)
      expect(answer).toEqual({
        __typename: 'AccessRequested',
        auditId: expect.any(String),
        readToken: expect.any(String),
        request: null,
      });
    const query = 'query($id: ID!) { approvalRequest(id: $id) { id } approvalRequests(first: 500) { edges { node { id } } } }';
    const request = await waiting(id);
    const { data } = await on.read(reader, query, { id: request });
    expect(data.approvalRequest).toBeNull();
    expect(data.approvalRequests.edges.map(({ node }: Payload) => node.id)).not.toContain(request);
    expect((await on.read(ada, query, { id: request })).data.approvalRequest).toEqual({ id: request });
    const event = (auditId: string) =>
      on.db.query<{ action: string; outcome: string }>('select action, outcome from kernel.audit_event where id = $1', [auditId]);
    expect(await event(answers[0].auditId)).toEqual(await event(answers[1].auditId));
  });

  test('whoever sees a dataset is told what becomes of their wish', async () => {
    const { id } = await dataset();
    const { request } = await ask(reader, id, { until: new Date(Date.now() + 3_600_000).toISOString() });
    expect(request).toMatchObject({ state: 'OPEN' });
    expect(await ask(reader, id)).toMatchObject({ code: 'ALREADY_REQUESTED' });
    await expect(ask(reader, id, {})).rejects.toThrow('BAD_USER_INPUT');
    await expect(ask(reader, id, { duration: 'P1M' })).rejects.toThrow('BAD_USER_INPUT');
    await expect(ask(reader, id, { until: '2020-01-01T00:00:00Z' })).rejects.toThrow('BAD_USER_INPUT');
    const { data } = await on.read(
      reader,
      'query($of: [_Any!]!) { _entities(representations: $of) { ... on Asset { accessRequests { edges { node { id accessFor { id } asset { id } } } } } } }',
      { of: [{ __typename: 'Asset', id }] },
    );
    expect(data._entities[0].accessRequests.edges.map(({ node }: Payload) => node.id)).toEqual([request.id]);
  });

  test('a tag that a dataset gets voids what was asked for before', async () => {
    const { id, no } = await dataset();
    await ask(reader, id);
    const request = await waiting(id);
    await change(id, no, []);
    await endDue(on.db, AbortSignal.timeout(60_000));
    expect((await on.show(request)).state).toBe('OPEN');
    await change(id, no, ['pii']);
    expect(await on.decided(ada, request, 'APPROVE')).toMatchObject({ __typename: 'Conflict' });
    expect(await on.show(request)).toMatchObject({ state: 'VOIDED', stateReason: 'CONTENT_CHANGED' });
  });

  test('a dataset is certified as it is, and no longer', async () => {
    const { id, no } = await dataset();
    const certification = async () => {
      const { data } = await on.read(
        ada,
        'query($of: [_Any!]!) { _entities(representations: $of) { ... on Asset { certification { id state } } } }',
        { of: [{ __typename: 'Asset', id }] },
      );
      return data._entities[0].certification;
    };
    const { request } = await on.run(reader, 'requestApproval', { subjectId: id, reason: 'It is clean.' });
    expect(await certification()).toBeNull();
    await on.decided(ada, request.id, 'APPROVE');
    expect(await certification()).toEqual({ id: request.id, state: 'APPROVED' });
    await change(id, no, []);
    expect(await certification()).toBeNull();
    await endDue(on.db, AbortSignal.timeout(60_000));
    expect(await on.show(request.id)).toMatchObject({ state: 'VOIDED', stateReason: 'CONTENT_CHANGED' });
  });

  test('search goes by the same class as everything else, from the transaction on that grants', async () => {
    const { id, no } = await dataset(['payroll']);
    const same = async (): Promise<boolean> => {
      const [row] = await on.db.query<{ same: boolean }>(
        'select s.acl_id = r.acl_id as same from catalog.search_doc s join kernel.resource r using (no) where no = $1',
        [no],
      );
      return row?.same ?? false;
    };
    await on.db.query(
      `insert into catalog.search_doc (no, acl_id, tier, quality, name_lc, tsv) select no, acl_id, 0, 0, 'x', '' from kernel.resource where no = $1`,
      [no],
    );
    await ask(reader, id);
    const request = await waiting(id);
    await on.decided(ada, request, 'APPROVE');
    expect(await same()).toBe(true);
    await on.run(on.admin, 'revokeApproval', { requestId: request, reason: 'x' });
    expect(await same()).toBe(true);
    await on.db.query('delete from catalog.search_doc where no = $1', [no]);
  });
});
