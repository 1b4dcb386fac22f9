import { z } from 'zod';
import { parseVerifierKey } from '../audit/log/noteKey.ts';
import { readS3Address, type S3Address } from '../blobs/s3Address.ts';
import { isLoopback } from '../identity/oidc/oidcConfig.ts';
import { parseRange, type Range } from '../http/outbound/address.ts';
import { type Role, ROLES } from '../identity/principal.ts';

/** One setting: its environment variable, what a right value is, and how to explain it. */
export interface Setting<T> {
  readonly name: string;
  readonly schema: z.ZodType<T, string>;
  /** Completes "it must be …". */
  readonly mustBe: string;
  readonly example: string;
}

const setting = <T>(name: string, schema: z.ZodType<T, string>, mustBe: string, example: string): Setting<T> => ({
  name,
  schema,
  mustBe,
  example,
});

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const portNumber = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535));
const key = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32);
const postgresUrl = z.string().refine((text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol));
const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol));
const count = z
  .string()
  .regex(/^\d{1,7}$/)
  .transform(Number);
const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin));

const ranges = z.string().transform((text, context): readonly Range[] =>
  text.split(',').flatMap((part) => {
    const range = parseRange(part.trim());
    if (range === null) context.addIssue('not a range');
    return range === null ? [] : [range];
  }),
);

const safeUrl = z.url().refine((text) => {
  const url = new URL(text);
  return url.hash === '' && url.search === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)));
});
const printable = z.string().regex(/^[\x21-\x7e]{1,512}$/);
const isRole = (text: string): text is Role => ROLES.some((role) => role === text);
/** The last `=` parts group and role: a group may be a distinguished name, which has some itself; commas part the pairs. */
const rolesOfGroups = z.string().transform((text, context): ReadonlyMap<string, Role> => {
  const pairs = text.split(',').map((pair) => pair.trim());
  const roles = new Map<string, Role>();
  for (const pair of pairs) {
    const [group, role] = [pair.slice(0, pair.lastIndexOf('=')).trim(), pair.slice(pair.lastIndexOf('=') + 1).trim()];
    if (group === '' || !pair.includes('=') || !isRole(role)) context.addIssue('not a pair');
    else roles.set(group, role);
  }
  return roles;
});

const s3Address = z.string().transform((text, context): S3Address => {
  const address = readS3Address(text);
  if (address !== null) return address;
  context.addIssue('not an address');
  return z.NEVER;
});

function isWitnessKey(text: string): boolean {
  try {
    return parseVerifierKey(text).type === 'witness';
  } catch {
    return false;
  }
}

/** Every setting of the program. */
export const SETTINGS = {
  host: setting('HOST', z.string().regex(/^[\w.:-]+$/), 'an address or a name to listen on', '127.0.0.1'),
  port: setting('PORT', portNumber, 'a number from 0 to 65535', '4000'),
  home: setting('CADASTRE_HOME', z.string(), 'a folder', '.cadastre'),
  databaseUrl: setting(
    'DATABASE_URL',
    postgresUrl,
    'a PostgreSQL address',
    'postgres://cadastre:secret@db.example:5432/cadastre',
  ),
  migrationUrl: setting(
    'DATABASE_MIGRATION_URL',
    postgresUrl,
    'a PostgreSQL address',
    'postgres://owner:secret@db.example:5432/cadastre',
  ),
  adminToken: setting(
    'CADASTRE_ADMIN_TOKEN',
    z.string().regex(/^[\x21-\x7e]{32,512}$/),
    'a secret of 32 to 512 characters without spaces',
    '$(openssl rand -hex 32)',
  ),
  pepper: setting('CADASTRE_PEPPER', key, '32 random bytes in base64', '$(openssl rand -base64 32)'),
  keyEncryptionKey: setting('CADASTRE_KEY_ENCRYPTION_KEY', key, '32 random bytes in base64', '$(openssl rand -base64 32)'),
  logSigningKey: setting('CADASTRE_LOG_SIGNING_KEY', key, '32 random bytes in base64', '$(openssl rand -base64 32)'),
  logOrigin: setting(
    'CADASTRE_LOG_ORIGIN',
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]*(\/[a-z0-9._-]+)*$/)
      .max(200),
    'a name without scheme, like that of a web page',
    'catalog.example/audit',
  ),
  logAnchorFile: setting('CADASTRE_LOG_ANCHOR_FILE', z.string(), 'a file', '/var/lib/elsewhere/log-checkpoint'),
  logAnchorUrl: setting('CADASTRE_LOG_ANCHOR_URL', httpUrl, 'an http address', 'https://keeper.example/checkpoints'),
  logWitnessUrl: setting('CADASTRE_LOG_WITNESS_URL', httpUrl, 'an http address', 'https://witness.example/w1/'),
  logWitnessKey: setting(
    'CADASTRE_LOG_WITNESS_KEY',
    z.string().refine(isWitnessKey),
    'the verifier key of the witness',
    'witness.example/w1+0a1b2c3d+BK…',
  ),
  logAnchorEvery: setting(
    'CADASTRE_LOG_ANCHOR_EVERY',
    count.pipe(z.number().min(1).max(86_400)),
    'a number of seconds from 1 to 86400',
    '60',
  ),
  auditRetentionDays: setting(
    'CADASTRE_AUDIT_RETENTION_DAYS',
    count.pipe(z.number().min(183).max(36_500)),
    'a number of days from 183 to 36500',
    '365',
  ),
  blobsUrl: setting(
    'CADASTRE_BLOBS_URL',
    s3Address,
    'a bucket, a prefix if you like, its region and, outside of AWS, its endpoint',
    "'s3://models/cadastre?region=eu-central-1&endpoint=https://minio.example:9000'",
  ),
  awsAccessKeyId: setting('AWS_ACCESS_KEY_ID', printable, 'the id of an access key to the bucket', 'AKIAIOSFODNN7EXAMPLE'),
  awsSecretAccessKey: setting('AWS_SECRET_ACCESS_KEY', printable, 'the secret of that key', '$(cat s3-secret)'),
  awsSessionToken: setting(
    'AWS_SESSION_TOKEN',
    z.string().regex(/^[\x21-\x7e]{1,8192}$/),
    'the token of a key that was lent',
    '$(cat s3-session)',
  ),
  outboundPrivate: setting(
    'CADASTRE_OUTBOUND_PRIVATE',
    ranges,
    'ranges of addresses with commas between them, which webhooks may go to although they are not public',
    '10.20.0.0/16,fd00::/8',
  ),
  gatewayUrl: setting(
    'CADASTRE_GATEWAY_URL',
    httpUrl,
    'the http address of the gateway’s GraphQL endpoint',
    'https://catalog.example/graphql',
  ),
  logLevel: setting('LOG_LEVEL', z.enum(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`, 'info'),
  corsOrigins: setting(
    'CADASTRE_CORS_ORIGINS',
    origins,
    'origins with commas between them',
    'https://app.example,http://localhost:5173',
  ),
  oidcIssuer: setting(
    'CADASTRE_OIDC_ISSUER',
    safeUrl,
    'the https address of the identity provider, as it stands in its tokens',
    'https://login.example/realms/company',
  ),
  oidcClientId: setting('CADASTRE_OIDC_CLIENT_ID', printable, 'the client id at the identity provider', 'cadastre'),
  oidcClientSecret: setting('CADASTRE_OIDC_CLIENT_SECRET', printable, 'the secret of that client', '$(cat client-secret)'),
  oidcDeviceClientId: setting(
    'CADASTRE_OIDC_DEVICE_CLIENT_ID',
    printable,
    'the id of a client without secret that may use the device grant',
    'cadastre-cli',
  ),
  oidcRedirectUrl: setting(
    'CADASTRE_OIDC_REDIRECT_URL',
    safeUrl.refine((text) => new URL(text).pathname === '/auth/callback'),
    'the https address of this server as browsers see it, with the path /auth/callback',
    'https://catalog.example/auth/callback',
  ),
  oidcScopes: setting(
    'CADASTRE_OIDC_SCOPES',
    z.string().refine((text) => text.split(' ').includes('openid')),
    'scopes with spaces between them, openid among them',
    '"openid profile email groups"',
  ),
  oidcGroupsClaim: setting('CADASTRE_OIDC_GROUPS_CLAIM', printable, 'the name of a claim', 'groups'),
  oidcRoleOfGroup: setting(
    'CADASTRE_OIDC_ROLE_OF_GROUP',
    rolesOfGroups,
    `pairs of group and role with commas between them; roles are ${ROLES.join(', ')}`,
    'data-admins=admin,stewards=steward',
  ),
  oidcNewcomers: setting(
    'CADASTRE_OIDC_NEWCOMERS',
    z.enum(['none', 'analyst']),
    'the role of whoever signs in for the first time, none or analyst',
    'analyst',
  ),
  sample: setting('CADASTRE_SAMPLE', z.stringbool(), 'true or false', 'false'),
};

/** Settings as text by the name of their variable, as flags and the environment have them. */
export type SettingTexts = Readonly<Record<string, string | undefined>>;
