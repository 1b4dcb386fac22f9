/** Where blobs lie in a store that speaks the protocol of S3. */
export interface S3Address {
  /** Address of the bucket, with a slash at the end: the bucket is part of its host at AWS, and of its path anywhere else. */
  readonly bucket: URL;
  /** Before the name of each object: empty, or with a slash at the end. */
  readonly prefix: string;
  readonly region: string;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/;
const REGION = /^[a-z0-9-]{2,40}$/;

/** Reads `s3://bucket/prefix?region=eu-central-1&endpoint=https://minio.example:9000`; null when it is not such an address. */
export function readS3Address(text: string): S3Address | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const region = url.searchParams.get('region') ?? 'us-east-1';
  const endpoint = url.searchParams.get('endpoint');
  const prefix = url.pathname.replace(/^\/+/, '').replace(/([^/])$/, '$1/');
  const isPlain = url.username === '' && url.password === '' && url.port === '' && url.hash === '';
  const isKnown = [...url.searchParams.keys()].every((name) => name === 'region' || name === 'endpoint');
  // What a URL would resolve or decode by itself is another place than the one that was written.
  const isLiteral = !/%|\.\./.test(text.split('?', 1)[0] ?? '');
  if (url.protocol !== 's3:' || !isPlain || !isKnown || !isLiteral) return null;
  if (!BUCKET.test(url.hostname) || !PREFIX.test(prefix) || !REGION.test(region)) return null;
  const bucket = bucketUrl(url.hostname, region, endpoint);
  return bucket === null ? null : { bucket, prefix, region };
}

function bucketUrl(bucket: string, region: string, endpoint: string | null): URL | null {
  // A dot in the name would not fit the certificate of *.s3.<region>.amazonaws.com.
  if (endpoint === null)
    return new URL(
      bucket.includes('.') ? `https://s3.${region}.amazonaws.com/${bucket}/` : `https://${bucket}.s3.${region}.amazonaws.com/`,
    );
  if (!URL.canParse(endpoint)) return null;
  const url = new URL(endpoint);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '' && url.pathname === '/';
  return /^https?:$/.test(url.protocol) && isPlain ? new URL(`${url.origin}/${bucket}/`) : null;
}
