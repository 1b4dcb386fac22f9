import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import type { Fault } from '../fault.ts';
import { storeUnavailable, tooSlow } from './blobFault.ts';
import { digestHex } from './digestHex.ts';
import type { S3Address } from './s3Address.ts';
import { amzDate, authorization, type AwsCredentials } from './sigv4.ts';
import type { Draft } from './withDraft.ts';

export type S3Response = Dispatcher.ResponseData;

export interface S3Client {
  /**
   * One request to one object, tried again while the store is busy or not to be reached.
   * @returns the answer when it is a success or 404; its body must be read or dumped
   * @throws Fault STORE_UNAVAILABLE, DEADLINE_EXCEEDED when the signal fires
   */
  send(method: Method, name: string, more: Sending): Promise<S3Response>;
}

type Method = 'HEAD' | 'GET' | 'PUT';

interface Sending {
  /** Of a PUT. */
  readonly body?: Draft;
  /** Ends waiting and trying again. */
  readonly signal?: AbortSignal | undefined;
}

const PAUSES_MS = [200, 1_000, 3_000];
const CONNECT_MS = 5_000;
const QUIET_MS = 30_000;
/** The slowest upload that is waited for. */
const BYTES_PER_MS = 500;
const EMPTY_SHA256 = createHash('sha256').digest('hex');

export function s3Client({ bucket, prefix, region }: S3Address, credentials: AwsCredentials): S3Client {
  const agent = new Agent({ connectTimeout: CONNECT_MS, headersTimeout: QUIET_MS, bodyTimeout: QUIET_MS, connections: 32 });
  const attempt = (method: Method, url: URL, { body, signal }: Sending): Promise<S3Response> => {
    const bodySha256 = body === undefined ? EMPTY_SHA256 : (digestHex(body.digest) ?? '');
    const headers = {
      host: url.host,
      'x-amz-content-sha256': bodySha256,
      'x-amz-date': amzDate(Date.now()),
      ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
    };
    const signature = authorization({ method, url, headers, bodySha256 }, { region, service: 's3' }, credentials);
    return agent.request({
      origin: url.origin,
      path: url.pathname,
      method,
      headers: { ...headers, authorization: signature, ...(body !== undefined && { 'content-length': String(body.sizeBytes) }) },
      body: body === undefined ? null : createReadStream(body.file),
      // A download lasts as long as its reader wants, as long as bytes come.
      signal: body === undefined ? (signal ?? null) : AbortSignal.timeout(QUIET_MS + Math.ceil(body.sizeBytes / BYTES_PER_MS)),
    });
  };
  return {
    send: async (method, name, more) => {
      const url = new URL(prefix + name, bucket);
      for (let tried = 0; ; tried++) {
        const outcome = await attempt(method, url, more).then((answer) => judge(method, answer), notReached);
        if ('statusCode' in outcome) return outcome;
        const pause = PAUSES_MS[tried];
        if (more.signal?.aborted === true) throw tooSlow();
        if (!outcome.again || pause === undefined) throw outcome.fault;
        await sleep(pause, undefined, { signal: more.signal }).catch(() => {
          throw tooSlow();
        });
      }
    },
  };
}

interface Failure {
  /** Whether it may go better in a moment. */
  readonly again: boolean;
  readonly fault: Fault;
}

const notReached = (error: unknown): Failure => ({ again: true, fault: storeUnavailable(error) });

async function judge(method: string, answer: S3Response): Promise<S3Response | Failure> {
  const { statusCode, body } = answer;
  if ((statusCode >= 200 && statusCode < 300) || statusCode === 404) return answer;
  const text = await beginningOf(body);
  const code = /<Code>([A-Za-z0-9.]{1,80})<\/Code>/.exec(text)?.[1] ?? '';
  return {
    again: statusCode >= 500 || statusCode === 429 || statusCode === 408,
    fault: storeUnavailable(undefined, `the store of artifacts answered ${statusCode} ${code} to ${method}`),
  };
}

const TEXT_MAX = 4_096;

async function beginningOf(body: S3Response['body']): Promise<string> {
  let text = '';
  try {
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > TEXT_MAX) break;
    }
  } catch {
    // What is said of a failure may be cut off, too.
  }
  return text.slice(0, TEXT_MAX);
}
