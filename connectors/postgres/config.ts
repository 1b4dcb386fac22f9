import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import { chosenNames } from '../pattern.ts';
import { readServerUrl } from '../serverUrl.ts';

const EXAMPLE = 'postgres://crawler:password@db.example:5432/shop?sslmode=verify-full';

/**
 * `require` encrypts and believes any certificate, like libpq; only `verify-full` knows whom it talks to.
 * libpq's `prefer` is left out on purpose: whoever sits in between could talk it out of encryption.
 */
const SSL_MODES = ['disable', 'require', 'verify-full'] as const;

const milliseconds = z.number().int().min(100).max(3_600_000);

export const postgresConfig = z.strictObject({
  // No slash: a path would be a unix socket, and a catalog must not be talked into its own machine's sockets.
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^/\s]+$/, 'is a host name or an IP address, like db.example'),
  port: z.number().int().min(1).max(65_535).default(5432),
  /** The database to crawl, and the one to connect to for finding the others. */
  database: z.string().min(1).max(63).default('postgres'),
  /** Several databases of this server instead of one. */
  databases: z
    .union([z.literal('all'), z.array(z.string().min(1).max(63)).min(1).max(1000)])
    .nullable()
    .default(null),
  user: z.string().min(1).max(63),
  password: z.string().nullable().default(null),
  sslMode: z.enum(SSL_MODES).default('disable'),
  /** The certificate authority to believe, as PEM text; null believes those of the system. */
  ca: z.string().nullable().default(null),
  schemas: chosenNames.default({ include: null, exclude: [] }),
  statementTimeoutMs: milliseconds.default(60_000),
  connectTimeoutMs: milliseconds.default(10_000),
});

export type PostgresConfig = z.infer<typeof postgresConfig>;

export function postgresConfigFromUrl(url: URL): PostgresConfig {
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw badInput(`A PostgreSQL URL reads like ${EXAMPLE}.`);
  const { settings, host, port, user, password, database } = readServerUrl(url, EXAMPLE, ['sslmode']);
  if (database === null) throw badInput(`The URL names no database; write it like ${EXAMPLE}.`);
  const sslMode = settings.get('sslmode') ?? 'disable';
  const parsed = postgresConfig.safeParse({ host, port, user, password, database, sslMode });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badInput(
    `The URL's ${String(issue?.path[0] ?? 'form')} is not valid: ${issue?.message ?? 'malformed'}. It reads like ${EXAMPLE}.`,
  );
}
