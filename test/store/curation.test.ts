import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { instantNow, type Instant } from '../../kernel/time.ts';
import { count, key, someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { catalogEvents } from '../../contracts/catalog.ts';
import { governanceEvents } from '../../contracts/governance.ts';
import { describeOnEngines } from './engines.ts';

const ORDERS = 'urn:cadastre:dataset:postgres://shop:5432,shop.public.orders';
const EMAIL = 'urn:cadastre:column:postgres://shop:5432,shop.public.orders,email';
const PUBLIC = ['shop', 'public'];

const SET_OWNERS = `mutation($input: SetOwnersInput!) { setOwners(input: $input) {
  __typename ... on OwnersSet { auditId readToken asset { version owners { role origin principal { id } } } }
  ... on Refused { code message policyIds auditId } ... on Conflict { currentVersion } } }`;
const SET_DESCRIPTION = `mutation($input: SetDescriptionInput!) { setDescription(input: $input) {
  __typename ... on DescriptionSet { asset { description descriptions { text origin } } } ... on Refused { code } } }`;

describeOnEngines('curation', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const script: Script = { scopes: [] };
  const scopes = (description: string | null): Script['scopes'] => [
    { scope: [], records: [container('shop'), container('shop', 'public')] },
    {
      scope: PUBLIC,
      records: [
        table([...PUBLIC, 'orders'], ['id', 'email'], { description, owner: 'loader' }),
        table([...PUBLIC, 'Orders'], ['id']),
      ],
    },
  ];

  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    script.scopes = scopes('All orders.');
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
  });
  afterAll(() => catalog.subgraph.stop());

  const mutate = async (document: string, input: Record<string, unknown>, context = {}) =>
    catalog.ask(document, { input: { idempotencyKey: key(), ...input } }, context);

  it('a new accountable owner shows at once, beside the technical one', async () => {
    const { data } = await mutate(SET_OWNERS, { urn: ORDERS, role: 'ACCOUNTABLE', owners: [{ email: 'ana@example.com' }] });
    expect(data.setOwners).toMatchObject({ __typename: 'OwnersSet', asset: { version: 2 } });
    expect(data.setOwners.asset.owners.map((owner: { role: string; origin: string }) => [owner.role, owner.origin])).toEqual([
      ['ACCOUNTABLE', 'HUMAN'],
      ['TECHNICAL', 'SOURCE'],
    ]);
  });

  it('the same address is the same person, whatever its case', async () => {
    const ids = async (email: string): Promise<string> => {
      const { data } = await mutate(SET_OWNERS, { urn: ORDERS, role: 'STEWARD', owners: [{ email }] });
      return data.setOwners.asset.owners.find((owner: { role: string }) => owner.role === 'STEWARD').principal.id;
    };
    expect(await ids('Ben@Example.com')).toBe(await ids('ben@example.com'));
  });

  it('the change stands in history with the event that made it, and its time', async () => {
    const { data } = await mutate(SET_OWNERS, { urn: ORDERS, role: 'ACCOUNTABLE', owners: [{ email: 'cleo@example.com' }] });
    const history = await catalog.ask(
      `query($urn: Urn!) { dataset(urn: $urn) { history(first: 2) { edges { node { version auditId recordedFrom recordedTo digest owners { role principal { id } } } } } } }`,
      { urn: ORDERS },
    );
    const [latest, before] = history.data.dataset.history.edges.map((edge: { node: unknown }) => edge.node);
    expect(latest.auditId).toBe(data.setOwners.auditId);
    expect(latest.recordedTo).toBeNull();
    expect(before.recordedTo).toBe(latest.recordedFrom);
    expect(latest.digest).not.toBe(before.digest);
    const [event] = await db.query<{ body: string; digest: string }>('select body from kernel.audit_event where id = $1', [
      latest.auditId,
    ]);
    expect(JSON.parse(event?.body ?? '{}')).toMatchObject({
      action: 'catalog.owners.set.v1',
      subject: { version: latest.version, digest: latest.digest },
    });
  });

  it('an audit event says who became owner nowhere in clear', async () => {
    await mutate(SET_OWNERS, {
      urn: ORDERS,
      role: 'ACCOUNTABLE',
      owners: [{ email: 'secret.person@example.com' }],
      reason: 'secret reason',
    });
    const bodies = await db.query<{ body: string }>('select body from kernel.audit_event');
    expect(bodies.map(({ body }) => body).join('\n')).not.toMatch(/secret|example\.com/);
  });

  it('a repeat with the same key answers the same and writes nothing', async () => {
    const input = { idempotencyKey: key(), urn: ORDERS, role: 'ACCOUNTABLE', owners: [{ email: 'dora@example.com' }] };
    const first = await catalog.ask(SET_OWNERS, { input });
    const events = await count(db, 'kernel.audit_event');
    const second = await catalog.ask(SET_OWNERS, { input });
    expect(second.data.setOwners.auditId).toBe(first.data.setOwners.auditId);
    expect(await count(db, 'kernel.audit_event')).toBe(events);
    const other = await catalog.ask(SET_OWNERS, { input: { ...input, owners: [] } });
    expect(other.errors[0].cause).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('many at once with the same key make one change', async () => {
    const input = { idempotencyKey: key(), urn: ORDERS, role: 'ACCOUNTABLE', owners: [{ email: 'emil@example.com' }] };
    const answers = await Promise.all(Array.from({ length: 8 }, () => catalog.ask(SET_OWNERS, { input })));
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(new Set(answers.map(({ data }) => data.setOwners.auditId)).size).toBe(1);
  });

  it('whoever read an older version gets a conflict and changes nothing', async () => {
    const { data } = await catalog.ask(`query($urn: Urn!) { dataset(urn: $urn) { version } }`, { urn: ORDERS });
    const stale = await mutate(SET_OWNERS, {
      urn: ORDERS,
      role: 'ACCOUNTABLE',
      owners: [],
      expectedVersion: data.dataset.version - 1,
    });
    expect(stale.data.setOwners).toEqual({ __typename: 'Conflict', currentVersion: data.dataset.version });
  });

  it('an analyst is refused, by name of the rule, and the refusal is audited', async () => {
    const { data } = await mutate(
      SET_OWNERS,
      { urn: ORDERS, role: 'ACCOUNTABLE', owners: [] },
      { principal: someone(['analyst']) },
    );
    expect(data.setOwners).toMatchObject({ __typename: 'Refused', code: 'FORBIDDEN', policyIds: ['default.deny'] });
    const [event] = await db.query('select outcome, action from kernel.audit_event where id = $1', [data.setOwners.auditId]);
    expect(event).toEqual({ outcome: 'refused', action: 'catalog.owners.refused.v1' });
  });

  it('technical owners are the source’s to change', async () => {
    const { data } = await mutate(SET_OWNERS, { urn: ORDERS, role: 'TECHNICAL', owners: [] });
    expect(data.setOwners).toMatchObject({ __typename: 'Refused', code: 'TECHNICAL_OWNER' });
  });

  it('a crawl never wipes what a person wrote, and the source shows again when the person takes it back', async () => {
    const { data } = await mutate(SET_DESCRIPTION, { urn: ORDERS, text: 'Orders that were paid.' });
    expect(data.setDescription.asset.descriptions).toEqual([
      { text: 'Orders that were paid.', origin: 'HUMAN' },
      { text: 'All orders.', origin: 'SOURCE' },
    ]);
    script.scopes = scopes('A new comment of the source.');
    await catalog.crawl('shop');
    const read = async (): Promise<string> =>
      (await catalog.ask(`query($urn: Urn!) { dataset(urn: $urn) { description } }`, { urn: ORDERS })).data.dataset.description;
    expect(await read()).toBe('Orders that were paid.');
    await mutate(SET_DESCRIPTION, { urn: ORDERS, text: null });
    expect(await read()).toBe('A new comment of the source.');
  });

  it('tags and describes a column, in the history of its dataset and an event of its own', async () => {
    await catalog.ask(`mutation($input: CreateTagInput!) { createTag(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), name: 'pii' },
    });
    const { data } = await catalog.ask(
      `mutation($input: TagAssetsInput!) { tagAssets(input: $input) { __typename ... on AssetsTagged { auditId assets { urn tags { origin tag { name } } } } } }`,
      { input: { idempotencyKey: key(), urns: [EMAIL], add: ['PII'] } },
    );
    expect(data.tagAssets.assets).toEqual([{ urn: EMAIL, tags: [{ origin: 'HUMAN', tag: { name: 'pii' } }] }]);
    const [event] = await db.query<{ subject_type: string; same: boolean }>(
      `select subject_type, aggregate_id <> subject_id as same from kernel.audit_event where id = $1`,
      [data.tagAssets.auditId],
    );
    expect(event).toEqual({ subject_type: 'Column', same: true });
    const found = await catalog.ask(`{ assets(filter: { tag: "pii" }) { edges { node { urn } } } }`);
    expect(found.data.assets.edges).toEqual([]);
  });

  it('answers for an earlier moment as it was then', async () => {
    await mutate(SET_DESCRIPTION, { urn: EMAIL, text: 'Where the receipt went.' });
    await mutate(SET_OWNERS, { urn: ORDERS, role: 'ACCOUNTABLE', owners: [{ email: 'early@example.com' }] });
    const asked = `query($urn: Urn!, $column: Urn!) {
      dataset(urn: $urn) { name version description owners { role principal { id } } columns { edges { node { name } } } }
      column(urn: $column) { description tags { tag { name } } dataset { name } } }`;
    const variables = { urn: ORDERS, column: EMAIL };
    const then = await catalog.ask(asked, variables);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const asOf: Instant = instantNow();
    await mutate(SET_OWNERS, { urn: ORDERS, role: 'ACCOUNTABLE', owners: [] });
    await mutate(SET_DESCRIPTION, { urn: EMAIL, text: 'Changed.' });
    script.scopes = [
      scopes(null)[0]!,
      { scope: PUBLIC, records: [table([...PUBLIC, 'orders'], ['id', 'renamed']), table([...PUBLIC, 'Orders'], ['id'])] },
    ];
    await catalog.crawl('shop');
    expect((await catalog.ask(asked, variables)).data).not.toEqual(then.data);
    expect(await catalog.ask(asked, variables, { asOf })).toEqual(then);
    const before = await catalog.ask(asked, variables, { asOf: '2020-01-01T00:00:00.000000Z' as Instant });
    expect(before).toEqual({ data: { dataset: null, column: null }, errors: [] });
  });

  it('refuses to change the past, and to search it', async () => {
    const asOf = instantNow();
    const write = await mutate(SET_OWNERS, { urn: ORDERS, role: 'ACCOUNTABLE', owners: [] }, { asOf });
    expect(write.errors[0].cause).toMatchObject({ code: 'AS_OF_UNSUPPORTED' });
    const search = await catalog.ask(`{ search(query: "orders") { edges { score } } }`, {}, { asOf });
    expect(search.errors[0].cause).toMatchObject({ code: 'AS_OF_UNSUPPORTED' });
  });

  it('finds a table by any spelling that its platform takes for the same name', async () => {
    const nameOf = async (name: string): Promise<string | undefined> =>
      (
        await catalog.ask(`query($urn: Urn!) { dataset(urn: $urn) { name } }`, {
          urn: `urn:cadastre:dataset:postgres://shop:5432,${name}`,
        })
      ).data.dataset?.name;
    expect(await nameOf('SHOP.PUBLIC.ORDERS')).toBe('orders');
    expect(await nameOf('shop.public.%22Orders%22')).toBe('Orders');
    expect(await nameOf('shop.public.orders')).toBe('orders');
    expect(await nameOf('shop.public.ORDERS')).toBe('orders');
    expect(await nameOf('shop.public.nothing')).toBeUndefined();
  });

  it('a URN that we give finds the very asset it was given for', async () => {
    const { data } = await catalog.ask(`{ assets(filter: { namePrefix: "shop.public." }) { edges { node { id urn } } } }`);
    expect(data.assets.edges.length).toBeGreaterThan(1);
    for (const { node } of data.assets.edges)
      expect((await catalog.ask(`query($urn: Urn!) { asset(urn: $urn) { id } }`, { urn: node.urn })).data.asset.id).toBe(node.id);
  });

  it('a page has a bound, and a cursor belongs to its query', async () => {
    const list = async (args: string) =>
      catalog.ask(`{ assets(${args}) { edges { cursor node { name } } pageInfo { hasNextPage endCursor } } }`);
    const first = await list('first: 2');
    const cursor = first.data.assets.pageInfo.endCursor;
    const second = await list(`first: 2, after: "${cursor}"`);
    const all = await list('first: 4');
    expect([...first.data.assets.edges, ...second.data.assets.edges]).toEqual(all.data.assets.edges);
    expect((await list('first: 1000000')).errors[0].cause).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect((await list(`first: 2, after: "nonsense"`)).errors[0].cause).toMatchObject({ code: 'INVALID_CURSOR' });
    expect((await list(`first: 2, filter: { platform: "mysql" }, after: "${cursor}"`)).errors[0].cause).toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });

  it('somebody without a role sees nothing', async () => {
    const nobody = { principal: someone([]) };
    const { data } = await catalog.ask(
      `query($urn: Urn!) { dataset(urn: $urn) { name } assets { edges { node { name } } } search(query: "orders") { edges { score } totalCount { value } } }`,
      { urn: ORDERS },
      nobody,
    );
    expect(data).toEqual({ dataset: null, assets: { edges: [] }, search: { edges: [], totalCount: { value: 0 } } });
  });

  it('every message to other subgraphs has the form that its contract says, and the name of its audit event', async () => {
    const contracts: Readonly<Record<string, { parse(value: unknown): unknown }>> = { ...catalogEvents, ...governanceEvents };
    const messages = await db.query<{ topic: string; payload: string; action: string }>(
      'select o.topic, o.payload, e.action from kernel.outbox o join kernel.audit_event e on e.id = o.event_id',
    );
    expect(messages.length).toBeGreaterThan(10);
    for (const { topic, payload, action } of messages) {
      expect(action).toBe(topic);
      expect(() => contracts[topic]?.parse(JSON.parse(payload)), topic).not.toThrow();
      expect(contracts, topic).toHaveProperty([topic]);
    }
  });
});
