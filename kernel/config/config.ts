import path from 'node:path';
import { SettingReader } from './settingReader.ts';
import { SETTINGS, type SettingTexts } from './settings.ts';

/** Everything that can be set, checked. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute path of the folder with keys, the admin token and the embedded database. */
  readonly home: string;
  readonly store: EmbeddedStore | PostgresStore;
  readonly adminToken: string | undefined;
  readonly logLevel: string;
  readonly corsOrigins: readonly string[];
  /** Whether a first start crawls the bundled sample. */
  readonly sample: boolean;
}

/** The database in the home folder. Keys that are not given are made there, once. */
export interface EmbeddedStore {
  readonly kind: 'embedded';
  readonly pepper: Buffer | undefined;
  readonly keyEncryptionKey: Buffer | undefined;
}

/** A PostgreSQL server, which several processes may share: they must be given the same keys. */
export interface PostgresStore {
  readonly kind: 'postgres';
  readonly url: string;
  readonly migrationUrl: string | undefined;
  readonly pepper: Buffer;
  readonly keyEncryptionKey: Buffer;
}

/**
 * Reads the settings; earlier sources win: flags, then the environment, then `cadastre.yaml`.
 * @throws Fault CONFIGURATION that names each wrong variable and shows a right value, never the wrong one
 */
export function readConfig(...sources: readonly SettingTexts[]): Config {
  const settings = new SettingReader(sources);
  const store = readStore(settings);
  const config: Config = {
    host: settings.read(SETTINGS.host) ?? '127.0.0.1',
    port: settings.read(SETTINGS.port) ?? 4000,
    home: path.resolve(settings.read(SETTINGS.home) ?? '.cadastre'),
    store,
    adminToken: settings.read(SETTINGS.adminToken),
    logLevel: settings.read(SETTINGS.logLevel) ?? 'info',
    corsOrigins: settings.read(SETTINGS.corsOrigins) ?? [],
    sample: settings.read(SETTINGS.sample) ?? store.kind === 'embedded',
  };
  settings.finish();
  return config;
}

function readStore(settings: SettingReader): Config['store'] {
  const url = settings.read(SETTINGS.databaseUrl);
  const migrationUrl = settings.read(SETTINGS.migrationUrl);
  const pepper = settings.read(SETTINGS.pepper);
  const keyEncryptionKey = settings.read(SETTINGS.keyEncryptionKey);
  if (!settings.has(SETTINGS.databaseUrl)) {
    if (migrationUrl !== undefined) settings.complain(SETTINGS.databaseUrl, 'is missing beside DATABASE_MIGRATION_URL');
    return { kind: 'embedded', pepper, keyEncryptionKey };
  }
  for (const key of [SETTINGS.pepper, SETTINGS.keyEncryptionKey]) {
    if (!settings.has(key)) settings.complain(key, 'is missing. With DATABASE_URL it is configured, the same for every process');
  }
  return {
    kind: 'postgres',
    url: url ?? '',
    migrationUrl,
    pepper: pepper ?? NO_KEY,
    keyEncryptionKey: keyEncryptionKey ?? NO_KEY,
  };
}

/** Stands in for what is missing until `finish` throws. */
const NO_KEY = Buffer.alloc(0);
