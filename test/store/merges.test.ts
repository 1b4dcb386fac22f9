import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { count, key, someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { ingest } from '../support/ingesting.ts';
import { edgesOf, HOME, load, merging, type Merging, ORDERS, urnOf, worldOf } from '../support/merging.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine, resetData } from './engines.ts';

describeOnOneEngine('merged datasets', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  let act: Merging;
  const script: Script = { scopes: [] };
  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    act = merging(catalog);
  });
  beforeEach(() => resetData(db));
  afterAll(() => catalog.subgraph.stop());

  const crawl = async (): Promise<void> => {
    script.scopes = [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      { scope: ['shop', 'public'], records: [table(['shop', 'public', 'orders'], ['id', 'price'])] },
    ];
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
  };
  const seen = async (urn: string, context = {}) =>
    (await catalog.ask(`query($urn: Urn!) { asset(urn: $urn) { id urn state } }`, { urn }, context)).data.asset;
  const later = async (): Promise<string> => {
    const [row] = await db.query<{ now: string }>('select clock_timestamp() as now');
    return row?.now ?? '';
  };

  it('a merge moves edges, jobs and names to the target, and undoing it restores everything', async () => {
    await crawl();
    await ingest(db, load('warehouse', 'm'));
    const before = await worldOf(db);
    const [orphan, target] = [await seen(urnOf('warehouse', ORDERS)), await seen(urnOf(HOME, ORDERS))];
    const moment = await later();
    const merged = await act.merge(urnOf('warehouse', ORDERS), urnOf(HOME, ORDERS));
    expect(merged).toMatchObject({ asset: { id: target.id }, movedEdges: 2, waitingEdges: 1, unmatchedColumns: ['old'] });
    expect(await edgesOf(db)).toEqual([`${HOME},${ORDERS}.price > bigquery,m.total`]);
    expect(await edgesOf(db, 0)).toEqual([`${HOME},${ORDERS} > bigquery,m`]);
    expect(
      await count(
        db,
        `catalog.job_dataset d join catalog.asset a on a.no = d.asset_no
      where d.recorded_to = 'infinity' and a.namespace = 'warehouse'`,
      ),
    ).toBe(0);
    expect((await seen(urnOf('warehouse', ORDERS))).id).toBe(target.id);
    const byId = await catalog.ask(`query($id: ID!) { asset(id: $id) { id } }`, { id: orphan.id });
    expect(byId.data.asset.id).toBe(target.id);

    const then = { asOf: moment };
    expect((await seen(urnOf('warehouse', ORDERS), then)).id).toBe(orphan.id);
    const undone = await act.unmerge(urnOf('warehouse', ORDERS));
    expect(undone).toMatchObject({ asset: { id: orphan.id }, returnedEdges: 3 });
    expect(await worldOf(db)).toEqual(before);
    expect((await seen(urnOf('warehouse', ORDERS))).id).toBe(orphan.id);
  });

  it('the id and the URN of a column lead to the column of the target', async () => {
    await crawl();
    await ingest(db, load('warehouse', 'm'));
    const columnOf = async (namespace: string) =>
      (await catalog.ask(`{ column(urn: "urn:cadastre:column:${namespace},${ORDERS},price") { id } }`)).data.column.id;
    const [own, target] = [await columnOf('warehouse'), await columnOf(HOME)];
    await act.merge(urnOf('warehouse', ORDERS), urnOf(HOME, ORDERS));
    expect(await columnOf('warehouse')).toBe(target);
    expect((await catalog.ask(`query($id: ID!) { asset(id: $id) { id } }`, { id: own })).data.asset.id).toBe(target);
  });

  it('what is stated after a merge under the old name is stated of the target, and says so again without a change', async () => {
    await crawl();
    await ingest(db, load('warehouse', 'm'));
    await act.merge(urnOf('warehouse', ORDERS), urnOf(HOME, ORDERS));
    const before = await worldOf(db);
    await ingest(db, load('warehouse', 'm', { id: 'r2', minute: 2 }));
    expect(await edgesOf(db)).toEqual([`${HOME},${ORDERS}.price > bigquery,m.total`]);
    expect({ ...(await worldOf(db)), runs: null }).toEqual({ ...before, runs: null });
    expect(await count(db, `catalog.asset where namespace = 'warehouse' and state = 'present'`)).toBe(0);
  });

  it('edges that their evidence takes back while merged do not return', async () => {
    await crawl();
    await ingest(db, load('warehouse', 'm'));
    await act.merge(urnOf('warehouse', ORDERS), urnOf(HOME, ORDERS));
    await ingest(db, load('elsewhere', 'm', { id: 'r2', minute: 2 }));
    await act.unmerge(urnOf('warehouse', ORDERS));
    expect(await edgesOf(db)).toEqual([
      `elsewhere,${ORDERS}.old > bigquery,m.gone`,
      `elsewhere,${ORDERS}.price > bigquery,m.total`,
    ]);
  });

  it('owners, tags and descriptions of people go over where the target has none, and go back', async () => {
    await crawl();
    await ingest(db, load('warehouse', 'm'));
    const write = async (mutation: string, type: string, input: object): Promise<void> => {
      const { errors } = await catalog.ask(`mutation($input: ${type}!) { ${mutation}(input: $input) { __typename } }`, {
        input: { idempotencyKey: key(), ...input },
      });
      expect(errors).toEqual([]);
    };
    const [from, into] = [urnOf('warehouse', ORDERS), urnOf(HOME, ORDERS)];
    await write('setDescription', 'SetDescriptionInput', { urn: from, text: 'All orders.' });
    await write('setDescription', 'SetDescriptionInput', {
      urn: `urn:cadastre:column:warehouse,${ORDERS},price`,
      text: 'Cents.',
    });
    await write('setOwners', 'SetOwnersInput', { urn: from, role: 'STEWARD', owners: [{ email: 'ana@example.com' }] });
    await write('setOwners', 'SetOwnersInput', { urn: from, role: 'ACCOUNTABLE', owners: [{ email: 'ana@example.com' }] });
    await write('setOwners', 'SetOwnersInput', { urn: into, role: 'ACCOUNTABLE', owners: [{ email: 'bo@example.com' }] });
    await write('createTag', 'CreateTagInput', { name: 'pii' });
    await write('tagAssets', 'TagAssetsInput', { urns: [from], add: ['pii'] });
    const before = await worldOf(db);
    await act.merge(from, into);
    const { data } = await catalog.ask(
      `{ dataset(urn: "${into}") { description owners { role } tags { tag { name } } columns(first: 5) { edges { node { name description } } } } }`,
    );
    expect(data.dataset).toMatchObject({
      description: 'All orders.',
      owners: [{ role: 'ACCOUNTABLE' }, { role: 'STEWARD' }],
      tags: [{ tag: { name: 'pii' } }],
      columns: { edges: [{ node: { description: null } }, { node: { description: 'Cents.' } }] },
    });
    await act.unmerge(from);
    expect(await worldOf(db)).toEqual(before);
  });

  it('merges one after another can be undone in any order that leaves no gap', async () => {
    await crawl();
    await ingest(db, load('one', 'm'), load('two', 'm', { job: 'other', id: 'r2' }));
    const before = await worldOf(db);
    const [one, two, home] = [urnOf('one', ORDERS), urnOf('two', ORDERS), urnOf(HOME, ORDERS)];
    await act.merge(one, two);
    const between = await worldOf(db);
    await act.merge(two, home);
    expect((await seen(one)).urn).toBe(home);
    expect(await edgesOf(db)).toEqual([
      `${HOME},${ORDERS}.price > bigquery,m.total`,
      `${HOME},${ORDERS}.price > bigquery,m.total`,
    ]);
    expect(await act.unmerge(one)).toMatchObject({ __typename: 'Refused', code: 'MERGED_FURTHER' });
    await act.unmerge(two);
    expect(await worldOf(db)).toEqual(between);
    await act.unmerge(one);
    expect(await worldOf(db)).toEqual(before);
  });

  it('only what lineage alone knows is merged, once, into another dataset that the caller may see', async () => {
    await crawl();
    await ingest(db, load('warehouse', 'm'));
    const [orphan, home, mart] = [urnOf('warehouse', ORDERS), urnOf(HOME, ORDERS), urnOf('bigquery', 'm')];
    expect(await act.merge(home, orphan)).toMatchObject({ code: 'CRAWLED' });
    expect(await act.merge(orphan, orphan)).toMatchObject({ code: 'SAME_ASSET' });
    expect(await act.unmerge(orphan)).toMatchObject({ code: 'NOT_MERGED' });
    await expect(act.merge(orphan, `urn:cadastre:container:${HOME},shop.public`)).rejects.toThrow(/Only datasets are merged/);
    await expect(act.merge(orphan, `urn:cadastre:column:${HOME},${ORDERS},price`)).rejects.toThrow(/Only datasets are merged/);
    await expect(act.merge(orphan, urnOf(HOME, 'shop.public.nothing'))).rejects.toThrow(/NOT_FOUND/);
    await act.merge(orphan, home);
    expect(await act.merge(orphan, mart)).toMatchObject({ code: 'ALREADY_MERGED' });
    expect(await act.merge(mart, orphan)).toMatchObject({ asset: { urn: home } });
    const { data } = await catalog.ask(
      `mutation($input: UnmergeAssetsInput!) { unmergeAssets(input: $input) { __typename } }`,
      { input: { idempotencyKey: key(), from: orphan } },
      { principal: someone(['analyst']) },
    );
    expect(data.unmergeAssets.__typename).toBe('Refused');
    expect(await count(db, `kernel.audit_event where body::jsonb->>'action' = 'catalog.merge.refused.v1'`)).toBe(5);
  });
});
