import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { columnUrn, datasetUrn, ingestShop } from '../support/churnModel.ts';
import { faultOf, glossary, type Glossary } from '../support/glossary.ts';
import { findingsOf } from '../support/reconciling.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const ORDERS = datasetUrn('raw.orders');
const AMOUNT = columnUrn('raw.orders', 'amount');

describeOnOneEngine('glossary terms', (open) => {
  let db: Database;
  let graph: WholeGraph;
  let on: Glossary;
  beforeEach(async () => {
    db = await open();
    await resetData(db);
    graph = await wholeGraph(db);
    on = glossary(graph);
    await ingestShop(graph);
  });

  const names = async (filter: object, first = 50): Promise<readonly string[]> => {
    const found: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { glossaryTerms } = await graph.ask(
        `query($filter: GlossaryTermFilter, $first: Int, $after: String) { glossaryTerms(filter: $filter, first: $first, after: $after) {
           edges { node { name } } pageInfo { hasNextPage endCursor } } }`,
        { filter, first, after },
      );
      found.push(...glossaryTerms.edges.map(({ node }: { node: { name: string } }) => node.name));
      ({ hasNextPage: more, endCursor: after } = glossaryTerms.pageInfo);
    }
    return found;
  };

  test('a term has words, a place, owners and a version, and each write is an event', async () => {
    const top = await on.make('Revenue', { synonyms: ['Turnover', 'Gross  revenue'] });
    const net = await on.make('Net revenue', { parentId: top, relatedIds: [top] });
    expect(await on.term(net)).toMatchObject({
      state: 'DRAFT',
      version: 1,
      parent: { id: top },
      owners: [{ id: graph.admin.id }],
    });
    const updated = await on.update({
      termId: net,
      definition: 'Without refunds.',
      owners: [{ email: 'ana@example.com' }],
      expectedVersion: 1,
    });
    expect(updated).toMatchObject({
      __typename: 'GlossaryTermUpdated',
      glossaryTerm: { definition: 'Without refunds.', version: 2 },
    });
    expect(updated.glossaryTerm.owners).not.toContainEqual({ id: graph.admin.id });
    expect(await on.update({ termId: net, name: 'x', expectedVersion: 1 })).toMatchObject({
      __typename: 'Conflict',
      currentVersion: 2,
    });
    expect((await on.publish({ termId: net })).glossaryTerm.state).toBe('PUBLISHED');
    expect(await on.publish({ termId: net })).toMatchObject({ code: 'ALREADY_PUBLISHED' });
    // No policy guards publishing: other words stay published.
    expect((await on.update({ termId: net, definition: 'Without refunds and vouchers.' })).glossaryTerm.state).toBe('PUBLISHED');
    expect((await on.deprecate({ termId: net })).glossaryTerm.state).toBe('DEPRECATED');
    const { glossaryTerm } = await graph.ask(
      `query($id: ID!) { glossaryTerm(id: $id) { related { id } children { edges { node { id } } }
         auditTrail(first: 20) { edges { node { action outcome } } } } }`,
      { id: top },
    );
    // It names nothing itself; what names it is related to it.
    expect(glossaryTerm).toMatchObject({ related: [{ id: net }], children: { edges: [{ node: { id: net } }] } });
    const trail = (await on.term(net, 'auditTrail(first: 20) { edges { node { action outcome } } }')).auditTrail.edges;
    expect(trail.map(({ node }: { node: { action: string } }) => node.action)).toEqual([
      'catalog.term.deprecated.v1',
      'catalog.term.changed.v1',
      'catalog.term.refused.v1',
      'catalog.term.published.v1',
      'catalog.term.refused.v1',
      'catalog.term.changed.v1',
      'catalog.term.created.v1',
    ]);
    expect(await findingsOf(db)).toEqual([]);
  });

  test('lists are narrowed by words and states, and go on after each other', async () => {
    const revenue = await on.make('Revenue', { synonyms: ['Turnover'] });
    await on.make('Net revenue', { parentId: revenue, definition: 'Without refunds.' });
    await on.make('Café guests');
    await on.publish({ termId: revenue });
    expect(await names({}, 1)).toEqual(['Café guests', 'Net revenue', 'Revenue']);
    expect(await names({ text: 'turnov' })).toEqual(['Revenue']);
    expect(await names({ text: 'refunds reven' })).toEqual(['Net revenue']);
    expect(await names({ text: 'CAFE' })).toEqual(['Café guests']);
    expect(await names({ states: ['PUBLISHED'] })).toEqual(['Revenue']);
    expect(await names({ topLevel: true })).toEqual(['Café guests', 'Revenue']);
    expect(await names({ ownerId: graph.admin.id, text: "reven' & !x" })).toEqual([]);
    expect(await names({ ownerId: 'usr_nobody' })).toEqual([]);
    const { errors } = await graph.tryAsk('{ glossaryTerms(filter: { text: "!!" }) { edges { node { id } } } }');
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('no term stands below itself, nor too deep', async () => {
    const ids: string[] = [];
    for (let level = 0; level < 10; level++)
      ids.push(await on.make(`Level ${level}`, level === 0 ? {} : { parentId: ids[level - 1] }));
    const [first, second, last] = [ids[0], ids[1], ids[9]];
    expect(await on.create({ name: 'Level 10', definition: 'x', parentId: last })).toMatchObject({ code: 'TOO_DEEP' });
    for (const parentId of [first, second, last])
      expect(await on.update({ termId: first, parentId })).toMatchObject({ __typename: 'Refused', code: 'CYCLE' });
    const other = await on.make('Other');
    expect(await on.update({ termId: first, parentId: other })).toMatchObject({ code: 'TOO_DEEP' });
    expect((await on.update({ termId: second, parentId: null })).glossaryTerm.parent).toBeNull();
    expect((await on.update({ termId: first, parentId: last })).glossaryTerm.parent).toEqual({ id: last });
    expect(await on.remove(second ?? '')).toMatchObject({ code: 'HAS_CHILDREN' });
    expect(await on.remove(first ?? '')).toMatchObject({ __typename: 'GlossaryTermDeleted' });
    expect(await on.term(first ?? '')).toBeNull();
    expect(await findingsOf(db)).toEqual([]);
  });

  test('of two moves that would close a ring together one is refused', async () => {
    const [a, b] = [await on.make('A'), await on.make('B')];
    const answers = await Promise.all([on.update({ termId: a, parentId: b }), on.update({ termId: b, parentId: a })]);
    expect(answers.map(({ __typename }) => __typename)).toSatisfy(
      (names: readonly string[]) => names.includes('GlossaryTermUpdated') && names.includes('Refused'),
    );
  });

  test('a name is had once in all its spellings, and lookalikes are refused', async () => {
    const id = await on.make('Net revenue');
    for (const name of ['NET REVENUE', ' net  revenue ', 'Ｎet revenue'])
      expect(await on.create({ name, definition: 'x' }), name).toMatchObject({ code: 'TERM_EXISTS' });
    const other = await on.make('Other');
    expect(await on.update({ termId: other, name: 'net revenue' })).toMatchObject({ code: 'TERM_EXISTS' });
    expect((await on.update({ termId: id, name: 'NET revenue' })).glossaryTerm.name).toBe('NET revenue');
    const bad = [
      { name: 'N\u0435t revenue', definition: 'x' },
      { name: 'Net\u200brevenue', definition: 'x' },
      { name: 'x'.repeat(201), definition: 'x' },
      { name: 'y', definition: ' ' },
      { name: 'y', definition: 'x'.repeat(10_001) },
      { name: 'y', definition: 'x\u0000' },
      { name: 'y', definition: 'x', synonyms: Array.from({ length: 51 }, (_, at) => `s${at}`) },
      { name: 'y', definition: 'x', owners: [{ email: 'nobody' }] },
    ];
    for (const input of bad) expect((await faultOf(graph, 'createGlossaryTerm', input))?.code).toBe('BAD_USER_INPUT');
    expect((await faultOf(graph, 'createGlossaryTerm', { name: 'y', definition: 'x', parentId: 'trm_nothing' }))?.code).toBe(
      'NOT_FOUND',
    );
    expect((await faultOf(graph, 'updateGlossaryTerm', { termId: other }))?.code).toBe('BAD_USER_INPUT');
    expect((await faultOf(graph, 'updateGlossaryTerm', { termId: other, relatedIds: [other] }))?.code).toBe('BAD_USER_INPUT');
    // What is deleted gives its name back.
    await on.remove(id);
    expect((await on.create({ name: 'Net revenue', definition: 'x' })).__typename).toBe('GlossaryTermCreated');
  });

  test('a repeat answers as before, and the same key with another body is a mismatch', async () => {
    const input = { idempotencyKey: randomUUID(), name: 'Once', definition: 'x' };
    const first = await on.create(input);
    expect(await on.create(input)).toEqual(first);
    expect((await faultOf(graph, 'createGlossaryTerm', { ...input, definition: 'y' }))?.code).toBe('IDEMPOTENCY_MISMATCH');
  });

  test('a term is on assets and columns, shows on both sides, and goes when it is taken off or deleted', async () => {
    const id = await on.make('Revenue');
    const spelled = ORDERS.replace('raw.orders', 'RAW.ORDERS');
    expect((await on.assign({ termId: id, urns: [ORDERS, AMOUNT, spelled] })).__typename).toBe('GlossaryTermAssigned');
    expect(await on.assign({ termId: id, urns: [ORDERS] })).toMatchObject({ code: 'ALREADY_ASSIGNED' });
    const shown = async () => {
      const { assets } = await on.term(
        id,
        'assets(first: 1) { totalCount { value exact } edges { since node { urn } } pageInfo { hasNextPage endCursor } }',
      );
      return assets;
    };
    const page = await shown();
    expect(page).toMatchObject({
      totalCount: { value: 2, exact: true },
      edges: [{ node: { urn: ORDERS } }],
      pageInfo: { hasNextPage: true },
    });
    const { assets: rest } = await on.term(
      id,
      `assets(after: "${page.pageInfo.endCursor}") { edges { node { urn } } pageInfo { hasNextPage } }`,
    );
    expect(rest).toMatchObject({ edges: [{ node: { urn: AMOUNT } }], pageInfo: { hasNextPage: false } });
    const terms = async (urn: string) => {
      const { asset } = await graph.ask('query($urn: Urn!) { asset(urn: $urn) { glossaryTerms { term { id } } version } }', {
        urn,
      });
      return asset;
    };
    expect((await terms(AMOUNT)).glossaryTerms).toEqual([{ term: { id } }]);
    // A term gives a dataset no new version, and so takes no certificate from it.
    expect(await terms(ORDERS)).toEqual({
      glossaryTerms: [{ term: { id } }],
      version: (await terms(datasetUrn('raw.customers'))).version,
    });
    await on.unassign({ termId: id, urns: [ORDERS] });
    expect(await on.unassign({ termId: id, urns: [ORDERS] })).toMatchObject({ code: 'NOT_ASSIGNED' });
    expect((await shown()).totalCount.value).toBe(1);
    await on.remove(id);
    expect((await terms(AMOUNT)).glossaryTerms).toEqual([]);
    expect((await faultOf(graph, 'assignGlossaryTerm', { termId: id, urns: [ORDERS] }))?.code).toBe('NOT_FOUND');
    expect(await findingsOf(db)).toEqual([]);
  });

  test('an earlier time is refused, and what was deleted is not found', async () => {
    const id = await on.make('Revenue');
    const { errors } = await graph.tryAsk(
      'query($id: ID!) { glossaryTerm(id: $id) { id } }',
      { id },
      { asOf: '2026-01-01T00:00:00.000000Z' as never },
    );
    expect(errors[0]?.extensions.code).toBe('AS_OF_UNSUPPORTED');
  });
});
