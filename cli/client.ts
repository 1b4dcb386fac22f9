import { z } from 'zod';
import { Fault, FAULT_CODES, type FaultCode, notFound } from '../kernel/fault.ts';

/** One GraphQL operation and the form of its answer. */
export interface Operation<T> {
  readonly source: string;
  readonly answer: z.ZodType<T>;
}

export interface AskOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Data as of then. */
  readonly asOf?: string | undefined;
}

export interface Client {
  readonly url: string;
  /** True when the server lives only as long as this command. */
  readonly isTemporary: boolean;
  /** @throws Fault with the code that the server answered */
  ask<T>(operation: Operation<T>, options?: AskOptions): Promise<T>;
  /**
   * What stands at a path beside GraphQL; its body is read by the caller, at their own pace.
   * @throws Fault with the code that the server answered
   */
  get(path: string): Promise<Response>;
  /**
   * Sends bytes to a path beside GraphQL and answers its JSON.
   * @throws Fault with the code that the server answered
   */
  put(path: string, bytes: Blob): Promise<unknown>;
  /**
   * Sends something to a path of a protocol that has a form of its own for answers and errors; the caller reads both.
   * @throws Fault STORE_UNAVAILABLE
   */
  send(path: string, init: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly url: string;
  readonly token: string;
  /** Told of what is missing from an answer that is otherwise complete. */
  readonly onGap: (message: string) => void;
  readonly isTemporary?: boolean;
  readonly close?: () => Promise<void>;
}

const ASK_MS = 40_000;

const graphqlAnswer = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string(), extensions: z.looseObject({ code: z.string() }).optional() })).optional(),
});

export function createClient({ url, token, onGap, isTemporary = false, close = () => Promise.resolve() }: ClientOptions): Client {
  return {
    url,
    isTemporary,
    close,
    get: (path) => getRaw(new URL(path, url), { authorization: `Bearer ${token}` }),
    send: (path, init) => sendRaw(new URL(path, url), init, { authorization: `Bearer ${token}` }),
    put: (path, bytes) => putRaw(new URL(path, url), bytes, { authorization: `Bearer ${token}` }),
    async ask({ source, answer }, { variables = {}, asOf } = {}) {
      const headers = {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...(asOf !== undefined && { 'cadastre-as-of': asOf }),
      };
      const { data, errors = [] } = await post(url, headers, JSON.stringify({ query: source, variables }));
      const parsed = answer.safeParse(data);
      const fault = faultOf(errors[0]);
      if (!parsed.success) throw fault ?? unreadable(url, parsed.error);
      // Nothing but nulls beside an error is no answer with a gap.
      if (fault !== undefined && Object.values(parsed.data ?? {}).every((field) => field === null)) throw fault;
      for (const [message, count] of counted(errors)) onGap(count === 1 ? message : `${message} (${count} times)`);
      return parsed.data;
    },
  };
}

type Answer = z.infer<typeof graphqlAnswer>;

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(ASK_MS),
  }).catch((cause: unknown) => {
    throw new Fault('STORE_UNAVAILABLE', {
      public: `No answer from ${url}. Is the server up, and the address right?`,
      cause,
    });
  });
  try {
    return graphqlAnswer.parse(await response.json());
  } catch (cause) {
    throw unreadable(url, cause);
  }
}

const plainFault = z.object({ code: z.string(), message: z.string() });

/**
 * Asks for what is no GraphQL. The server has a deadline until it begins to answer; the answer itself may take long.
 * @throws Fault
 */
export async function getRaw(address: URL, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ASK_MS);
  const response = await fetch(address, { headers, redirect: 'error', signal: controller.signal })
    .catch((cause: unknown) => {
      throw new Fault('STORE_UNAVAILABLE', { public: `No answer from ${address.origin}. Is the server up?`, cause });
    })
    .finally(() => clearTimeout(timer));
  if (response.ok) return response;
  throw await plainFaultOf(address, response);
}

/** A slow line still sends so much in a millisecond. */
const BYTES_PER_MS = 100;

async function putRaw(address: URL, bytes: Blob, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(address, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: bytes,
    redirect: 'error',
    signal: AbortSignal.timeout(ASK_MS + Math.ceil(bytes.size / BYTES_PER_MS)),
  }).catch((cause: unknown) => {
    throw new Fault('STORE_UNAVAILABLE', { public: `No answer from ${address.origin}. Is the server up?`, cause });
  });
  if (!response.ok) throw await plainFaultOf(address, response);
  return response.json().catch((cause: unknown) => {
    throw unreadable(address.origin, cause);
  });
}

const sendRaw = (address: URL, init: RequestInit, headers: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(address, {
    signal: AbortSignal.timeout(ASK_MS),
    redirect: 'error',
    ...init,
    headers: { ...(init.headers as object), ...headers },
  }).catch((cause: unknown) => {
    throw new Fault('STORE_UNAVAILABLE', { public: `No answer from ${address.origin}. Is the server up?`, cause });
  });

async function plainFaultOf(address: URL, response: Response): Promise<Fault> {
  const { data } = plainFault.safeParse(await response.json().catch(() => undefined));
  if (data !== undefined && isFaultCode(data.code)) return new Fault(data.code, { public: data.message });
  if (response.status >= 500) return new Fault('STORE_UNAVAILABLE', { public: `${address.origin} answered ${response.status}.` });
  return notFound(address.pathname);
}

/** A page of people whose addresses are hidden says so once. */
function counted(errors: NonNullable<Answer['errors']>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { message } of errors) counts.set(message, (counts.get(message) ?? 0) + 1);
  return counts;
}

function faultOf(error: NonNullable<Answer['errors']>[number] | undefined): Fault | undefined {
  if (error === undefined) return undefined;
  const code = error.extensions?.code ?? '';
  return new Fault(isFaultCode(code) ? code : 'INTERNAL', { public: error.message.replaceAll('Cadastre-As-Of', '--as-of') });
}

const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(FAULT_CODES, code);

const unreadable = (url: string, cause: unknown): Fault =>
  new Fault('INTERNAL', {
    public: `${url} answered something that is not Cadastre's. Is the address right, and the server of this version?`,
    cause,
  });
