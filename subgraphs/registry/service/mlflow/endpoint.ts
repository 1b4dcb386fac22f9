import type { z } from 'zod';
import { Fault } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { Route, RouteReply, RouteRequest } from '../../../../kernel/http/route.ts';
import { readArgs } from '../../domain/mlflow/args.ts';
import { errorOf } from '../../domain/mlflow/errorOf.ts';
import { invalid } from '../../domain/mlflow/mlflowFault.ts';
import type { MlflowCall } from './call.ts';

/** Clients use the first, pages the second. */
export const BASES = ['/api/2.0', '/ajax-api/2.0'] as const;

/** Enough for what a run was given, with the profiles of its datasets. */
const BODY_BYTES_MAX = 20 * 1024 * 1024;

/** Arguments that a query may say several times. */
const LISTS: ReadonlySet<string> = new Set(['stages', 'order_by', 'experiment_ids']);

/** One endpoint, under every address that it has. */
export type Endpoint = (kernel: Kernel) => readonly Route[];

type Method = Route['method'];

/**
 * An endpoint: JSON in, or a query, and JSON out.
 * @param place its methods and its path below `/mlflow`, e.g. `GET /experiments/get`
 */
export const endpoint = <S extends z.ZodObject>(
  place: string,
  shape: S,
  handle: (call: MlflowCall, args: z.infer<S>) => Promise<object>,
): Endpoint => {
  const [methods = '', path = ''] = place.split(' ');
  return (kernel) =>
    methods.split('|').flatMap((method) =>
      BASES.map((base) => ({
        ...MLFLOW_ROUTE,
        method: method as Method,
        path: `${base}/mlflow${path}`,
        bodyBytesMax: BODY_BYTES_MAX,
        handle: async (request): Promise<RouteReply> => {
          const call = callOf(kernel, request, path);
          return { status: 200, body: await handle(call, readArgs(shape, givenTo(method, request))) };
        },
      })),
    );
};

/** What all routes have in common. */
export const MLFLOW_ROUTE = {
  takesBasic: true,
  faultReply: (fault: Fault) => errorOf(fault),
} as const satisfies Partial<Route>;

/** @throws Fault AS_OF_UNSUPPORTED */
export function callOf(kernel: Kernel, { context }: RouteRequest, path: string): MlflowCall {
  if (context.asOf !== null)
    throw new Fault('AS_OF_UNSUPPORTED', { public: 'These addresses know the present only. Leave `Cadastre-As-Of` out.' });
  const operation = `mlflow${path.replaceAll(/[^A-Za-z]+/g, '_')}`;
  return { kernel, request: { ...context, trace: { ...context.trace, operation } } };
}

function givenTo(method: string, { body, query, params }: RouteRequest): object {
  if (method === 'GET') return { ...queried(query), ...params };
  if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body)))
    throw invalid('Send an object as JSON with content-type: application/json.');
  return { ...body, ...params };
}

const queried = (query: URLSearchParams): object =>
  Object.fromEntries([...new Set(query.keys())].map((name) => [name, LISTS.has(name) ? query.getAll(name) : query.get(name)]));
