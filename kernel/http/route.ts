import type { RequestContext } from '../context.ts';

export interface RouteRequest {
  /** Who asks is settled; whether they may is the route's to say. */
  readonly context: RequestContext;
  /** Parsed JSON. */
  readonly body: unknown;
}

export interface RouteReply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: object;
}

/** A face of a subgraph beside GraphQL. What it throws is answered as `{ code, message, path }`. */
export interface Route {
  readonly method: 'POST';
  readonly path: string;
  readonly bodyBytesMax: number;
  handle(request: RouteRequest): Promise<RouteReply>;
}
