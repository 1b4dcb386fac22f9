import { randomUUID } from 'node:crypto';
import { graphql } from 'graphql';
import { Fault } from '../../kernel/fault.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Kernel, Subgraph } from '../../kernel/graph/subgraph.ts';
import { authenticate } from '../../kernel/identity/authenticate.ts';
import { builtInPolicies } from '../../kernel/policy/inForce.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { createLog } from '../../kernel/log.ts';
import type { SealingKey } from '../../kernel/secrets/seal.ts';
import { ensureAdmin, governanceSubgraph } from '../../subgraphs/governance/index.ts';
import { alone } from '../support/aloneness.ts';

const ADMIN_TOKEN = 'the-token-of-the-operator';

/** Governance over one database, asked through its own GraphQL schema. */
export interface Governing {
  readonly db: Database;
  readonly kernel: Kernel;
  readonly subgraph: Subgraph;
  readonly admin: Principal;
  /** The caller with this token, as the server sees them now. */
  signIn(token: string): Promise<Principal>;
  ask(caller: Principal, query: string, variables?: object, request?: Partial<RequestContext>): Promise<Answer>;
  /** Runs a mutation with a fresh idempotency key and answers its payload. */
  change(caller: Principal, mutation: string, input: object): Promise<Payload>;
}

// Answers are looked at field by field; a type for each would say nothing that the test does not.
export type Payload = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly data: Payload;
  /** Code and path of each error. */
  readonly errors: readonly (readonly [code: string, path: string])[];
}

export function testKernel(db: Database): Kernel {
  return {
    db,
    log: createLog('silent'),
    pepper: Buffer.alloc(32, 7),
    sealingKey: Buffer.alloc(32, 9) as SealingKey,
    auditLog: { signingKey: Buffer.alloc(32, 3), origin: 'test.example/audit' },
    environment: 'local',
    ...alone(),
  };
}

export async function govern(db: Database, more: Partial<Kernel> = {}): Promise<Governing> {
  const kernel = { ...testKernel(db), ...more };
  const subgraph = governanceSubgraph(kernel);
  await ensureAdmin(kernel, { token: ADMIN_TOKEN });
  const signIn = (token: string): Promise<Principal> => authenticate(db, kernel.pepper, token);
  const ask: Governing['ask'] = (caller, query, variables = {}, request = {}) =>
    execute(subgraph, { ...requestOf(caller), ...request }, query, variables);
  const change: Governing['change'] = async (caller, mutation, input) => {
    const { data, errors } = await ask(caller, MUTATIONS[mutation] ?? '', { input: { idempotencyKey: randomUUID(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  return { db, kernel, subgraph, admin: await signIn(ADMIN_TOKEN), signIn, ask, change };
}

export const requestOf = (principal: Principal): RequestContext => ({
  principal,
  policies: builtInPolicies(),
  asOf: null,
  readToken: null,
  trace: { traceId: randomUUID().replaceAll('-', ''), operation: 'Test', queryHash: null },
  correlationId: randomUUID(),
  signal: AbortSignal.timeout(60_000),
});

/** A user or service with these roles, signed in. */
export async function newcomer(governing: Governing, kind: 'user' | 'service', roles: readonly string[]): Promise<Principal> {
  const { admin, change, signIn } = governing;
  const { user } = await change(admin, 'createUser', {
    name: 'Ada',
    email: `${randomUUID()}@example.com`,
    roles: kind === 'user' ? roles : [],
  });
  const principalId: string =
    kind === 'user'
      ? user.id
      : (await change(admin, 'createServiceAccount', { name: 'Ada bot', roles, ownerId: user.id })).serviceAccount.id;
  const { token } = await change(admin, 'createAccessKey', { principalId, label: 'laptop' });
  return signIn(token);
}

const PAYLOAD = '__typename ... on MutationPayload { auditId readToken } ... on Refused { code message policyIds }';

export const MUTATIONS: Readonly<Record<string, string>> = {
  createUser: `mutation CreateUser($input: CreateUserInput!) { answer: createUser(input: $input) { ${PAYLOAD}
    ... on UserCreated { user { id name email state roles } } } }`,
  createTeam: `mutation CreateTeam($input: CreateTeamInput!) { answer: createTeam(input: $input) { ${PAYLOAD} ... on TeamCreated { team { id name } } } }`,
  createServiceAccount: `mutation CreateServiceAccount($input: CreateServiceAccountInput!) { answer: createServiceAccount(input: $input) { ${PAYLOAD}
    ... on ServiceAccountCreated { serviceAccount { id name state roles owner { id name } accessKeys { id } } } } }`,
  createAccessKey: `mutation CreateAccessKey($input: CreateAccessKeyInput!) { answer: createAccessKey(input: $input) { ${PAYLOAD}
    ... on AccessKeyCreated { token accessKey { id label scopes recordedAt expiresAt revokedAt } } } }`,
  revokeAccessKey: `mutation RevokeAccessKey($input: RevokeAccessKeyInput!) { answer: revokeAccessKey(input: $input) { ${PAYLOAD}
    ... on AccessKeyRevoked { accessKey { id revokedAt } } } }`,
};

async function execute(subgraph: Subgraph, request: RequestContext, source: string, variableValues: object): Promise<Answer> {
  const { data, errors = [] } = await graphql({
    schema: subgraph.schema,
    source,
    variableValues: { ...variableValues },
    contextValue: subgraph.context(request),
  });
  return {
    data,
    errors: errors.map(({ originalError, extensions, message, path }) => [
      codeOf(originalError, extensions) ?? message,
      (path ?? []).join('.'),
    ]),
  };
}

const codeOf = (error: Error | null | undefined, extensions: { readonly code?: unknown }): string | undefined =>
  error instanceof Fault ? error.code : typeof extensions.code === 'string' ? extensions.code : undefined;
