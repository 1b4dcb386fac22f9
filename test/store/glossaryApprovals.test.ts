import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { datasetUrn, ingestShop } from '../support/churnModel.ts';
import { enforce, glossary, type Glossary } from '../support/glossary.ts';
import { findingsOf } from '../support/reconciling.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

type Person = Awaited<ReturnType<WholeGraph['person']>>;
const REQUEST =
  'request { id state stateReason version targetKind subjectName glossaryTerm { id name } dataProduct { id name } }';

describeOnOneEngine('approval of terms and data products', (open) => {
  let db: Database;
  let graph: WholeGraph;
  let on: Glossary;
  let people: readonly Person[];
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    graph = await wholeGraph(db);
    on = glossary(graph);
    people = [
      await graph.person('Ada', ['steward']),
      await graph.person('Bob', ['steward']),
      await graph.person('Cem', ['steward']),
    ];
  });

  const guard = (kind: string, more: object = {}): Promise<unknown> =>
    graph.change('setApprovalPolicy', {
      name: kind.toLowerCase(),
      reason: 'test',
      document: {
        target: { kind },
        reviewers: [{ role: 'steward', min: 2 }],
        forbid: ['creator', 'requester'],
        evidence: [],
        requestExpiresAfter: 'P14D',
        validFor: 'P30D',
        cooldown: null,
        rollback: 'REUSE',
        breakGlass: null,
        ...more,
      },
    });
  const ask = async (subjectId: string, who?: Person): Promise<ReturnType<typeof JSON.parse>> =>
    graph.change('requestApproval', { subjectId, reason: 'It is right.' }, `... on ApprovalRequested { ${REQUEST} }`, who);
  const requested = async (subjectId: string): Promise<string> => (await ask(subjectId)).request.id;
  const show = async (id: string, who?: Person) =>
    (await graph.ask(`query($id: ID!) { request: approvalRequest(id: $id) { ${REQUEST.slice(10, -2)} } }`, { id }, who)).request;
  const decide = async (id: string, who: Person | undefined, verdict = 'APPROVE') =>
    graph.change(
      'decideApproval',
      { requestId: id, verdict, comment: 'Looked.', expectedVersion: (await show(id)).version },
      `... on ApprovalDecided { ${REQUEST} } ... on Conflict { message }`,
      who,
    );
  const approve = async (id: string, ...by: readonly (Person | undefined)[]): Promise<string> => {
    for (const who of by) await decide(id, who);
    return (await show(id)).state;
  };

  test('a term is published when two others approved exactly these words, and is a draft again with others', async () => {
    await guard('GLOSSARY_TERM_PUBLISHED');
    const [ada, bob, cem] = people;
    const termId = await on.make('Net revenue', {}, ada);
    const refused = await on.publish({ termId }, ada);
    expect(refused).toMatchObject({ __typename: 'Refused', code: 'APPROVAL_REQUIRED' });
    expect(refused.message).toContain(`cadastre approvals request ${termId}`);
    const first = await requested(termId);
    expect(await show(first)).toMatchObject({
      state: 'OPEN',
      targetKind: 'GLOSSARY_TERM_PUBLISHED',
      subjectName: 'Net revenue',
      glossaryTerm: { id: termId, name: 'Net revenue' },
      dataProduct: null,
    });
    // Every part of what is approved voids it, in the transaction of the change.
    await decide(first, bob);
    await on.update({ termId, definition: 'Without refunds.' }, ada);
    expect(await show(first)).toMatchObject({ state: 'VOIDED', stateReason: 'CONTENT_CHANGED' });
    for (const change of [{ name: 'Net turnover' }, { synonyms: ['NR'] }, { parentId: await on.make('Top') }]) {
      const id = await requested(termId);
      await on.update({ termId, ...change }, ada);
      expect(await show(id), JSON.stringify(change)).toMatchObject({ state: 'VOIDED', stateReason: 'CONTENT_CHANGED' });
    }
    const second = await requested(termId);
    // Whoever wrote the words does not count, nor do owners and related terms change them.
    await decide(second, ada);
    expect(await approve(second, bob)).toBe('OPEN');
    expect(await on.publish({ termId }, ada)).toMatchObject({ code: 'APPROVAL_PENDING' });
    await on.update({ termId, owners: [{ principalId: bob?.principal.id }] }, ada);
    expect(await approve(second, cem)).toBe('APPROVED');
    expect((await on.term(termId)).state).toBe('DRAFT');
    expect((await on.publish({ termId }, ada)).glossaryTerm.state).toBe('PUBLISHED');
    expect((await show(second)).state).toBe('APPLIED');
    const { approval, requirements } = await on.term(termId, 'approval { id state } requirements { state }');
    expect(approval).toEqual({ id: second, state: 'APPLIED' });
    expect(requirements.every(({ state }: { state: string }) => state === 'PASS')).toBe(true);
    expect((await on.update({ termId, definition: 'Something else.' }, ada)).glossaryTerm.state).toBe('DRAFT');
    expect(await show(second)).toMatchObject({ state: 'VOIDED', stateReason: 'CONTENT_CHANGED' });
    expect(await on.publish({ termId }, ada)).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    expect(await findingsOf(db)).toEqual([]);
  });

  test('words that change at the last moment are not published', async () => {
    await guard('GLOSSARY_TERM_PUBLISHED', { reviewers: [{ role: 'steward', min: 1 }] });
    const [ada, bob] = people;
    for (let round = 0; round < 3; round++) {
      const termId = await on.make(`Term ${round}`, {}, ada);
      expect(await approve(await requested(termId), bob)).toBe('APPROVED');
      await Promise.all([on.publish({ termId }, bob), on.update({ termId, definition: 'Sneaked in.' }, ada)]);
      expect(await on.term(termId)).toMatchObject({ state: 'DRAFT', definition: 'Sneaked in.' });
    }
  });

  test('an approval that is taken back takes the term back, one that is deprecated returns without a new one', async () => {
    await guard('GLOSSARY_TERM_PUBLISHED', { reviewers: [{ role: 'steward', min: 1 }] });
    const [ada, bob] = people;
    const termId = await on.make('Revenue', {}, ada);
    const id = await requested(termId);
    await approve(id, bob);
    await on.publish({ termId }, ada);
    expect((await on.deprecate({ termId }, ada)).glossaryTerm.state).toBe('DEPRECATED');
    expect((await show(id)).state).toBe('SUPERSEDED');
    expect((await on.publish({ termId }, ada)).glossaryTerm.state).toBe('PUBLISHED');
    expect((await show(id)).state).toBe('APPLIED');
    await graph.change('revokeApproval', { requestId: id, reason: 'It was wrong.' }, '... on Conflict { message }');
    expect((await on.term(termId)).state).toBe('DRAFT');
    const { glossaryTerms } = await graph.ask('{ glossaryTerms(filter: { states: [PUBLISHED] }) { edges { node { id } } } }');
    expect(glossaryTerms.edges).toEqual([]);
    expect(await on.publish({ termId }, ada)).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const again = await requested(termId);
    await approve(again, bob);
    expect((await on.publish({ termId }, ada)).glossaryTerm.state).toBe('PUBLISHED');
    await on.remove(termId, ada);
    expect(await show(again)).toMatchObject({ state: 'VOIDED', stateReason: 'DELETED', glossaryTerm: null });
    expect(await ask(termId)).toMatchObject({ __typename: 'Refused', code: 'NOT_FOUND' });
    expect(await findingsOf(db)).toEqual([]);
  });

  test('what was published before a policy came stays, until its words change', async () => {
    const termId = await on.make('Revenue');
    await on.publish({ termId });
    await guard('GLOSSARY_TERM_PUBLISHED');
    expect((await on.update({ termId, relatedIds: [] })).glossaryTerm.state).toBe('PUBLISHED');
    expect((await on.update({ termId, synonyms: ['Turnover'] })).glossaryTerm.state).toBe('DRAFT');
  });

  test('a data product is certified as it is, by two others, and no longer', async () => {
    await ingestShop(graph);
    await guard('DATA_PRODUCT_CERTIFIED');
    const [ada, bob, cem] = people;
    const productId = (await on.offer({ name: 'Sales', description: 'For reports.' }, ada)).dataProduct.id;
    const certification = async () => (await on.product(productId, 'certification { id state }')).certification;
    const members = { productId, urns: [datasetUrn('raw.orders')] };
    await on.add(members, ada);
    for (const change of [
      () => on.take(members, ada),
      () => on.add(members, ada),
      () => on.updateProduct({ productId, description: 'For plans.' }, ada),
      () => on.updateProduct({ productId, name: 'Sales figures' }, ada),
    ]) {
      const id = await requested(productId);
      expect(await approve(id, bob, cem)).toBe('APPROVED');
      expect(await certification()).toEqual({ id, state: 'APPROVED' });
      await change();
      expect(await certification()).toBeNull();
      expect(await show(id)).toMatchObject({ state: 'VOIDED', stateReason: 'CONTENT_CHANGED' });
    }
    const id = await requested(productId);
    await decide(id, ada);
    expect(await approve(id, bob)).toBe('OPEN');
    expect(await approve(id, cem)).toBe('APPROVED');
    expect(await show(id)).toMatchObject({
      targetKind: 'DATA_PRODUCT_CERTIFIED',
      subjectName: 'Sales figures',
      dataProduct: { id: productId, name: 'Sales figures' },
    });
    await on.updateProduct({ productId, owners: [] }, ada);
    expect(await certification()).toEqual({ id, state: 'APPROVED' });
    await on.removeProduct(productId, ada);
    expect(await show(id)).toMatchObject({ state: 'VOIDED', stateReason: 'DELETED' });
    expect(await findingsOf(db)).toEqual([]);
  });

  test('a request tells nothing to whoever may not see what it is about', async () => {
    await guard('GLOSSARY_TERM_PUBLISHED');
    const termId = await on.make('Layoffs');
    const id = await requested(termId);
    const ann = await graph.person('Ann', ['analyst']);
    expect(await show(id, ann)).toMatchObject({ glossaryTerm: { id: termId } });
    await enforce(
      graph,
      '@id("terms") @reason("x") forbid (principal in Role::"analyst", action == Action::"catalog.read", resource is GlossaryTerm);',
    );
    expect(await show(id, ann)).toBeNull();
    expect(await ask(termId, ann)).toMatchObject({ __typename: 'Refused', code: 'NOT_FOUND' });
    expect(await ask(`trm_${randomUUID()}`, ann)).toMatchObject({ code: 'NOT_FOUND' });
    const { approvalRequests } = await graph.ask('{ approvalRequests { edges { node { id } } } }', {}, ann);
    expect(approvalRequests.edges).toEqual([]);
  });

  test('without a policy there is nothing to approve, and a stage is for models', async () => {
    const termId = await on.make('Revenue');
    expect(await ask(termId)).toMatchObject({ code: 'NO_POLICY', message: expect.stringContaining('publishing glossary terms') });
    expect(await on.term(termId, 'requirements { rule }')).toEqual({ requirements: [] });
  });
});
