import { Readable } from 'node:stream';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database } from '../../kernel/db/database.ts';
import { Fault } from '../../kernel/fault.ts';
import type { Route, RouteReply } from '../../kernel/http/route.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { errorOf } from '../../subgraphs/registry/domain/mlflow/errorOf.ts';
import { mlflowRoutes } from '../../subgraphs/registry/service/mlflow/routes.ts';
import { approve, type Approving } from './approving.ts';
import { type Payload, requestOf } from './governing.ts';

/** The face for clients of MLflow over one database, asked without a listener. */
export interface Tracking extends Approving {
  /** Answers what the client would be answered, errors included. @param place e.g. `POST /runs/create` */
  call(place: string, args?: object, caller?: Principal): Promise<Payload>;
  /** The same of artifacts; `path` stands behind `/mlflow-artifacts/artifacts`. */
  bytes(
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    body?: string,
    caller?: Principal,
  ): Promise<{ readonly status: number; readonly text: string }>;
}

export async function track(db: Database): Promise<Tracking> {
  const approving = await approve(db);
  // As the migration left it, before everything was emptied.
  await db.query(
    "insert into registry.experiment (no, name, created_at, updated_at) values (0, 'Default', now(), now()) on conflict do nothing",
  );
  const routes = mlflowRoutes(approving.kernel).filter((route): route is Route => !('isPublic' in route));
  const ask = async (
    method: string,
    address: string,
    request: { body?: unknown; query?: URLSearchParams },
    caller = approving.admin,
  ): Promise<RouteReply> => {
    const { route, params } = find(routes, method, address);
    const context: RequestContext = requestOf(caller);
    try {
      return await route.handle({
        body: undefined,
        query: new URLSearchParams(),
        headers: {},
        signal: context.signal,
        ...request,
        params,
        context,
      });
    } catch (error) {
      if (error instanceof Fault) return errorOf(error);
      throw error;
    }
  };
  return {
    ...approving,
    call: async (place, args = {}, caller) => {
      const [method = '', path = ''] = place.split(' ');
      const request = method === 'GET' ? { query: queryOf(args) } : { body: args };
      const reply = await ask(method, `/api/2.0/mlflow${path}`, request, caller);
      return 'body' in reply ? { status: reply.status, ...JSON.parse(JSON.stringify(reply.body)) } : reply;
    },
    bytes: async (method, path, body = '', caller) => {
      const reply = await ask(
        method,
        `/api/2.0/mlflow-artifacts/artifacts/${path}`,
        method === 'PUT' ? { body: Readable.from([Buffer.from(body)]) } : {},
        caller,
      );
      return { status: reply.status, text: await textOf(reply) };
    },
  };
}

function find(routes: readonly Route[], method: string, address: string) {
  for (const route of routes) {
    const names = [...route.path.matchAll(/:(\w+)|(\*)/g)].map(([, name, rest]) => name ?? rest ?? '');
    const pattern = new RegExp(
      `^${route.path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '([^/]+)').replaceAll('*', '(.*)')}$`,
      's',
    );
    const match = route.method === method ? pattern.exec(address) : null;
    if (match !== null) return { route, params: Object.fromEntries(names.map((name, i) => [name, match[i + 1] ?? ''])) };
  }
  throw new Error(`there is no route ${method} ${address}`);
}

function queryOf(args: object): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(args))
    for (const one of [value].flat()) if (one !== undefined) query.append(name, `${one}`);
  return query;
}

async function textOf(reply: RouteReply): Promise<string> {
  if ('body' in reply) return JSON.stringify(reply.body);
  if (!(reply.raw instanceof Readable)) return String(reply.raw);
  const chunks: Buffer[] = [];
  for await (const chunk of reply.raw) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
