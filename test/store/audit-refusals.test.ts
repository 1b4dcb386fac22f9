import { beforeEach, expect, test } from 'vitest';
import { governanceEvents } from '../../contracts/governance.ts';
import { Refusals } from '../../kernel/audit/refusals.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { createLog } from '../../kernel/log.ts';
import { requireAction } from '../../kernel/policy/decision.ts';
import { describeOnOneEngine, resetData } from './engines.ts';
import { govern, type Governing, newcomer, requestOf } from './governing.ts';

const log = createLog('silent');
const TRAIL = '{ auditTrail { edges { node { id } } } }';

describeOnOneEngine('refusals that no mutation records', (open) => {
  let db: Database;
  let governing: Governing;
  let analyst: Principal;
  let refusals: Refusals;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    governing = await govern(db);
    analyst = await newcomer(governing, 'user', ['analyst']);
    refusals = new Refusals(db, log);
  });

  const ask = async (caller: Principal, query: string, teller = refusals): Promise<readonly unknown[]> => {
    const { errors } = await governing.ask(caller, query, {}, { denied: teller.of(requestOf(caller)) });
    await teller.settled();
    return errors;
  };
  const told = () =>
    db.query<{ actor_id: string; subject_id: string; outcome: string; body: string }>(
      `select actor_id, subject_id, outcome, body from kernel.audit_event where action = 'governance.access.refused.v1' order by seq`,
    );

  test('a read that needs a role is an event with the decision against it', async () => {
    expect(await ask(analyst, TRAIL)).toEqual([['FORBIDDEN', 'auditTrail']]);
    const [event, ...others] = await told();
    expect(others).toEqual([]);
    expect(event).toMatchObject({ actor_id: analyst.id, subject_id: 'audit.read', outcome: 'refused' });
    expect(JSON.parse(event?.body ?? '')).toMatchObject({
      reason: 'FORBIDDEN',
      decision: { effect: 'deny', policyIds: ['default.deny'] },
    });
    const messages = await db.query<{ payload: string }>(
      `select payload from kernel.outbox where topic = 'governance.access.refused.v1'`,
    );
    expect(governanceEvents['governance.access.refused.v1'].parse(JSON.parse(messages[0]?.payload ?? ''))).toBeDefined();
  });

  test('a hidden field is one as well, and what is allowed is none', async () => {
    await newcomer(governing, 'user', ['steward']);
    expect(await ask(analyst, '{ principals { edges { node { ... on User { email } } } } }')).toContainEqual([
      'FORBIDDEN_FIELD',
      expect.stringContaining('email'),
    ]);
    expect((await told()).map(({ subject_id: id }) => id)).toEqual(['identity.readEmail']);
    expect(await ask(governing.admin, TRAIL)).toEqual([]);
    expect(await told()).toHaveLength(1);
  });

  test('a loop leaves one event a minute for each caller and action, whatever process it meets', async () => {
    for (let i = 0; i < 20; i++) await ask(analyst, TRAIL);
    for (let i = 0; i < 5; i++) await ask(analyst, TRAIL, new Refusals(db, log));
    expect(await told()).toHaveLength(1);
    await ask(analyst, '{ policies { version } }');
    await ask(await newcomer(governing, 'user', ['analyst']), TRAIL);
    expect((await told()).map(({ subject_id: id }) => id)).toEqual(['audit.read', 'policy.read', 'audit.read']);
    await db.query(`update kernel.refusal_told set told_at = told_at - interval '61 seconds'`);
    await ask(analyst, TRAIL, new Refusals(db, log));
    expect(await told()).toHaveLength(4);
  });

  test('what is refused inside a transaction is told all the same, also when that comes to nothing', async () => {
    const request = { ...requestOf(analyst), denied: refusals.of(requestOf(analyst)) };
    await expect(
      db.transaction(async () => {
        requireAction(request, 'identity.manage');
      }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await refusals.settled();
    expect((await told()).map(({ subject_id: id }) => id)).toEqual(['identity.manage']);
  });

  test('a store that takes no writes costs the event and not the answer', async () => {
    await db.query('alter table kernel.refusal_told rename to elsewhere');
    try {
      expect(await ask(analyst, TRAIL)).toEqual([['FORBIDDEN', 'auditTrail']]);
    } finally {
      await db.query('alter table kernel.elsewhere rename to refusal_told');
    }
    expect(await told()).toEqual([]);
  });
});
