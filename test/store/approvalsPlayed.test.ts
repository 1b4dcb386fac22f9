import { expect, test } from 'vitest';
import { expireDue, msToNext } from '../../kernel/approval/expire.ts';
import { approve } from './approving.ts';
import { describeOnOneEngine } from './engines.ts';

const MINUTE_MS = 60_000;

describeOnOneEngine('approvals of a history that is played', (open) => {
  test('what was asked for in the past waits for its reviewers until the history is complete, and nothing else does', async () => {
    const on = await approve(await open());
    const asker = await on.person(['analyst']);
    await on.policy({ requestExpiresAfter: 'PT1S', target: { kind: 'MODEL_STAGE', stage: 'played' } }, 'played');
    const overdue = async (): Promise<string> => {
      const version = await on.version();
      await on.measure(version, { auc: 0.9, loss: 0.1 });
      const { id } = await on.requested(asker, version, 'played');
      await on.db.query('select pg_sleep(1.05)');
      return id;
    };
    const set = (name: string, value: string) =>
      on.db.query('insert into kernel.setting (name, value) values ($1, $2) on conflict (name) do update set value = $2', [
        name,
        value,
      ]);
    const due = () => expireDue(on.db, AbortSignal.timeout(MINUTE_MS));
    const first = await overdue();
    await set('sample_begun', String(Date.now() + MINUTE_MS));
    expect([await due(), await msToNext(on.db), (await on.show(first)).state]).toEqual([0, null, 'OPEN']);
    await set('sample_begun', String(Date.now() - MINUTE_MS));
    expect([await due(), (await on.show(first)).state]).toEqual([1, 'EXPIRED']);
    const second = await overdue();
    await set('sample_begun', String(Date.now() + MINUTE_MS));
    await set('sample', 'complete');
    expect([await due(), (await on.show(second)).state]).toEqual([1, 'EXPIRED']);
  });
});
