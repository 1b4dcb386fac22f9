import { Readable } from 'node:stream';
import { z } from 'zod';
import { Fault } from '../../kernel/fault.ts';
import type { Client } from '../client.ts';

const failure = z.object({ error_code: z.string(), message: z.string() });
/** A slow line still sends so much in a millisecond. */
const BYTES_PER_MS = 100;
const ASK_MS = 60_000;

/** What the server would not do, in the words of MLflow. */
export class Unwilling extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The face for clients of MLflow that this server has. */
export class ImportTarget {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** @throws Unwilling, Fault */
  async post<T>(path: string, body: object, form: z.ZodType<T>): Promise<T> {
    return this.#read(form, `/api/2.0/mlflow${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  }

  async patch(path: string, body: object): Promise<void> {
    await this.#read(z.unknown(), `/api/2.0/mlflow${path}`, {
      method: 'PATCH',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  }

  async delete(path: string, body: object): Promise<void> {
    await this.#read(z.unknown(), `/api/2.0/mlflow${path}`, {
      method: 'DELETE',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  }

  async get<T>(path: string, query: Readonly<Record<string, string>>, form: z.ZodType<T>): Promise<T> {
    return this.#read(form, `/api/2.0/mlflow${path}?${new URLSearchParams(query).toString()}`, {});
  }

  /** @param uri `mlflow-artifacts:/…` */
  async upload(uri: string, bytes: Readable | ReadableStream, sizeBytes: number): Promise<void> {
    const address = uri
      .replace(/^mlflow-artifacts:\/+/, '')
      .split('/')
      .map(encodeURIComponent)
      .join('/');
    const init: RequestInit & { duplex: 'half' } = {
      method: 'PUT',
      // Sent while it is read: no artifact has to fit into memory.
      duplex: 'half',
      body: bytes instanceof Readable ? (Readable.toWeb(bytes) as ReadableStream) : bytes,
      headers: { 'content-type': 'application/octet-stream' },
      signal: AbortSignal.timeout(ASK_MS + Math.ceil(sizeBytes / BYTES_PER_MS)),
    };
    await this.#read(z.unknown(), `/api/2.0/mlflow-artifacts/artifacts/${address}`, init);
  }

  async #read<T>(form: z.ZodType<T>, path: string, init: RequestInit): Promise<T> {
    const response = await this.#client.send(path, { signal: AbortSignal.timeout(ASK_MS), ...init });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return form.parse(body);
    const said = failure.safeParse(body).data;
    if (said === undefined)
      throw new Fault('STORE_UNAVAILABLE', { public: `The server answered ${response.status}. Try again.` });
    if (response.status === 401) throw new Fault('UNAUTHENTICATED', { public: said.message });
    if (response.status >= 500) throw new Fault('STORE_UNAVAILABLE', { public: said.message });
    throw new Unwilling(said.error_code, said.message);
  }
}
