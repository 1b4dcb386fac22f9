import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database } from '../../kernel/db/database.ts';
import { Fault, type FaultCode } from '../../kernel/fault.ts';
import type { Kernel } from '../../kernel/graph/subgraph.ts';
import type { Route, RouteReply } from '../../kernel/http/route.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { builtInPolicies } from '../../kernel/policy/inForce.ts';
import { governanceSubgraph } from '../../subgraphs/governance/index.ts';
import { govern, type Governing, newcomer } from '../store/governing.ts';

export interface ScimReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look where they like
  readonly body: any;
}

export type Scim = (
  method: Route['method'],
  address: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<ScimReply>;

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const patchOf = (...Operations: readonly object[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

/** SCIM without HTTP: calls the routes of governance as this caller. */
export function scimClient(kernel: Kernel, principal: Principal): Scim {
  const routes = (governanceSubgraph(kernel).routes ?? []).filter((route): route is Route => !('isPublic' in route));
  return async (method, address, body, headers = {}) => {
    const url = new URL(`http://localhost/scim/v2${address}`);
    const [route, params] = routed(routes, method, url.pathname);
    try {
      const context = contextOf(principal);
      return replied(
        await route.handle({ body: copy(body), params, query: url.searchParams, headers, signal: context.signal, context }),
      );
    } catch (error) {
      if (!(error instanceof Fault) || route.faultReply === undefined) throw error;
      return replied(route.faultReply(error, STATUS[error.code] ?? 500));
    }
  };
}

const STATUS: Partial<Readonly<Record<FaultCode, number>>> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  BAD_USER_INPUT: 400,
  AS_OF_UNSUPPORTED: 400,
};

function routed(routes: readonly Route[], method: string, path: string): readonly [Route, Record<string, string>] {
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    const match = route.method === method ? pattern.exec(path) : null;
    if (match !== null) return [route, { ...match.groups }];
  }
  throw new Error(`no route for ${method} ${path}`);
}

function replied(reply: RouteReply): ScimReply {
  if ('body' in reply) return { status: reply.status, headers: {}, body: reply.body };
  if (typeof reply.raw !== 'string') throw new Error('SCIM answers JSON');
  const text = reply.raw;
  return { status: reply.status, headers: reply.headers ?? {}, body: text === '' ? null : JSON.parse(text) };
}

/** As it comes over the wire. */
const copy = (body: unknown): unknown => (body === undefined ? undefined : JSON.parse(JSON.stringify(body)));

const contextOf = (principal: Principal): RequestContext => ({
  principal,
  policies: builtInPolicies(),
  asOf: null,
  readToken: null,
  trace: { traceId: '0'.repeat(32), operation: null, queryHash: null },
  correlationId: 'scim',
  signal: AbortSignal.timeout(60_000),
});

export const UNIQUE = { status: '409', scimType: 'uniqueness' };
export const address = (): string => `${randomUUID()}@example.com`;

/** A person as Entra ID sends them. */
export const entraUser = (userName: string) => ({
  schemas: [USER_SCHEMA, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
  externalId: randomUUID(),
  userName,
  active: true,
  displayName: 'Ada Lovelace',
  emails: [{ primary: true, type: 'work', value: userName }],
  meta: { resourceType: 'User' },
  name: { formatted: 'Ada Lovelace', familyName: 'Lovelace', givenName: 'Ada' },
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Engines' },
});

/** Governance, and an account that may only use SCIM. */
export interface Provisioned {
  readonly db: Database;
  readonly governing: Governing;
  readonly account: Principal;
  readonly scim: Scim;
  /** Actions of the events that `work` leads to. */
  eventsOf(work: () => Promise<unknown>): Promise<readonly string[]>;
  /** Id of a new person. */
  created(userName?: string): Promise<string>;
  /** Token of a new key. */
  keyOf(principalId: string): Promise<string>;
  stateOf(id: string): Promise<object | undefined>;
}

export async function provisioned(db: Database): Promise<Provisioned> {
  const governing = await govern(db);
  const account: Principal = { ...(await newcomer(governing, 'service', [])), scopes: ['scim'] };
  const scim = scimClient(governing.kernel, account);
  return {
    db,
    governing,
    account,
    scim,
    eventsOf: async (work) => {
      const [last] = await db.query<{ seq: string }>('select coalesce(max(seq), 0) as seq from kernel.audit_event');
      await work();
      const rows = await db.query<{ action: string }>('select action from kernel.audit_event where seq > $1 order by seq', [
        last?.seq,
      ]);
      return rows.map(({ action }) => action.replace(/^governance\./, '').replace(/\.v1$/, ''));
    },
    created: async (userName = address()) => (await scim('POST', '/Users', entraUser(userName))).body.id,
    keyOf: async (principalId) =>
      (await governing.change(governing.admin, 'createAccessKey', { principalId, label: 'laptop' })).token,
    stateOf: async (id) => (await db.query('select name, email, state from kernel.principal where id = $1', [id]))[0],
  };
}
