import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { datasetUrn, ingestShop } from '../support/churnModel.ts';
import { findingsOf } from '../support/reconciling.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const ATTACHED = '... on EvidenceAttached { evidence { id kind name value digest subjectDigest isLatest producer { id } } }';
const REQUESTED = '... on ApprovalRequested { request { id version state } }';
const DECIDED = '... on ApprovalDecided { request { id version state } }';
const URN = datasetUrn('raw.orders');

type Person = Awaited<ReturnType<WholeGraph['person']>>;

describeOnOneEngine('evidence about what the catalog has', (open) => {
  let db: Database;
  let graph: WholeGraph;
  let [ada, sue, bot, analyst]: readonly Person[] = [];
  let id: string;

  const policy = (kind: string, evidence: readonly object[]): Promise<unknown> =>
    graph.change('setApprovalPolicy', {
      name: kind.toLowerCase(),
      reason: 'test',
      document: {
        target: { kind },
        reviewers: [{ role: 'steward', min: 1 }],
        forbid: ['requester'],
        evidence,
        requestExpiresAfter: 'P14D',
        validFor: 'P30D',
        cooldown: null,
        rollback: 'REUSE',
        breakGlass: null,
      },
    });
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    graph = await wholeGraph(db);
    await ingestShop(graph);
    ada = await graph.person('Ada', ['steward']);
    sue = await graph.person('Sue', ['steward']);
    bot = await graph.person('Robo', ['bot']);
    analyst = await graph.person('Ann', ['analyst']);
    await policy('DATASET_CERTIFIED', [
      { kind: 'metrics', name: 'null ratio', cel: 'null_ratio <= 0.05', maxAge: 'P30D' },
      { kind: 'custom', name: 'reviewed' },
    ]);
    ({
      asset: { id },
    } = await graph.ask('query($urn: Urn!) { asset(urn: $urn) { id } }', { urn: URN }));
  });

  const attach = (input: object, who: Person | undefined = bot): Promise<ReturnType<typeof JSON.parse>> =>
    graph.change('attachEvidence', { subject: URN, tool: 'checks', ...input }, ATTACHED, who);
  const measured = (ratio: number, more: object = {}, who?: Person) =>
    attach({ kind: 'metrics', name: 'null ratio', value: { null_ratio: ratio }, ...more }, who);
  const reviewed = () => attach({ kind: 'custom', name: 'reviewed', value: { by_whom: 'the owners' } });
  const states = async (): Promise<Readonly<Record<string, string>>> => {
    const { asset } = await graph.ask('query($urn: Urn!) { asset(urn: $urn) { requirements { rule state command } } }', {
      urn: URN,
    });
    return Object.fromEntries(asset.requirements.map(({ rule, state }: { rule: string; state: string }) => [rule, state]));
  };
  const certify = (who: Person | undefined = ada) =>
    graph.change('requestApproval', { subjectId: id, reason: 'It is clean.' }, REQUESTED, who);
  const approve = ({ request }: { request: { id: string; version: number } }) =>
    graph.change(
      'decideApproval',
      { requestId: request.id, verdict: 'APPROVE', expectedVersion: request.version },
      `${DECIDED} ... on Conflict { message }`,
      sue,
    );

  test('a policy with thresholds for datasets is met by what a bot attaches, and not before', async () => {
    const { asset } = await graph.ask('query($urn: Urn!) { asset(urn: $urn) { requirements { rule state command } } }', {
      urn: URN,
    });
    expect(asset.requirements).toContainEqual({
      rule: 'evidence.metrics/null ratio',
      state: 'MISSING',
      command: `cadastre approvals evidence ${id} --kind metrics --name 'null ratio' --file metrics.json`,
    });
    expect(await certify()).toMatchObject({ code: 'REQUIREMENTS_NOT_MET', message: expect.stringContaining('MISSING') });

    const added = await measured(0.2);
    expect(added).toMatchObject({
      __typename: 'EvidenceAttached',
      evidence: {
        kind: 'metrics',
        name: 'null ratio',
        value: { null_ratio: 0.2 },
        isLatest: true,
        producer: { id: bot?.principal.id },
      },
    });
    expect(await states()).toMatchObject({ 'evidence.metrics/null ratio': 'FAIL', 'evidence.custom/reviewed': 'MISSING' });
    await measured(0.01);
    await reviewed();
    expect(await states()).toMatchObject({ 'evidence.metrics/null ratio': 'PASS', 'evidence.custom/reviewed': 'PASS' });

    const requested = await certify();
    expect(requested).toMatchObject({ __typename: 'ApprovalRequested', request: { state: 'OPEN' } });
    expect(await approve(requested)).toMatchObject({ request: { state: 'APPROVED' } });
    const shown = await graph.ask(
      'query($urn: Urn!) { asset(urn: $urn) { certification { id } evidence { edges { node { name value isLatest auditEntry { action } } } } } }',
      { urn: URN },
    );
    // What was measured is no change of the dataset.
    expect(shown.asset.certification).toEqual({ id: requested.request.id });
    expect(shown.asset.evidence.edges.map(({ node }: { node: object }) => node)).toMatchObject([
      { name: 'reviewed', isLatest: true },
      { name: 'null ratio', value: { null_ratio: 0.01 }, isLatest: true, auditEntry: { action: 'governance.evidence.added.v1' } },
      { name: 'null ratio', value: { null_ratio: 0.2 }, isLatest: false },
    ]);
    expect(await findingsOf(db)).toEqual([]);
  });

  test('what is measured anew voids a request that counted on the evidence before', async () => {
    await measured(0.01);
    await reviewed();
    const requested = await certify();
    await measured(0.02);
    const { approvalRequest } = await graph.ask('query($id: ID!) { approvalRequest(id: $id) { state stateReason } }', {
      id: requested.request.id,
    });
    expect(approvalRequest).toEqual({ state: 'VOIDED', stateReason: 'EVIDENCE_CHANGED' });
  });

  test('evidence is stale once the dataset changes, once it is too old, and where a threshold came after it', async () => {
    await measured(0.01);
    await reviewed();
    await graph.change('setDescription', { urn: URN, text: 'Orders of the shop.' }, '... on DescriptionSet { __typename }');
    expect(await states()).toMatchObject({ 'evidence.metrics/null ratio': 'STALE', 'evidence.custom/reviewed': 'STALE' });
    await measured(0.01);
    await reviewed();
    expect(await states()).toMatchObject({ 'evidence.metrics/null ratio': 'PASS', 'evidence.custom/reviewed': 'PASS' });
    await policy('DATASET_CERTIFIED', [{ kind: 'metrics', name: 'null ratio', cel: 'null_ratio <= 0.04' }]);
    expect(await states()).toMatchObject({ 'evidence.metrics/null ratio': 'STALE' });
  });

  test('leave to read can be bound to evidence, too', async () => {
    await policy('DATASET_ACCESS', [{ kind: 'custom', name: 'impact assessment' }]);
    const ask = () =>
      graph.change(
        'requestAccess',
        { dataset: URN, reason: 'For a report.', duration: 'PT1H' },
        '... on AccessRequested { request { id version state } }',
        analyst,
      );
    expect(await ask()).toMatchObject({ code: 'REQUIREMENTS_NOT_MET' });
    await attach({ kind: 'custom', name: 'impact assessment', value: { done: true } }, ada);
    expect(await approve(await ask())).toMatchObject({ request: { state: 'APPLIED' } });
  });

  test('who may not edit the dataset attaches nothing; what is not there, hidden or something else is not found', async () => {
    expect(await measured(0.01, {}, analyst)).toMatchObject({ code: 'FORBIDDEN' });
    for (const subject of [
      datasetUrn('raw.nothing'),
      'ast_00000000000000000000000000',
      'mdv_x',
      'policies/1',
      'approval-policy/x',
    ])
      expect(await measured(0.01, { subject })).toMatchObject({ code: 'NOT_FOUND' });
    const text = `@id("secret") forbid (principal, action == Action::"catalog.read", resource) when { resource.namespace like "*shop*" } unless { principal in Role::"admin" };`;
    const { policies } = await graph.change(
      'proposePolicies',
      { text, reason: 'x' },
      '... on PoliciesProposed { policies { version } }',
    );
    await graph.change('approvePolicies', { version: policies.version }, '... on PoliciesDecided { __typename }');
    const hidden = await measured(0.01);
    expect(hidden).toMatchObject({ code: 'NOT_FOUND' });
    expect(hidden.message).toBe((await measured(0.01, { subject: datasetUrn('raw.nothing') })).message);
    expect(await db.query('select 1 from kernel.evidence')).toEqual([]);
  });

  test('what was measured of something that changed since is refused', async () => {
    const { evidence } = await measured(0.01);
    expect(await measured(0.01, { expectedDigest: evidence.subjectDigest })).toMatchObject({ __typename: 'EvidenceAttached' });
    await graph.change('setDescription', { urn: URN, text: 'Other.' }, '... on DescriptionSet { __typename }');
    expect(await measured(0.01, { expectedDigest: evidence.subjectDigest })).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test.each([
    [{ kind: 'opinion', value: { good: true } }, /kind: one of metrics/],
    [{ kind: 'metrics', value: { null_ratio: '0.1' } }, /number in quotes/],
    [{ kind: 'metrics', value: { a: 1 }, tool: ' ' }, /tool/],
    [{ kind: 'metrics', value: { a: 1 }, name: 'x'.repeat(201) }, /name/],
  ])('%j is bad input', async (input, message) => {
    await expect(attach(input)).rejects.toThrow(message);
  });
});
