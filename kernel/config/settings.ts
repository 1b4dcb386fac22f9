import { z } from 'zod';

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
const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin));

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
  logLevel: setting('LOG_LEVEL', z.enum(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`, 'info'),
  corsOrigins: setting(
    'CADASTRE_CORS_ORIGINS',
    origins,
    'origins with commas between them',
    'https://app.example,http://localhost:5173',
  ),
  sample: setting('CADASTRE_SAMPLE', z.stringbool(), 'true or false', 'false'),
};

/** Settings as text by the name of their variable, as flags and the environment have them. */
export type SettingTexts = Readonly<Record<string, string | undefined>>;
