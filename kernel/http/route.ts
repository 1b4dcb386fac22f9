import type { Readable } from 'node:stream';
import type { RequestContext } from '../context.ts';
import type { Fault } from '../fault.ts';

/** What a request to a route says. */
export interface RouteCall {
  /** Parsed JSON, or a stream where the route takes bytes, or URLSearchParams where it takes a form; undefined without a body. */
  readonly body: unknown;
  /** Parts of the path by their names. */
  readonly params: Readonly<Record<string, string>>;
  /** What stands behind the question mark. */
  readonly query: URLSearchParams;
  /** By names in lower case; the first one of a name that was sent twice. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Fires when the client is gone or the deadline is over. */
  readonly signal: AbortSignal;
}

export interface RouteRequest extends RouteCall {
  /** Who asks is settled; whether they may is the route's to say. */
  readonly context: RequestContext;
}

export type RouteReply = JsonReply | RawReply;

export interface JsonReply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: object;
  /** `application/json` unless given. */
  readonly type?: string;
}

export interface RawReply {
  readonly status: number;
  readonly type: string;
  readonly raw: string | Buffer | Readable;
  /** A name may have several values, e.g. cookies. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

interface RoutePlace {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for a part and `*` for a rest. */
  readonly path: string;
  readonly bodyBytesMax: number;
  /** Media types of bodies besides `application/json`, which are JSON all the same. */
  readonly jsonTypes?: readonly string[];
  /** The body is a form, and comes as its fields; nothing else is taken. */
  readonly takesForm?: true;
  /** The body comes as a stream of bytes, whatever its type and however long that takes, while it keeps coming. The route bounds it. */
  readonly takesBytes?: true;
  /** The token may also come as name or password of `Authorization: Basic`, for clients that know nothing else. */
  readonly takesBasic?: true;
  /** The form of errors, where a protocol has one of its own. */
  readonly faultReply?: FaultReply;
}

/** An error as a protocol answers it. @param status what it would have otherwise */
export type FaultReply = (fault: Fault, status: number) => JsonReply;

/** A face of a subgraph beside GraphQL. What it throws is answered as `{ code, message, path }`, or as the route says. */
export interface Route extends RoutePlace {
  handle(request: RouteRequest): Promise<RouteReply>;
}

/** A route that asks nobody who they are: it shows what the whole world may see. */
export interface PublicRoute extends RoutePlace {
  readonly isPublic: true;
  handle(request: RouteCall): Promise<RouteReply>;
}
