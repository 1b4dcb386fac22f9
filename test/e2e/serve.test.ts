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
  let gateway: Service;

  const serve = async (name: SubgraphName): Promise<Service> =>
    serveSubgraph(name, testConfig(await begunHome(afterAll), { CADASTRE_ADMIN_TOKEN: TOKEN }), { log: silentLog });

  beforeAll(async () => {
    governance = await serve('governance');
    catalog = await serve('catalog');
    const addresses = [
      { name: 'catalog', url: `${catalog.url}/graphql` },
      { name: 'governance', url: `${governance.url}/graphql` },
    ];
    gateway = await serveGateway(addresses, testConfig(await begunHome(afterAll), { CADASTRE_ADMIN_TOKEN: TOKEN }), {
      log: silentLog,
    });
  });

  afterAll(async () => {
    for (const service of [gateway, catalog, governance]) await service.stop();
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
