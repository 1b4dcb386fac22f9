import { beforeAll, expect, test } from 'vitest';
import { markApplied, markSuperseded, requireApproved } from '../../kernel/approval/apply.ts';
import { expireDue } from '../../kernel/approval/expire.ts';
import type { Subject } from '../../kernel/approval/subject.ts';
import { voidRequests } from '../../kernel/approval/voiding.ts';
import type { Digest } from '../../kernel/canonical.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { approve, type Approving } from './approving.ts';
import { describeOnOneEngine } from './engines.ts';

type Version = Subject & { readonly contentDigest: Digest };

describeOnOneEngine('what a version is compared with', (open) => {
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

  const contest = async (name: string) => {
    await on.policy(
      {
        target: { kind: 'MODEL_STAGE', stage: name },
        evidence: [{ kind: 'metrics', cel: 'champion == null || auc >= champion.auc' }],
      },
      name,
    );
    return { kind: 'MODEL_STAGE', key: name } as const;
  };
  const approved = async (version: Version, key: string): Promise<string> => {
    const { id } = await on.requested(req, version, key);
    await on.decided(ada, id, 'APPROVE');
    expect((await on.decided(bob, id, 'APPROVE')).request.state).toBe('APPROVED');
    return id;
  };
  const apply = ({ subjectId, contentDigest }: Version, target: { kind: 'MODEL_STAGE'; key: string }) =>
    on.step(async (tx, origin) => {
      const found = await requireApproved(tx, { subjectId, target, contentDigest });
      if ('approvalId' in found) await markApplied(tx, origin, found.approvalId);
      return 'approvalId' in found ? 'APPLIED' : found.refusal.code;
    });
  const endNow = async (id: string): Promise<void> => {
    await on.db.query('update kernel.approval_request set valid_until = clock_timestamp() where id = $1', [id]);
    expect(await expireDue(on.db, AbortSignal.timeout(60_000))).toBe(1);
    expect((await on.show(id)).state).toBe('EXPIRED');
  };

  test.each<readonly [string, (id: string, version: Version) => Promise<unknown>]>([
    ['emptied', (id) => on.step((tx, origin) => markSuperseded(tx, origin, id))],
    ['expired', endNow],
    ['deleted', (_, { subjectId }) => on.step((tx, origin) => voidRequests(tx, origin, subjectId, 'DELETED'))],
  ])('is what the stage held last, also when that is %s', async (stage, end) => {
    const groupId = `mdl_${stage}`;
    const target = await contest(stage);
    const [good, worse] = [await on.version({ groupId }), await on.version({ groupId })];
    await on.measure(good, { auc: 0.9 });
    await on.measure(worse, { auc: 0.6 });
    const first = await approved(good, stage);
    expect(await apply(good, target)).toBe('APPLIED');
    await end(first, good);
    const asked = await on.run(req, 'requestApproval', { subjectId: worse.subjectId, stage, reason: 'x' });
    expect(asked).toMatchObject({ code: 'REQUIREMENTS_NOT_MET', message: expect.stringContaining('champion.auc = 0.9') });
  });

  test('is nothing that was approved and never applied, nor what was taken back', async () => {
    const target = await contest('unused');
    const versions = [];
    for (const auc of [0.99, 0.995, 0.6]) {
      const version = await on.version({ groupId: 'mdl_unused' });
      await on.measure(version, { auc });
      versions.push(version);
    }
    const [never, back, worse] = versions as [Version, Version, Version];
    await endNow(await approved(never, 'unused'));
    const taken = await approved(back, 'unused');
    expect(await apply(back, target)).toBe('APPLIED');
    await on.run(on.admin, 'revokeApproval', { requestId: taken, reason: 'It was wrong.' });
    expect(await on.requested(req, worse, 'unused')).toMatchObject({ state: 'OPEN' });
  });
});
