import { z } from 'zod';
import { Fault } from '../../kernel/fault.ts';

const ASK_MS = 60_000;

const failure = z.object({ error_code: z.string(), message: z.string() });

type Query = Readonly<Record<string, string | number | undefined>>;

/** Asks the server, and reads its errors. */
export class MlflowAsker {
  readonly #root: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(root: string, headers: Readonly<Record<string, string>>) {
    this.#root = root;
    this.#headers = headers;
  }

  /** All pages of a list. @throws Fault with what the server said */
  async *pages<T extends { readonly next_page_token?: string | null | undefined }>(
    method: 'GET' | 'POST',
    path: string,
    args: Query | object,
    form: z.ZodType<T>,
  ): AsyncIterable<T> {
    let next: string | undefined;
    do {
      const page: T = form.parse(await this.#json(method, path, { ...args, ...(next !== undefined && { page_token: next }) }));
      yield page;
      next = page.next_page_token ?? undefined;
    } while (next !== undefined && next !== '');
  }

  /** The same of what older servers have not. */
  async *optionalPages<T extends { readonly next_page_token?: string | null | undefined }>(
    ...args: readonly ['GET' | 'POST', string, object, z.ZodType<T>]
  ): AsyncIterable<T> {
    try {
      yield* this.pages(...args);
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'NOT_FOUND')) throw error;
    }
  }

  async bytes(path: string): Promise<ReadableStream> {
    const response = await this.#send(path, {});
    if (response.body === null) throw new Fault('SOURCE_UNAVAILABLE', { public: `${this.#root} answered nothing.` });
    return response.body;
  }

  async #json(method: 'GET' | 'POST', path: string, args: object): Promise<unknown> {
    const given = Object.entries(args).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    const address = `/api/2.0/mlflow${path}`;
    const response =
      method === 'GET'
        ? await this.#send(`${address}?${new URLSearchParams(given).toString()}`, { signal: AbortSignal.timeout(ASK_MS) })
        : await this.#send(address, {
            method,
            body: JSON.stringify(args),
            headers: { 'content-type': 'application/json' },
            signal: AbortSignal.timeout(ASK_MS),
          });
    return response.json();
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const address = `${this.#root}${path}`;
    const response = await fetch(address, { ...init, headers: { ...(init.headers as object), ...this.#headers } }).catch(
      (cause: unknown) => {
        throw new Fault('SOURCE_UNAVAILABLE', {
          public: `No answer from ${this.#root}. Is it the address of an MLflow server?`,
          cause,
        });
      },
    );
    if (response.ok) return response;
    const said = failure.safeParse(await response.json().catch(() => undefined)).data;
    const what = said === undefined ? `${response.status}` : `${said.error_code}: ${said.message.slice(0, 500)}`;
    const code =
      response.status === 404
        ? 'NOT_FOUND'
        : response.status === 401 || response.status === 403
          ? 'UNAUTHENTICATED'
          : 'SOURCE_UNAVAILABLE';
    throw new Fault(code, { public: `${this.#root} answered ${path.split('?')[0] ?? ''} with ${what}` });
  }
}
