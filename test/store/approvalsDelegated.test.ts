import { beforeAll, expect, test } from 'vitest';
import { requireApproved } from '../../kernel/approval/apply.ts';
import type { Subject } from '../../kernel/approval/subject.ts';
import type { Digest } from '../../kernel/canonical.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { approve, type Approving } from './approving.ts';
import { describeOnOneEngine } from './engines.ts';

type Version = Subject & { readonly contentDigest: Digest };

describeOnOneEngine('delegated approvals', (open) => {
  let on: Approving;
  let [ada, bob, req]: readonly [Principal, Principal, Principal] = [] as never;
  beforeAll(async () => {
    on = await approve(await open());
    [ada, bob, req] = [
      await on.person(['steward'], [await on.team()]),
      await on.person(['steward'], [await on.team()]),
      await on.person(['analyst']),
    ];
  });

  /** A policy of its own for each test that changes one. */
  const stage = async (name: string, changes: object = {}) => {
    await on.policy({ ...changes, target: { kind: 'MODEL_STAGE', stage: name } }, name);
    return { kind: 'MODEL_STAGE', key: name } as const;
  };
  const measured = async (version: Version) => {
    await on.measure(version, { auc: 0.9, loss: Math.random() });
    return version;
  };
  const codeOf = async ({ subjectId, contentDigest }: Version, target: { kind: 'MODEL_STAGE'; key: string }): Promise<string> => {
    const found = await on.step((tx) => requireApproved(tx, { subjectId, target, contentDigest }));
    return 'approvalId' in found ? 'APPROVED' : found.refusal.code;
  };

  test('a delegate speaks for another, and no human counts twice', async () => {
    const target = await stage('asked', { reviewers: [{ role: 'steward', min: 2 }] });
    const version = await measured(await on.version());
    const { id } = await on.requested(req, version, 'asked');
    const [deputy, dee] = [await on.person(['analyst']), await on.person(['steward'])];
    const speak = (who: Principal, onBehalfOfId: string) => on.decided(who, id, 'APPROVE', { onBehalfOfId });
    expect(await speak(deputy, ada.id)).toMatchObject({ code: 'NOT_DELEGATED' });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const delegate = (from: Principal, to: Principal) =>
      on.run(from, 'delegateApprovals', { toId: to.id, until, reason: 'On leave.' });
    const { delegation } = await delegate(ada, deputy);
    await delegate(bob, deputy);
    await delegate(dee, ada);
    const first = await speak(deputy, ada.id);
    expect(first.request.decisions).toMatchObject([{ reviewer: { id: ada.id }, madeBy: { id: deputy.id } }]);
    expect(await speak(deputy, bob.id)).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await on.decided(ada, id, 'APPROVE')).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await speak(ada, dee.id)).toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await codeOf(version, target)).toBe('APPROVAL_PENDING');
    expect(await on.run(bob, 'revokeDelegation', { id: delegation.id })).toMatchObject({ code: 'NOT_FOUND' });
    expect((await on.run(ada, 'revokeDelegation', { id: delegation.id })).delegation.revokedAt).not.toBeNull();
    const other = await on.requested(req, await measured(await on.version()), 'asked');
    expect(await on.decided(deputy, other.id, 'APPROVE', { onBehalfOfId: ada.id })).toMatchObject({ code: 'NOT_DELEGATED' });
    expect((await on.decided(bob, id, 'APPROVE')).request.state).toBe('APPROVED');
    const requester = await on.requested(deputy, await measured(await on.version()), 'asked');
    expect(await on.decided(deputy, requester.id, 'APPROVE', { onBehalfOfId: bob.id })).toMatchObject({ code: 'FOUR_EYES' });
  });

  test('delegations have an end, and go to people', async () => {
    const delegate = (input: object) =>
      on.run(ada, 'delegateApprovals', {
        toId: bob.id,
        reason: 'x',
        until: new Date(Date.now() + 60_000).toISOString(),
        ...input,
      });
    await expect(delegate({ until: new Date(Date.now() + 91 * 86_400_000).toISOString() })).rejects.toThrow('BAD_USER_INPUT');
    await expect(delegate({ until: '2020-01-01T00:00:00Z' })).rejects.toThrow('BAD_USER_INPUT');
    expect(await delegate({ toId: ada.id })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await delegate({ toId: 'svc_cadastre' })).toMatchObject({ code: 'NOT_HUMAN' });
    expect(await delegate({ toId: req.id })).toMatchObject({ __typename: 'ApprovalsDelegated' });
  });
});
