import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { drainLog } from '../support/auditing.ts';
import { GOVERNANCE_TAMPERING } from '../support/governanceTampering.ts';
import { changeIdentity } from '../support/identity.ts';
import { findingsOf, reconcileAll, tamperedWith } from '../support/reconciling.ts';
import { describeOnOneEngine } from './engines.ts';
import { govern, newcomer, type Governing, type Payload, testKernel } from './governing.ts';

const POLICY = `@id("finance.only") forbid (principal, action == Action::"catalog.read", resource) when { resource.tags.contains("payroll") };`;
const PROPOSE = `mutation($input: ProposePoliciesInput!) { answer: proposePolicies(input: $input) { __typename
  ... on PoliciesProposed { policies { version } } ... on Refused { code message } } }`;
const APPROVE = `mutation($input: ApprovePoliciesInput!) { answer: approvePolicies(input: $input) { __typename ... on Refused { code message } } }`;
const ERASE = `mutation($input: ErasePersonInput!) { answer: erasePerson(input: $input) { __typename ... on Refused { code message } } }`;

describeOnOneEngine('reconciling people, keys, policies and the log', (open) => {
  let db: Database;
  let governing: Governing;
  let change: (mutation: Parameters<typeof changeIdentity>[2], input: object) => Promise<Payload>;
  const run = async (source: string, input: object): Promise<Payload> => {
    const { data, errors } = await governing.ask(governing.admin, source, { input: { idempotencyKey: randomUUID(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const enforce = async (text: string): Promise<void> => {
    const { policies } = await run(PROPOSE, { text, reason: 'test' });
    expect(await run(APPROVE, { version: policies.version })).toEqual({ __typename: 'PoliciesDecided' });
  };

  beforeAll(async () => {
    db = await open();
    governing = await govern(db);
    change = (mutation, input) => changeIdentity(governing, governing.admin, mutation, input);
    // Before there are other admins who would have to agree.
    await enforce(POLICY);
    await enforce(POLICY.replace('payroll', 'salary'));
    const [ada, bot] = [await newcomer(governing, 'user', ['steward']), await newcomer(governing, 'service', ['bot'])];
    const { team } = await change('createTeam', { name: 'Data' });
    await change('addTeamMembers', { teamId: team.id, memberIds: [ada.id, bot.id] });
    await change('removeTeamMembers', { teamId: team.id, memberIds: [bot.id] });
    await change('setRoles', { principalId: ada.id, roles: ['analyst'] });
    const gone = await newcomer(governing, 'user', []);
    await change('addTeamMembers', { teamId: team.id, memberIds: [gone.id] });
    await run(ERASE, { principalId: gone.id, reason: 'request 17' });
    const [key] = await db.query<{ id: string }>(`select id from kernel.access_key where principal_id = $1`, [bot.id]);
    expect(await change('rotateAccessKey', { id: key?.id, overlapSeconds: 0 })).toMatchObject({ __typename: 'AccessKeyRotated' });
    await governing.change(governing.admin, 'revokeAccessKey', { id: key?.id });
    await drainLog(db, testKernel(db).auditLog);
    await change('renameTeam', { id: team.id, name: 'Data platform' });
  });

  it('finds nothing after all that people do, an erasure too', async () => {
    const { checked, findings } = await reconcileAll(db);
    expect(findings).toEqual([]);
    expect(checked).toBeGreaterThan(50);
    expect((await reconcileAll(db, 2)).findings).toEqual([]);
  });

  it.each(GOVERNANCE_TAMPERING)('finds %s that was changed behind its back', async (_, name, statement, kind, message) => {
    const findings = await tamperedWith(db, name, statement, () => findingsOf(db));
    expect(findings).toContainEqual(expect.objectContaining({ kind, message: expect.stringMatching(message) }));
    expect(await findingsOf(db)).toEqual([]);
  });

  it('whatever is done through the program, nothing is found', async () => {
    const people = [(await newcomer(governing, 'user', [])).id, (await newcomer(governing, 'user', ['bot'])).id];
    const { team } = await change('createTeam', { name: 'Random' });
    const person = fc.constantFrom(...people);
    const step = fc.oneof(
      fc.record({
        mutation: fc.constant('setRoles' as const),
        principalId: person,
        roles: fc.subarray(['steward', 'analyst', 'bot']),
      }),
      fc.record({
        mutation: fc.constant('addTeamMembers' as const),
        teamId: fc.constant(team.id),
        memberIds: person.map((id) => [id]),
      }),
      fc.record({
        mutation: fc.constant('removeTeamMembers' as const),
        teamId: fc.constant(team.id),
        memberIds: person.map((id) => [id]),
      }),
      fc.record({ mutation: fc.constant('renameTeam' as const), id: fc.constant(team.id), name: fc.constantFrom('A', 'B') }),
      fc.record({ mutation: fc.constantFrom('deactivateUser' as const, 'reactivateUser' as const), id: person }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        for (const { mutation, ...input } of steps) await change(mutation, input);
        expect(await findingsOf(db)).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});
