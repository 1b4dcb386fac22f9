import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { authorization, type AwsCredentials } from '../../kernel/blobs/sigv4.ts';

export const S3_CREDENTIALS: AwsCredentials = {
  accessKeyId: 'AKIDTEST',
  secretAccessKey: 'secret+of/the=test',
  sessionToken: 'lent',
};
const REGION = 'eu-central-1';

export interface S3Server {
  /** For `CADASTRE_BLOBS_URL`. */
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  /** Method and path of every request, in order. */
  readonly seen: string[];
  /** Answers the next requests instead, one each: a status, or null to break the connection. */
  readonly failNext: (number | null)[];
}

/** One bucket `models` in memory. It believes a signature only when it comes to the same, and a body only with its digest. */
export async function startS3(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const seen: string[] = [];
  const failNext: (number | null)[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then(
      (body) => {
        seen.push(`${request.method} ${request.url}`);
        const failure = failNext.shift();
        if (failure === null) request.socket.destroy();
        else if (failure !== undefined) say(response, failure, 'SlowDown');
        else answer(request, body, response, objects);
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `s3://models/some/prefix?region=${REGION}&endpoint=${endpoint}`, objects, seen, failNext };
}

function answer(request: IncomingMessage, body: Buffer, response: ServerResponse, objects: Map<string, Buffer>): void {
  const { method = '', url = '', headers } = request;
  if (!isSigned(request, body)) return say(response, 403, 'SignatureDoesNotMatch');
  if (!url.startsWith('/models/')) return say(response, 404, 'NoSuchBucket');
  if (method === 'PUT') {
    if (headers['content-length'] !== String(body.length)) return say(response, 411, 'MissingContentLength');
    objects.set(url, body);
    return void response.writeHead(200).end();
  }
  const object = objects.get(url);
  if (object === undefined) return say(response, 404, 'NoSuchKey');
  response.writeHead(200, { 'content-length': object.length });
  return void response.end(method === 'HEAD' ? undefined : object);
}

function isSigned({ method = '', url = '', headers }: IncomingMessage, body: Buffer): boolean {
  const given = headers.authorization ?? '';
  const names = /SignedHeaders=([a-z0-9;-]+)/.exec(given)?.[1]?.split(';') ?? [];
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  const at = Date.parse((signed['x-amz-date'] ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'].every((name) => names.includes(name))) return false;
  if (signed['x-amz-content-sha256'] !== bodySha256 || Math.abs(Date.now() - at) > 900_000) return false;
  const request = { method, url: new URL(url, `http://${headers.host}`), headers: signed, bodySha256 };
  return given === authorization(request, { region: REGION, service: 's3' }, S3_CREDENTIALS);
}

function say(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
