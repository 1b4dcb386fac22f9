import { beforeAll, expect, test } from 'vitest';
import { requirementsOf } from '../../kernel/approval/requirements.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { parseInstant } from '../../kernel/time.ts';
import { approve, type Approving, PRODUCTION } from './approving.ts';
import { describeOnOneEngine } from './engines.ts';
import type { Payload } from './governing.ts';

describeOnOneEngine('reading approval requests', (open) => {
  let on: Approving;
  let risk = '';
  /** Two reviewers of distinct teams, and whoever asks. */
  let [ada, bob, req]: readonly [Principal, Principal, Principal] = [] as never;
  beforeAll(async () => {
    on = await approve(await open());
    risk = await on.team();
    [ada, bob, req] = [
      await on.person(['steward'], [risk]),
      await on.person(['steward'], [await on.team()]),
      await on.person(['analyst']),
    ];
  });

  test('as of an earlier time a request is as it was', async () => {
    const version = await on.version();
    const { id } = await on.requested(req, version);
    const [before] = await on.db.query<{ now: string }>('select clock_timestamp() as now');
    await on.decided(ada, id, 'APPROVE');
    await on.decided(bob, id, 'APPROVE');
    const query =
      'query($id: ID!) { approvalRequest(id: $id) { state decidedAt validUntil decisions { id } history { state } } }';
    const { data } = await on.read(on.admin, query, { id }, parseInstant(before?.now ?? ''));
    expect(data.approvalRequest).toEqual({
      state: 'OPEN',
      decidedAt: null,
      validUntil: null,
      decisions: [],
      history: [{ state: 'OPEN' }],
    });
    const { data: earlier } = await on.read(on.admin, query, { id }, parseInstant('2020-01-01T00:00:00Z'));
    expect(earlier.approvalRequest).toBeNull();
  });

  test('what one may decide about is a list', async () => {
    const query = '{ approvalRequests(filter: { mineToDecide: true }, first: 500) { edges { node { id } } } }';
    const mine = async (who: Principal) =>
      (await on.read(who, query)).data.approvalRequests.edges.map(({ node }: Payload) => node.id);
    const { id } = await on.requested(req, await on.version());
    const owned = await on.requested(req, await on.version({ ownerIds: [risk] }));
    expect(await mine(ada)).toContain(id);
    expect(await mine(ada)).not.toContain(owned.id);
    expect(await mine(bob)).toContain(owned.id);
    expect(await mine(req)).toEqual([]);
    await on.decided(ada, id, 'ABSTAIN');
    expect(await mine(ada)).not.toContain(id);
  });

  test('requests page by page, without gaps', async () => {
    const version = await on.version();
    for (let i = 0; i < 3; i++) {
      const { id } = await on.requested(req, version);
      await on.run(req, 'withdrawApproval', { requestId: id, reason: 'x' });
    }
    const query =
      'query($id: ID!, $after: String) { approvalRequests(filter: { subjectId: $id }, first: 2, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }';
    const first = (await on.read(req, query, { id: version.subjectId })).data.approvalRequests;
    const second = (await on.read(req, query, { id: version.subjectId, after: first.pageInfo.endCursor })).data.approvalRequests;
    expect(new Set([...first.edges, ...second.edges].map(({ node }: Payload) => node.id)).size).toBe(3);
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect(
      (await on.read(req, query.replace('first: 2', 'first: 2'), { id: 'mdv_other', after: first.pageInfo.endCursor }))
        .errors[0]?.[0],
    ).toBe('INVALID_CURSOR');
  });

  test('where there are fewer than two teams the requirement says so', async () => {
    await on.policy(
      {
        target: { kind: 'MODEL_STAGE', stage: 'lonely' },
        reviewers: [{ role: 'admin', min: 2, distinctTeams: true }],
        evidence: [],
      },
      'lonely',
    );
    const version = await on.version();
    const [row] = await on.db.query<{ now: never }>('select clock_timestamp() as now');
    const requirements = await requirementsOf(
      on.db,
      { subjectId: version.subjectId, target: { ...PRODUCTION, key: 'lonely' } },
      row?.now as never,
    );
    expect(requirements.find(({ rule }) => rule === 'review.1')?.reason).toContain(
      'Only 0 teams have reviewers, and 2 are needed',
    );
  });
});
