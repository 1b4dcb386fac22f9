import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveGateway } from '../../app/serveGateway.ts';
import { serveSubgraph } from '../../app/serveSubgraph.ts';
import type { Service } from '../../app/service.ts';
import type { SubgraphName } from '../../app/subgraphs.ts';
import { begunHome, codesOf, post, silentLog, testConfig } from './running.ts';

const TOKEN = 'one-token-that-every-subgraph-knows-0123456789';

describe('subgraphs as services behind a gateway', () => {
  let catalog: Service;
  let governance: Service;
  let registry: Service;
  let gateway: Service;

  const serve = async (name: SubgraphName, more: object = {}): Promise<Service> =>
    serveSubgraph(name, testConfig(await begunHome(afterAll), { CADASTRE_ADMIN_TOKEN: TOKEN, ...more }), { log: silentLog });

  beforeAll(async () => {
    governance = await serve('governance');
    catalog = await serve('catalog');
    const port = await freePort();
    registry = await serve('registry', { CADASTRE_GATEWAY_URL: `http://127.0.0.1:${port}/graphql` });
    const addresses = [
      { name: 'catalog', url: `${catalog.url}/graphql` },
      { name: 'governance', url: `${governance.url}/graphql` },
      { name: 'registry', url: `${registry.url}/graphql` },
    ];
    const config = testConfig(await begunHome(afterAll), { CADASTRE_ADMIN_TOKEN: TOKEN, PORT: `${port}` });
    gateway = await serveGateway(addresses, config, { log: silentLog });
  }, 240_000);

  afterAll(async () => {
    for (const service of [gateway, registry, catalog, governance]) await service.stop();
  });

  test('the registry asks the catalog through the gateway, as the caller', async () => {
    const change = async (name: string, input: object, fields: string) => {
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
      const query = `mutation Test($input: ${type}!) { done: ${name}(input: $input) { __typename ... on Refused { code message } ${fields} } }`;
      const { body } = await post(gateway.url, TOKEN, query, {}, { input: { idempotencyKey: `${name} ${type}`, ...input } });
      return body;
    };
    const table = { namespace: 'n', name: 'shop.orders', columns: [{ name: 'total', dataType: 'text' }] };
    await change('ingestMetadata', { producer: 'test 1', datasets: [table], evidence: [] }, '');
    const { data } = await change('createModel', { name: 'churn' }, '... on ModelCreated { model { id } }');
    const version = await change(
      'createModelVersion',
      { modelId: data.done.model.id },
      '... on ModelVersionCreated { modelVersion { id } }',
    );
    const bind = (urn: string) =>
      change('bindFeatures', { versionId: version.data.done.modelVersion.id, bindings: [{ feature: urn, column: { urn } }] }, '');
    // The column is found; that the version is a draft comes after it.
    expect((await bind('urn:cadastre:column:n,shop.orders,total')).data.done).toMatchObject({ code: 'NOT_SEALED' });
    const unknown = await change(
      'bindFeatures',
      {
        idempotencyKey: 'other',
        versionId: version.data.done.modelVersion.id,
        bindings: [{ feature: 'x', column: { urn: 'urn:cadastre:column:n,shop.orders,gone' } }],
      },
      '',
    );
    expect(unknown.errors[0]).toMatchObject({ extensions: { code: 'NOT_FOUND' }, message: expect.stringContaining('gone') });
  });

  test('one query is answered by both', async () => {
    const reply = await post(gateway.url, TOKEN, '{ me { roles } sources { edges { node { name } } } }');
    expect(reply.body).toEqual({ data: { me: { roles: ['admin'] }, sources: { edges: [] } } });
  });

  test('each subgraph finds out by itself who asks', async () => {
    for (const { url } of [catalog, governance, gateway]) {
      const reply = await post(url, 'somebody-else', '{ __typename } ');
      const direct = await post(
        url,
        'somebody-else',
        url === catalog.url ? '{ tags { edges { node { id } } } }' : '{ me { roles } }',
      );
      expect(codesOf(direct)).toEqual(['UNAUTHENTICATED']);
      expect(direct.status).toBe(401);
      expect(reply.body.data?.me).toBeUndefined();
    }
    const entities = await post(governance.url, 'somebody-else', '{ _entities(representations: []) { __typename } }');
    expect(entities.status).toBe(401);
  });

  test('a trace goes through, so that a bug is found in both logs by one id', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const made = await post(
      gateway.url,
      TOKEN,
      'mutation { createTeam(input: { idempotencyKey: "t", name: "Traced" }) { ... on TeamCreated { auditId } } }',
      {
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      },
    );
    const { auditId } = made.body.data.createTeam;
    expect((await post(gateway.url, TOKEN, `{ auditEntry(id: "${auditId}") { traceId } }`)).body.data.auditEntry.traceId).toBe(
      traceId,
    );
  });

  test('with one subgraph down, the rest of the answer comes', async () => {
    await catalog.stop();
    const reply = await post(gateway.url, TOKEN, '{ me { roles } asset(urn: "urn:cadastre:dataset:a,b") { id } }');
    expect(reply.status).toBe(200);
    expect(reply.body.data).toEqual({ me: { roles: ['admin'] }, asset: null });
    expect(codesOf(reply)).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(reply.text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED/);
  });
});

test('a gateway that no subgraph knows says which setting to change', async () => {
  const subgraph = await serveSubgraph('governance', testConfig(await begunHome(), { CADASTRE_ADMIN_TOKEN: TOKEN }), {
    log: silentLog,
  });
  const start = serveGateway([{ name: 'governance', url: `${subgraph.url}/graphql` }], testConfig(await begunHome()), {
    log: silentLog,
  });
  await expect(start).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('CADASTRE_ADMIN_TOKEN') });
  await subgraph.stop();
});

/** One that nobody listened on a moment ago. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
