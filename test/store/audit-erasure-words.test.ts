import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { catchUp } from '../../subgraphs/registry/service/following/follower.ts';
import { forgetPersons } from '../../subgraphs/registry/service/following/forgetPersons.ts';
import { drainLog, exportText, verifyText } from '../support/auditing.ts';
import { findingsOf } from '../support/reconciling.ts';
import { type Made, type MadeVersion, testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload, requestOf, testKernel } from './governing.ts';

/** A word that nothing else has. */
const WORD = 'xylophone';
const said = (about: string): string => `${about}, said with a ${WORD} in the hand.`;
const PAYLOAD = '__typename ... on MutationPayload { auditId } ... on Refused { code message }';

describeOnOneEngine('words of an erased person', (open) => {
  let db: Database;
  let registry: TestRegistry;
  let [grace, other]: readonly Principal[] = [];
  let one: Made;
  let [two, three]: readonly MadeVersion[] = [];
  let decisionEvent: string;

  const gov = async (caller: Principal | undefined, mutation: string, input: object, fields: string): Promise<Payload> => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const source = `mutation($input: ${type}!) { answer: ${mutation}(input: $input) { ${PAYLOAD} ${fields} } }`;
    const { data, errors } = await registry.governing.ask(caller ?? registry.governing.admin, source, {
      input: { idempotencyKey: randomUUID(), ...input },
    });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    if (data.answer.__typename === 'Refused') throw new Error(JSON.stringify(data.answer));
    return data.answer;
  };
  const request = async (caller: Principal | undefined, { versionId }: MadeVersion, reason: string): Promise<Payload> => {
    await registry.addMetrics(versionId);
    const input = { subjectId: versionId, stage: 'production', reason };
    return (await gov(caller, 'requestApproval', input, '... on ApprovalRequested { request { id version } }')).request;
  };
  const DECIDED = '... on ApprovalDecided { request { id version decisions { id } } }';
  const decide = (caller: Principal | undefined, { id, version }: Payload, verdict: string, comment: string): Promise<Payload> =>
    gov(caller, 'decideApproval', { requestId: id, expectedVersion: version, verdict, comment }, DECIDED);
  const found = async (): Promise<readonly string[]> => {
    const tables = await db.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('kernel', 'catalog', 'registry')`,
    );
    const holding: string[] = [];
    for (const { name } of tables) {
      const rows = await db.query(`select 1 from ${name} t where t::text like $1 limit 1`, [`%${WORD}%`]);
      if (rows.length > 0) holding.push(name);
    }
    return holding.toSorted();
  };

  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
    const { act, governing, guard, makeModel, makeVersion, promote } = registry;
    grace = await newcomer(governing, 'user', ['steward', 'admin']);
    other = await newcomer(governing, 'user', ['steward', 'admin']);
    await guard('production');
    one = await makeModel();
    [two, three] = [await makeVersion(one.modelId), await makeVersion(one.modelId)];

    await decide(other, await request(grace, one, said('It is better')), 'APPROVE', 'Nobody is named here.');
    await promote(one, 'production');
    const asked = await request(other, two, 'Better again.');
    const challenged = await decide(grace, asked, 'CHALLENGE', said('By whose measure'));
    const [{ id: decisionId }] = challenged.request.decisions;
    const resolved = await gov(
      grace,
      'resolveChallenge',
      { requestId: asked.id, decisionId, resolution: said('By mine'), expectedVersion: challenged.request.version },
      '... on ChallengeResolved { request { id version } }',
    );
    decisionEvent = (await decide(grace, resolved.request, 'APPROVE', said('Looked at it'))).auditId;
    await act(grace, 'promoteModelVersion', {
      versionId: two.versionId,
      stage: 'production',
      expectedDigest: two.digest,
      reason: said('It is time'),
    });
    await gov(
      grace,
      'delegateApprovals',
      { toId: other.id, reason: said('On holiday'), until: new Date(Date.now() + 3_600_000).toISOString() },
      '',
    );
    const policy = {
      target: { kind: 'MODEL_STAGE', stage: 'beta' },
      reviewers: [{ role: 'steward', min: 1 }],
      forbid: [],
      evidence: [],
      requestExpiresAfter: 'P1D',
      validFor: 'P1D',
      cooldown: null,
      rollback: 'REUSE',
      breakGlass: null,
    };
    await gov(grace, 'setApprovalPolicy', { name: 'beta', document: policy, reason: said('Beta matters') }, '');
    const emergency = (who: Principal, reason: string, incident: string): Promise<Payload> =>
      act(who, 'breakGlass', {
        versionId: three?.versionId,
        stage: 'production',
        expectedDigest: three?.digest,
        incident,
        reason,
        hours: 1,
      });
    const { binding } = await emergency(other, 'Production refuses everybody.', 'INC-1');
    await act(grace, 'reviewBreakGlass', { bindingId: binding.id, outcome: 'JUSTIFIED', comment: said('It was needed') });
    await promote(two, 'production').catch(() => undefined);
    await act(other, 'unbindStage', { modelId: one.modelId, stage: 'production' });
    expect(await emergency(grace, said('Production refuses everybody'), `INC-2 ${WORD}`)).toMatchObject({
      __typename: 'GlassBroken',
    });
  });

  test('are nowhere, every proof still verifies, and rows are what their events say', async () => {
    expect(await found()).toEqual([
      'kernel.approval_decision',
      'kernel.approval_delegation',
      'kernel.approval_policy',
      'kernel.approval_request',
      'kernel.audit_detail',
      'registry.break_glass_review',
      'registry.stage_binding',
    ]);
    const admin = registry.governing.admin;
    await drainLog(db, testKernel(db).auditLog);
    const before = await exportText(registry.governing.subgraph, requestOf(admin), 'details=true');

    const erased = await gov(
      admin,
      'erasePerson',
      { principalId: grace?.id, reason: 'request 17' },
      '... on PersonErased { detailsErased }',
    );
    await catchUp(registry.kernel, forgetPersons, new Set(), new AbortController().signal);
    expect(await found()).toEqual([]);
    expect(await findingsOf(db)).toEqual([]);

    await drainLog(db, testKernel(db).auditLog);
    const after = await exportText(registry.governing.subgraph, requestOf(admin), 'details=true');
    const [[kept = '']] = [before.split('\n')];
    const report = verifyText(after, { checkpoints: [{ name: 'kept', note: Buffer.from(JSON.parse(kept).checkpoint) }] });
    expect(report.detailsAbsent).toBe(erased.detailsErased);
    // What others wrote stays, and what was decided, too.
    expect(after).toContain('Nobody is named here.');
    const { data } = await registry.governing.ask(admin, 'query($id: ID!) { auditEntry(id: $id) { action detail erased } }', {
      id: decisionEvent,
    });
    expect(data.auditEntry).toEqual({ action: 'governance.approval.decided.v1', detail: null, erased: true });
    const words = await db.query(
      `select verdict, comment from kernel.approval_decision where reviewer_id = $1 order by decided_at`,
      [grace?.id],
    );
    expect(words).toEqual([
      { verdict: 'CHALLENGE', comment: 'Erased' },
      { verdict: 'APPROVE', comment: 'Erased' },
    ]);
    const [binding] = await db.query(
      'select kind, reason, incident from registry.stage_binding where bound_by = $1 and kind = $2',
      [grace?.id, 'BREAK_GLASS'],
    );
    expect(binding).toEqual({ kind: 'BREAK_GLASS', reason: 'Erased', incident: 'Erased' });
  });
});
