import { request } from 'node:http';

/** What a server answered to a client of MLflow. */
export interface MlflowReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look where they like
  readonly body: any;
}

type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Sends what MLflow's own client sends: arguments of GET behind the question mark, all others as JSON, the token as a password. */
export class MlflowClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #base: string;

  constructor(
    url: string,
    token: string,
    { base = '/api/2.0', bearer = false }: { readonly base?: string; readonly bearer?: boolean } = {},
  ) {
    this.#url = url;
    this.#base = base;
    const basic = `Basic ${Buffer.from(`ada:${token}`, 'utf8').toString('base64')}`;
    this.#headers = { authorization: bearer ? `Bearer ${token}` : basic, 'user-agent': 'mlflow-python-client/3.11.2' };
  }

  get(path: string, query: Query = {}): Promise<MlflowReply> {
    return this.send('GET', `${this.#base}/mlflow${path}${searchOf(query)}`);
  }

  post(path: string, body: object): Promise<MlflowReply> {
    return this.json('POST', path, body);
  }

  patch(path: string, body: object): Promise<MlflowReply> {
    return this.json('PATCH', path, body);
  }

  delete(path: string, body: object): Promise<MlflowReply> {
    return this.json('DELETE', path, body);
  }

  json(method: string, path: string, body: object): Promise<MlflowReply> {
    return this.send(method, `${this.#base}/mlflow${path}`, JSON.stringify(body), { 'content-type': 'application/json' });
  }

  /** @param uri as answers have it, `mlflow-artifacts:/…` */
  artifact(method: 'GET' | 'PUT' | 'DELETE', uri: string, body?: string | Uint8Array): Promise<MlflowReply> {
    const path = uri
      .replace(/^mlflow-artifacts:\/+/, '')
      .split('/')
      .map(encodeURIComponent)
      .join('/');
    return this.send(method, `${this.#base}/mlflow-artifacts/artifacts/${path}`, body, {
      'content-type': 'application/octet-stream',
    });
  }

  /** Last names of what lies in a folder. */
  folder(uri: string): Promise<MlflowReply> {
    return this.send(
      'GET',
      `${this.#base}/mlflow-artifacts/artifacts${searchOf({ path: uri.replace(/^mlflow-artifacts:\/+/, '') })}`,
    );
  }

  async send(
    method: string,
    address: string,
    body?: string | Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<MlflowReply> {
    const response = await fetch(`${this.#url}${address}`, {
      method,
      headers: { ...this.#headers, ...headers },
      ...(body !== undefined && { body: body as string }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
  }
}

function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) if (one !== undefined) search.append(name, `${one}`);
  return search.size === 0 ? '' : `?${search.toString()}`;
}

/** Sends a path as it is written: `fetch` would tidy it first. */
export const sendRaw = (
  url: string,
  {
    method,
    path,
    headers = {},
    body,
  }: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
) =>
  new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    // Said here, because node leaves it out where a body is unusual.
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    const sent = request(new URL(url), { method, path, headers: { ...length, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** What came back, where all went well. */
export async function ok(reply: Promise<MlflowReply>): Promise<MlflowReply['body']> {
  const { status, text, body } = await reply;
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return body;
}
