import { graphql } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { policiesInForce } from '../../kernel/policy/inForce.ts';
import { catalogSubgraph } from '../../subgraphs/catalog/index.ts';
import { columnUrn, datasetUrn, ingestShop } from '../support/churnModel.ts';
import { enforce, faultOf, glossary, type Glossary } from '../support/glossary.ts';
import { findingsOf } from '../support/reconciling.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

const ORDERS = datasetUrn('raw.orders');
const AMOUNT = columnUrn('raw.orders', 'amount');

describeOnOneEngine('who sees and changes glossary terms', (open) => {
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

  test('two people see different assets and counts, and a hidden term is nowhere', async () => {
    const [open_, secret] = [await on.make('Revenue'), await on.make('Margin')];
    const child = await on.make('Net margin', { parentId: secret, relatedIds: [open_] });
    await on.assign({ termId: open_, urns: [ORDERS, AMOUNT, datasetUrn('raw.customers')] });
    await on.assign({ termId: secret, urns: [ORDERS] });
    const [ann, eve] = [await graph.person('Ann', ['analyst']), await graph.person('Eve', ['analyst'])];
    await on.update({ termId: secret, owners: [{ principalId: ann.principal.id }] });
    await graph.change('createTag', { name: 'hidden' });
    await graph.change('tagAssets', { urns: [ORDERS], add: ['hidden'] });
    await enforce(
      graph,
      `@id("orders") @reason("x") forbid (principal == Principal::"${eve.principal.id}", action == Action::"catalog.read", resource)
         when { resource.tags.contains("hidden") };
       @id("margin") @reason("x") forbid (principal in Role::"analyst", action == Action::"catalog.read", resource is GlossaryTerm)
         when { !resource.owners.isEmpty() && !resource.owners.contains(Principal::"${graph.admin.id}") } unless { principal in resource.owners };`,
    );
    const look = async (who: typeof ann) => {
      const { assets } = await on.term(open_, 'assets { totalCount { value } edges { node { urn } } }', who);
      const { glossaryTerms } = await graph.ask('{ glossaryTerms { edges { node { name } } } }', {}, who);
      return {
        count: assets.totalCount.value,
        urns: assets.edges.map(({ node }: { node: { urn: string } }) => node.urn),
        terms: glossaryTerms.edges.map(({ node }: { node: { name: string } }) => node.name),
        parent: (await on.term(child, 'parent { id }', who)).parent,
        secret: await on.term(secret, 'id', who),
      };
    };
    expect(await look(ann)).toEqual({
      count: 3,
      urns: [datasetUrn('raw.customers'), ORDERS, AMOUNT],
      terms: ['Margin', 'Net margin', 'Revenue'],
      parent: { id: secret },
      secret: { id: secret },
    });
    expect(await look(eve)).toEqual({
      count: 1,
      urns: [datasetUrn('raw.customers')],
      terms: ['Net margin', 'Revenue'],
      parent: null,
      secret: null,
    });
    const entities = catalogSubgraph(graph.kernel, {}, () => Promise.reject(new Error('nothing to analyze')));
    const referred = async (who: typeof ann) => {
      const { data } = await graphql({
        schema: entities.schema,
        source: 'query($of: [_Any!]!) { _entities(representations: $of) { ... on GlossaryTerm { name } } }',
        variableValues: { of: [{ __typename: 'GlossaryTerm', id: secret }] },
        contextValue: entities.context({ ...internalRequest('test'), ...who, policies: await policiesInForce(db) }),
      });
      return data?.['_entities'];
    };
    expect(await referred(ann)).toEqual([{ name: 'Margin' }]);
    expect(await referred(eve)).toEqual([null]);
    expect((await faultOf(graph, 'updateGlossaryTerm', { termId: secret, name: 'x' }, eve))?.code).toBe('NOT_FOUND');
    expect(
      await graph.ask('query($urn: Urn!) { asset(urn: $urn) { glossaryTerms { term { name } } } }', { urn: ORDERS }, ann),
    ).toEqual({
      asset: { glossaryTerms: [{ term: { name: 'Margin' } }, { term: { name: 'Revenue' } }] },
    });
  });

  test('owners and stewards change a term, others do not, and only who curates an asset puts one on it', async () => {
    const [ann, eve, steward] = [
      await graph.person('Ann', ['analyst']),
      await graph.person('Eve', ['analyst']),
      await graph.person('Stu', ['steward']),
    ];
    const id = await on.make('Revenue', { owners: [{ principalId: ann.principal.id }] });
    expect((await on.update({ termId: id, definition: 'Mine.' }, ann)).__typename).toBe('GlossaryTermUpdated');
    expect((await on.update({ termId: id, definition: 'Also mine.' }, steward)).__typename).toBe('GlossaryTermUpdated');
    for (const refused of [
      await on.update({ termId: id, definition: 'Not mine.' }, eve),
      await on.publish({ termId: id }, eve),
      await on.remove(id, eve),
      await on.create({ name: 'Another', definition: 'x' }, ann),
      await on.assign({ termId: id, urns: [ORDERS] }, ann),
    ])
      expect(refused).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN' });
    expect((await on.assign({ termId: id, urns: [ORDERS] }, steward)).__typename).toBe('GlossaryTermAssigned');
    expect((await on.term(id)).definition).toBe('Also mine.');
  });

  test('of an owner who was erased an id stays, and no detail names them', async () => {
    const { principal: ann } = await graph.person('Ann', ['analyst']);
    const termId = await on.make('Revenue', { owners: [{ principalId: ann.id }] });
    await on.update({ termId, definition: 'Ask ann@example.com.' });
    const { dataProduct } = await on.offer({ name: 'Sales', description: 'x', owners: [{ email: 'ann@example.com' }] });
    expect(dataProduct.owners).toEqual([{ id: ann.id }]);
    const mentions = async (): Promise<number> => {
      const rows = await db.query(
        `select 1 from kernel.audit_detail where lower(body) like '%ann@example.com%' or body like $1`,
        [`%${ann.id}%`],
      );
      return rows.length;
    };
    expect(await mentions()).toBeGreaterThan(2);
    const erased = await graph.change('erasePerson', { principalId: ann.id, reason: 'Asked to be forgotten.' });
    expect(erased.__typename).toBe('PersonErased');
    expect(await mentions()).toBe(0);
    expect(await on.term(termId, 'owners { id name }')).toEqual({ owners: [{ id: ann.id, name: 'Erased' }] });
    expect(await findingsOf(db)).toEqual([]);
  });
});
