import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { CATALOG_TAMPERING } from '../support/catalogTampering.ts';
import { GLOSSARY_TAMPERING } from '../support/glossaryTampering.ts';
import { key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest } from '../support/ingesting.ts';
import { HOME, load, merging, type Merging, ORDERS, urnOf } from '../support/merging.ts';
import { askPage, findingsOf, reconcileAll, tamperedWith } from '../support/reconciling.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine } from './engines.ts';

const TARGET = urnOf(HOME, ORDERS);
const ANSWER = '__typename ... on Refused { code message }';
const MUTATIONS = {
  setOwners: `mutation($input: SetOwnersInput!) { answer: setOwners(input: $input) { ${ANSWER} } }`,
  setDescription: `mutation($input: SetDescriptionInput!) { answer: setDescription(input: $input) { ${ANSWER} } }`,
  createTag: `mutation($input: CreateTagInput!) { answer: createTag(input: $input) { ${ANSWER} } }`,
  tagAssets: `mutation($input: TagAssetsInput!) { answer: tagAssets(input: $input) { ${ANSWER} } }`,
  addLineage: `mutation($input: AddLineageInput!) { answer: addLineage(input: $input) { ${ANSWER} } }`,
  assignGlossaryTerm: `mutation($input: AssignGlossaryTermInput!) { answer: assignGlossaryTerm(input: $input) { ${ANSWER} } }`,
  addDataProductMembers: `mutation($input: AddDataProductMembersInput!) { answer: addDataProductMembers(input: $input) { ${ANSWER} } }`,
  ingestMetadata: `mutation($input: IngestMetadataInput!) { answer: ingestMetadata(input: $input) { ${ANSWER} } }`,
} as const;

describeOnOneEngine('reconciling the catalog', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  let act: Merging;
  const script: Script = { scopes: [] };
  const source = (columns: readonly string[], more: readonly string[] = []): Script['scopes'] => [
    { scope: [], records: [container('shop'), container('shop', 'public')] },
    {
      scope: ['shop', 'public'],
      records: [
        table(['shop', 'public', 'orders'], [...columns], { description: 'All orders.', owner: 'loader' }),
        ...more.map((name) => table(['shop', 'public', name], ['id', 'price'])),
      ],
    },
  ];
  const change = async (mutation: keyof typeof MUTATIONS, input: object): Promise<string> => {
    const { data, errors } = await catalog.ask(MUTATIONS[mutation], { input: { idempotencyKey: key(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.answer.__typename;
  };

  /** Makes a term or a product and answers its id. */
  const made = async (mutation: string, field: string, input: object): Promise<string> => {
    const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const done = `${field.charAt(0).toUpperCase()}${field.slice(1)}Created`;
    const document = `mutation($input: ${name}Input!) { answer: ${mutation}(input: $input) { ... on ${done} { ${field} { id } } } }`;
    const { data } = await catalog.ask(document, { input: { idempotencyKey: key(), owners: [], ...input } });
    return data.answer[field].id;
  };

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    act = merging(catalog);
    script.scopes = source(['id', 'price', 'old'], ['lines', 'items']);
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
    await change('setOwners', { urn: TARGET, role: 'ACCOUNTABLE', owners: [{ email: 'ana@example.com' }] });
    await change('setDescription', { urn: TARGET, text: 'What people ordered.' });
    await change('createTag', { name: 'payroll' });
    await change('tagAssets', { urns: [TARGET], add: ['payroll'] });
    const termId = await made('createGlossaryTerm', 'glossaryTerm', { name: 'Revenue', definition: 'What was paid.' });
    await change('assignGlossaryTerm', { termId, urns: [TARGET] });
    await made('createGlossaryTerm', 'glossaryTerm', { name: 'Cost', definition: 'What we paid.' });
    const productId = await made('createDataProduct', 'dataProduct', { name: 'Orders', description: 'For reports.' });
    await change('addDataProductMembers', { productId, urns: [TARGET] });
    await change('addLineage', {
      source: urnOf(HOME, 'shop.public.lines'),
      target: TARGET,
      subtype: 'TRANSFORMATION',
      expression: 'sum(price)',
    });
    await ingest(db, load('warehouse', 'm'), load(HOME, 'n', { id: 'r2', job: 'other', minute: 2 }));
    await act.merge(urnOf('warehouse', ORDERS), TARGET);
    await change('ingestMetadata', {
      producer: 'dbt/shop',
      datasets: [{ namespace: HOME, name: 'shop.public.lines', description: 'Lines.', tags: ['certified'], columns: [] }],
      evidence: [],
      statement: { namespace: HOME, statedAt: '2026-01-01T00:00:00Z', complete: true },
      signals: [
        {
          key: 'not_null',
          on: { namespace: HOME, name: ORDERS, column: 'id' },
          name: 'not_null',
          kind: 'not_null',
          severity: 'ERROR',
        },
      ],
      metrics: [
        {
          key: 'revenue',
          name: 'revenue',
          type: 'simple',
          dimensions: [],
          reads: [{ namespace: HOME, name: ORDERS, column: 'price' }],
        },
      ],
    });
  });
  afterAll(() => catalog.subgraph.stop());

  it('finds nothing after crawls, curation, lineage, events, merges and statements of tools', async () => {
    const { checked, findings } = await reconcileAll(db);
    expect(findings).toEqual([]);
    expect(checked).toBeGreaterThan(60);
  });

  it('small pages check the same things as large ones', async () => {
    const { checked, findings } = await reconcileAll(db, 3);
    expect(findings).toEqual([]);
    expect(checked).toBe((await reconcileAll(db)).checked);
  });

  it.each([...CATALOG_TAMPERING, ...GLOSSARY_TAMPERING])(
    'finds %s that was changed behind its back',
    async (_, name, statement, kind, message) => {
      const findings = await tamperedWith(db, name, statement, () => findingsOf(db));
      expect(findings).toContainEqual(expect.objectContaining({ kind, message: expect.stringMatching(message) }));
      expect(await findingsOf(db)).toEqual([]);
    },
  );

  it('a crawl under way is no finding', async () => {
    const stop = new AbortController();
    const crawls = (async () => {
      for (let i = 0; !stop.signal.aborted; i++) {
        script.scopes = source(['id', 'price', `c${i}`], ['lines', 'items', `t${i % 3}`]);
        await catalog.crawl('shop');
        await change('setDescription', { urn: TARGET, text: `round ${i}` });
      }
    })();
    const found: unknown[] = [];
    for (let i = 0; i < 5; i++) found.push(...(await reconcileAll(db, 40)).findings);
    stop.abort();
    await crawls;
    expect(found).toEqual([]);
  });

  it('whatever is done through the program, nothing is found', async () => {
    const names = ['orders', 'lines', 'items'];
    const dataset = fc.constantFrom(...names).map((name) => urnOf(HOME, `shop.public.${name}`));
    const step = fc.oneof(
      fc.record({ do: fc.constant('describe' as const), urn: dataset, text: fc.constantFrom('a', 'b', null) }),
      fc.record({ do: fc.constant('tag' as const), urn: dataset, isAdding: fc.boolean() }),
      fc.record({ do: fc.constant('link' as const), urn: dataset, other: dataset }),
      fc.record({ do: fc.constant('crawl' as const), columns: fc.subarray(['id', 'price', 'old', 'new'], { minLength: 1 }) }),
      fc.record({
        do: fc.constant('run' as const),
        minute: fc.integer({ min: 1, max: 9 }),
        namespace: fc.constantFrom(HOME, 'lake'),
      }),
      fc.record({ do: fc.constant('merge' as const), isUndone: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        for (const one of steps) {
          if (one.do === 'describe') await change('setDescription', { urn: one.urn, text: one.text });
          else if (one.do === 'tag')
            await change('tagAssets', { urns: [one.urn], [one.isAdding ? 'add' : 'remove']: ['payroll'] });
          else if (one.do === 'link') await change('addLineage', { source: one.urn, target: one.other });
          else if (one.do === 'crawl') {
            script.scopes = source(one.columns, names.slice(1));
            await catalog.crawl('shop');
          } else if (one.do === 'run')
            await ingest(db, load(one.namespace, 'm', { id: `r${one.minute}`, job: 'random', minute: one.minute }));
          else {
            await ingest(db, load('lake', 'm'));
            const lake = urnOf('lake', ORDERS);
            await (one.isUndone ? act.unmerge(lake) : act.merge(lake, TARGET));
          }
        }
        expect(await findingsOf(db)).toEqual([]);
      }),
      { numRuns: 8 },
    );
  }, 180_000);

  it('is for those who may read the log, and a cursor is what it answered', async () => {
    const { errors } = await catalog.ask(
      '{ reconcileCatalog { checked } }',
      {},
      {
        principal: {
          id: 'usr_x',
          kind: 'user',
          name: 'X',
          roles: ['analyst'],
          scopes: ['graph'],
          teams: [],
          onBehalfOf: null,
          authMethod: 'access-key',
        },
      },
    );
    expect(errors[0].cause.code).toBe('FORBIDDEN');
    await expect(askPage(catalog.subgraph, 'reconcileCatalog', 10, 'nonsense')).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    expect(await askPage(catalog.subgraph, 'reconcileCatalog', 1, null)).toMatchObject({ checked: 1, total: expect.any(Number) });
  });
});
