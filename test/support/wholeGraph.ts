import { randomUUID } from 'node:crypto';
import { inProcess } from '../../app/inProcess.ts';
import { LateGraph } from '../../app/lateGraph.ts';
import { compose } from '../../gateway/compose.ts';
import { createEngine } from '../../gateway/engine.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Kernel } from '../../kernel/graph/subgraph.ts';
import { authenticate } from '../../kernel/identity/authenticate.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import type { Principal, Role } from '../../kernel/identity/principal.ts';
import { policiesInForce } from '../../kernel/policy/inForce.ts';
import { analyzeNow } from '../../lineage/analyze.ts';
import { catalogSubgraph } from '../../subgraphs/catalog/index.ts';
import { ensureAdmin, governanceSubgraph } from '../../subgraphs/governance/index.ts';
import { registrySubgraph } from '../../subgraphs/registry/index.ts';
import { createContext } from '../../subgraphs/registry/context.ts';
import { storeBlob } from '../../subgraphs/registry/service/blobs/storeBlob.ts';
import { testKernel } from './catalog.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
type Json = any;

const ADMIN_TOKEN = 'the-token-of-the-operator';

export interface WholeGraph {
  readonly kernel: Kernel;
  /** Who asks unless another does. */
  readonly admin: Principal;
  /** Asks the gateway; must answer without errors. */
  ask(document: string, variables?: object, request?: Partial<RequestContext>): Promise<Json>;
  /** The same, with what went wrong. */
  tryAsk(
    document: string,
    variables?: object,
    request?: Partial<RequestContext>,
  ): Promise<{ readonly data: Json; readonly errors: readonly Json[] }>;
  /** Runs a mutation with a fresh idempotency key and answers its payload: `fields` of its success, or of a refusal. */
  change(mutation: string, input: object, fields?: string, request?: Partial<RequestContext>): Promise<Json>;
  /** Brings bytes to the store; answers their digest. */
  upload(bytes: Buffer, request?: Partial<RequestContext>): Promise<string>;
  /** Somebody new with these roles. */
  person(name: string, roles: readonly Role[]): Promise<Partial<RequestContext> & { readonly principal: Principal }>;
}

/** All subgraphs over one database behind the gateway, in this process. */
export async function wholeGraph(db: Database): Promise<WholeGraph> {
  const graph = new LateGraph();
  const kernel: Kernel = { ...testKernel(db), graph };
  await ensureAdmin(kernel, { token: ADMIN_TOKEN });
  const admin = await authenticate(db, kernel.pepper, ADMIN_TOKEN);
  const subgraphs = [
    catalogSubgraph(kernel, {}, (request) => Promise.resolve(analyzeNow(request))),
    governanceSubgraph(kernel),
    registrySubgraph(kernel),
  ];
  const engine = createEngine<RequestContext>({
    supergraphSdl: compose(subgraphs).supergraphSdl,
    subgraphs: Object.fromEntries(subgraphs.map((subgraph) => [subgraph.name, inProcess(subgraph, kernel.log)])),
  });
  graph.join(engine);
  const requestOf = async (more: Partial<RequestContext>): Promise<RequestContext> => ({
    ...internalRequest('test'),
    principal: admin,
    policies: await policiesInForce(db),
    ...more,
  });
  const tryAsk: WholeGraph['tryAsk'] = async (source, variables = {}, more = {}) => {
    const { data, errors } = await engine.execute({
      source,
      variables: { ...variables },
      context: await requestOf(more),
    });
    return { data, errors: (errors ?? []).map((error) => error.toJSON()) };
  };
  const ask: WholeGraph['ask'] = async (source, variables, more) => {
    const { data, errors } = await tryAsk(source, variables, more);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data;
  };
  const change: WholeGraph['change'] = async (mutation, input, fields = '', more = {}) => {
    const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const document = `mutation($input: ${name}Input!) { ${mutation}(input: $input) {
      __typename ... on MutationPayload { auditId readToken } ... on Refused { code message } ${fields} } }`;
    const data = await ask(document, { input: { idempotencyKey: randomUUID(), ...input } }, more);
    return data[mutation];
  };
  return {
    kernel,
    admin,
    ask,
    tryAsk,
    change,
    upload: async (bytes, more = {}) => (await storeBlob(createContext(kernel, await requestOf(more)), bytes)).digest,
    person: async (name, roles) => {
      const input = { name, email: `${name.toLowerCase()}@example.com`, roles };
      const { user } = await change('createUser', input, '... on UserCreated { user { id } }');
      const principal: Principal = {
        id: user.id,
        kind: 'user',
        name,
        roles,
        scopes: ['graph'],
        teams: [],
        onBehalfOf: null,
        authMethod: 'access-key',
      };
      return { principal };
    },
  };
}
