import { createHash, createHmac } from 'node:crypto';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
const ALGORITHM = 'AWS4-HMAC-SHA256';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that were lent for a while. */
  readonly sessionToken?: string | undefined;
}

export interface Signed {
  readonly method: string;
  /** As it is sent: the path is taken as it stands, encoded once. */
  readonly url: URL;
  /** Names in lower case; `host` and `x-amz-date` among them. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** sha256 of the body in hexadecimal digits. */
  readonly bodySha256: string;
}

export interface SigningScope {
  readonly region: string;
  readonly service: string;
}

/** The `Authorization` header of a request in signature version 4. */
export function authorization(request: Signed, { region, service }: SigningScope, credentials: AwsCredentials): string {
  const at = request.headers['x-amz-date'] ?? '';
  const scope = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  const names = Object.keys(request.headers).toSorted();
  const toSign = [ALGORITHM, at, scope, sha256(canonicalRequest(request, names))].join('\n');
  const key = ['aws4_request', service, region, at.slice(0, 8)].reduceRight<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  return `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

/** `20150830T123600Z` */
export const amzDate = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

function canonicalRequest({ method, url, headers, bodySha256 }: Signed, names: readonly string[]): string {
  const query = [...url.searchParams]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`).join('');
  return [method, url.pathname, query, lines, names.join(';'), bodySha256].join('\n');
}

/** RFC 3986: nothing but unreserved characters stays. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();
