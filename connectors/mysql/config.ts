import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import { chosenNames } from '../pattern.ts';
import { readServerUrl } from '../serverUrl.ts';

const EXAMPLE = 'mysql://crawler:password@db.example:3306/shop?sslmode=verify-full';

/** `require` encrypts and believes any certificate; only `verify-full` knows whom it talks to. */
const SSL_MODES = ['disable', 'require', 'verify-full'] as const;

const milliseconds = z.number().int().min(100).max(3_600_000);

export const mysqlConfig = z.strictObject({
  // No slash: a path would be a unix socket, and a catalog must not be talked into its own machine's sockets.
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^/\s]+$/, 'is a host name or an IP address, like db.example'),
  port: z.number().int().min(1).max(65_535).default(3306),
  /** What MySQL calls a database or, as a synonym, a schema. */
  databases: chosenNames.default({ include: null, exclude: [] }),
  user: z.string().min(1).max(128),
  password: z.string().nullable().default(null),
  sslMode: z.enum(SSL_MODES).default('disable'),
  /** The certificate authority to believe, as PEM text; null believes those of the system. */
  ca: z.string().nullable().default(null),
  statementTimeoutMs: milliseconds.default(60_000),
  connectTimeoutMs: milliseconds.default(10_000),
});

export type MysqlConfig = z.infer<typeof mysqlConfig>;

/** Without a database in its path the URL stands for all that the user can see. */
export function mysqlConfigFromUrl(url: URL): MysqlConfig {
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') throw badInput(`A MySQL or MariaDB URL reads like ${EXAMPLE}.`);
  const { settings, host, port, user, password, database } = readServerUrl(url, EXAMPLE, ['sslmode']);
  const databases = { include: database === null ? null : [database], exclude: [] };
  const parsed = mysqlConfig.safeParse({ host, port, user, password, databases, sslMode: settings.get('sslmode') ?? 'disable' });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badInput(
    `The URL's ${String(issue?.path[0] ?? 'form')} is not valid: ${issue?.message ?? 'malformed'}. It reads like ${EXAMPLE}.`,
  );
}
