import { afterAll, beforeAll, expect, it } from 'vitest';
import { Fault } from '../../kernel/fault.ts';
import { internalPrincipal } from '../../kernel/identity/internal.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { key, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine } from './engines.ts';

const onSource = (field: string) =>
  `mutation($input: ${field.charAt(0).toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { __typename ... on Refused { code } } }`;

describeOnOneEngine('sources', (open) => {
  let catalog: TestCatalog;
  const script: Script = { scopes: [{ scope: [], records: [container('shop')] }] };

  beforeAll(async () => {
    const away: Script = {
      scopes: [],
      failsToOpen: new Fault('SOURCE_UNAVAILABLE', { public: 'Nobody is there.' }),
    };
    catalog = await testCatalog(await open(), { script: scriptedConnector({ shop: script, away }) });
  });
  afterAll(() => catalog.subgraph.stop());

  const mutate = async (document: string, input: Record<string, unknown>) =>
    catalog.ask(document, { input: { idempotencyKey: key(), ...input } });

  it('a removal that is sent twice is answered twice, and a test that is sent twice connects once', async () => {
    await catalog.addSource('twice', 'script://shop');
    let opened = 0;
    const before = script.scopes;
    Object.defineProperty(script, 'scopes', { configurable: true, get: () => (opened++, before) });
    const tested = { input: { idempotencyKey: key(), name: 'twice' } };
    const first = await catalog.ask(onSource('testSource'), tested);
    const once = opened;
    expect(await catalog.ask(onSource('testSource'), tested)).toEqual(first);
    Object.defineProperty(script, 'scopes', { configurable: true, writable: true, enumerable: true, value: before });
    expect(once).toBeGreaterThan(0);
    expect(opened).toBe(once);
    const mixed = await catalog.ask(onSource('removeSource'), tested);
    expect(mixed.errors[0].cause).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    const input = { idempotencyKey: key(), name: 'twice' };
    for (let i = 0; i < 2; i++)
      expect((await catalog.ask(onSource('removeSource'), { input })).data.removeSource.__typename).toBe('SourceRemoved');
    const again = await mutate(onSource('removeSource'), { name: 'twice' });
    expect(again.errors[0].cause).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('one that is tested first and cannot be reached is not registered, and nobody connects for whoever may not', async () => {
    const add = (name: string, url: string, test: boolean, as?: Principal) =>
      catalog.ask(
        `mutation($input: AddSourceInput!) { addSource(input: $input) { __typename ... on SourceAdded { engine } ... on Refused { code } } }`,
        { input: { idempotencyKey: key(), name, url, test } },
        ...(as === undefined ? [] : [{ principal: as }]),
      );
    const away = await add('away', 'script://away', true);
    expect(away.errors[0].cause).toMatchObject({ code: 'SOURCE_UNAVAILABLE', message: 'Nobody is there.' });
    expect((await catalog.ask('{ source(name: "away") { state } }')).data.source).toBeNull();
    expect((await add('away', 'script://away', false)).data.addSource).toEqual({ __typename: 'SourceAdded', engine: null });
    expect((await add('there', 'script://shop', true)).data.addSource).toEqual({
      __typename: 'SourceAdded',
      engine: 'Script 1.0',
    });
    const analyst: Principal = { ...internalPrincipal, id: 'usr_analyst', kind: 'user', roles: ['analyst'] };
    expect((await add('other', 'script://away', true, analyst)).data.addSource).toEqual({
      __typename: 'Refused',
      code: 'FORBIDDEN',
    });
  });

  it('the name of a removed source is free again, and one that is in service is not', async () => {
    await catalog.addSource('again', 'script://shop');
    const taken = await mutate(onSource('addSource'), { name: 'again', url: 'script://shop' });
    expect(taken.data.addSource).toEqual({ __typename: 'Refused', code: 'SOURCE_EXISTS' });
    await mutate(onSource('removeSource'), { name: 'again' });
    await catalog.addSource('again', 'script://shop');
    const { data } = await catalog.ask(
      `{ source(name: "again") { state } sources(first: 500) { edges { node { name state } } } }`,
    );
    expect(data.source).toEqual({ state: 'ACTIVE' });
    const states = data.sources.edges
      .map((edge: { node: unknown }) => edge.node)
      .filter((one: { name: string }) => one.name === 'again');
    expect(new Set(states.map(({ state }: { state: string }) => state))).toEqual(new Set(['ACTIVE', 'REMOVED']));
    await mutate(onSource('removeSource'), { name: 'again' });
  });
});
