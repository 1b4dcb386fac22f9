import path from 'node:path';
import type { OidcConfig } from '../identity/oidc/oidcConfig.ts';
import type { Anchoring } from '../audit/ledger/anchoring.ts';
import type { S3Address } from '../blobs/s3Address.ts';
import type { AwsCredentials } from '../blobs/sigv4.ts';
import type { Range } from '../http/outbound/address.ts';
import { SettingReader } from './settingReader.ts';
import { SETTINGS, type SettingTexts } from './settings.ts';

/** Everything that can be set, checked. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute path of the folder with keys, the admin token and the embedded database. */
  readonly home: string;
  readonly store: EmbeddedStore | PostgresStore;
  /** Where bytes of artifacts are kept; undefined: in the home folder. */
  readonly blobs: BucketStore | undefined;
  readonly adminToken: string | undefined;
  /** Where a process that serves one subgraph asks the others; undefined: nowhere. */
  readonly gatewayUrl: string | undefined;
  readonly logLevel: string;
  readonly corsOrigins: readonly string[];
  /** How the audit log is called; a name is made up unless given. Counts when the log begins. */
  readonly logOrigin: string | undefined;
  /** The identity provider that people sign in through; undefined when there is none. */
  readonly oidc: OidcConfig | undefined;
  /** Where checkpoints of the audit log are shown. */
  readonly logAnchoring: Anchoring;
  /** How long the details of audit events are kept at least, in days. */
  readonly auditRetentionDays: number;
  /** Ranges of addresses that are not public, but may be asked for webhooks. */
  readonly outboundPrivate: readonly Range[];
  /** Whether a first start crawls the bundled sample. */
  readonly sample: boolean;
}

/** A bucket that all processes share. */
export interface BucketStore {
  readonly address: S3Address;
  readonly credentials: AwsCredentials;
}

/** The database in the home folder. Keys that are not given are made there, once. */
export interface EmbeddedStore {
  readonly kind: 'embedded';
  readonly pepper: Buffer | undefined;
  readonly keyEncryptionKey: Buffer | undefined;
  readonly logSigningKey: Buffer | undefined;
}

/** A PostgreSQL server, which several processes may share: they must be given the same keys. */
export interface PostgresStore {
  readonly kind: 'postgres';
  readonly url: string;
  readonly migrationUrl: string | undefined;
  readonly pepper: Buffer;
  readonly keyEncryptionKey: Buffer;
  readonly logSigningKey: Buffer;
}

/**
 * Reads the settings; earlier sources win: flags, then the environment, then `cadastre.yaml`.
 * @throws Fault CONFIGURATION that names each wrong variable and shows a right value, never the wrong one
 */
export function readConfig(...sources: readonly SettingTexts[]): Config {
  const settings = new SettingReader(sources);
  const store = readStore(settings);
  const host = settings.read(SETTINGS.host) ?? '127.0.0.1';
  const port = settings.read(SETTINGS.port) ?? 4000;
  const config: Config = {
    host,
    port,
    home: path.resolve(settings.read(SETTINGS.home) ?? '.cadastre'),
    store,
    blobs: readBlobs(settings),
    adminToken: settings.read(SETTINGS.adminToken),
    gatewayUrl: settings.read(SETTINGS.gatewayUrl),
    logLevel: settings.read(SETTINGS.logLevel) ?? 'info',
    corsOrigins: settings.read(SETTINGS.corsOrigins) ?? [],
    logOrigin: settings.read(SETTINGS.logOrigin),
    oidc: readOidc(settings, { host, port }),
    logAnchoring: readAnchoring(settings),
    auditRetentionDays: settings.read(SETTINGS.auditRetentionDays) ?? 183,
    outboundPrivate: settings.read(SETTINGS.outboundPrivate) ?? [],
    sample: settings.read(SETTINGS.sample) ?? store.kind === 'embedded',
  };
  settings.finish();
  return config;
}

function readAnchoring(settings: SettingReader): Anchoring {
  const url = settings.read(SETTINGS.logWitnessUrl);
  const vkey = settings.read(SETTINGS.logWitnessKey);
  if (settings.has(SETTINGS.logWitnessUrl) && !settings.has(SETTINGS.logWitnessKey))
    settings.complain(SETTINGS.logWitnessKey, 'is missing beside CADASTRE_LOG_WITNESS_URL');
  if (settings.has(SETTINGS.logWitnessKey) && !settings.has(SETTINGS.logWitnessUrl))
    settings.complain(SETTINGS.logWitnessUrl, 'is missing beside CADASTRE_LOG_WITNESS_KEY');
  return {
    file: settings.read(SETTINGS.logAnchorFile),
    url: settings.read(SETTINGS.logAnchorUrl),
    witness: url === undefined || vkey === undefined ? undefined : { url, vkey },
    everyMs: (settings.read(SETTINGS.logAnchorEvery) ?? 60) * 1_000,
  };
}

function readBlobs(settings: SettingReader): BucketStore | undefined {
  const address = settings.read(SETTINGS.blobsUrl);
  // The keys are also those of other programs: they say nothing by themselves.
  if (!settings.has(SETTINGS.blobsUrl)) return undefined;
  const accessKeyId = settings.read(SETTINGS.awsAccessKeyId);
  const secretAccessKey = settings.read(SETTINGS.awsSecretAccessKey);
  for (const key of [SETTINGS.awsAccessKeyId, SETTINGS.awsSecretAccessKey])
    if (!settings.has(key)) settings.complain(key, 'is missing beside CADASTRE_BLOBS_URL');
  const sessionToken = settings.read(SETTINGS.awsSessionToken);
  if (address === undefined || accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { address, credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

function readStore(settings: SettingReader): Config['store'] {
  const url = settings.read(SETTINGS.databaseUrl);
  const migrationUrl = settings.read(SETTINGS.migrationUrl);
  const pepper = settings.read(SETTINGS.pepper);
  const keyEncryptionKey = settings.read(SETTINGS.keyEncryptionKey);
  const logSigningKey = settings.read(SETTINGS.logSigningKey);
  if (!settings.has(SETTINGS.databaseUrl)) {
    if (migrationUrl !== undefined) settings.complain(SETTINGS.databaseUrl, 'is missing beside DATABASE_MIGRATION_URL');
    return { kind: 'embedded', pepper, keyEncryptionKey, logSigningKey };
  }
  for (const key of [SETTINGS.pepper, SETTINGS.keyEncryptionKey, SETTINGS.logSigningKey]) {
    if (!settings.has(key)) settings.complain(key, 'is missing. With DATABASE_URL it is configured, the same for every process');
  }
  return {
    kind: 'postgres',
    url: url ?? '',
    migrationUrl,
    pepper: pepper ?? NO_KEY,
    keyEncryptionKey: keyEncryptionKey ?? NO_KEY,
    logSigningKey: logSigningKey ?? NO_KEY,
  };
}

function readOidc(settings: SettingReader, address: { readonly host: string; readonly port: number }): OidcConfig | undefined {
  const issuer = settings.read(SETTINGS.oidcIssuer);
  const clientId = settings.read(SETTINGS.oidcClientId);
  const redirectUrl = settings.read(SETTINGS.oidcRedirectUrl);
  const newcomerRole = settings.read(SETTINGS.oidcNewcomers) ?? 'none';
  const oidc: OidcConfig = {
    issuer: issuer ?? '',
    clientId: clientId ?? '',
    clientSecret: settings.read(SETTINGS.oidcClientSecret),
    deviceClientId: settings.read(SETTINGS.oidcDeviceClientId) ?? clientId ?? '',
    redirectUrl: redirectUrl ?? `http://${loopbackName(address.host)}:${address.port}/auth/callback`,
    scopes: settings.read(SETTINGS.oidcScopes) ?? 'openid profile email',
    groupsClaim: settings.read(SETTINGS.oidcGroupsClaim) ?? 'groups',
    roleOfGroup: settings.read(SETTINGS.oidcRoleOfGroup) ?? new Map(),
    newcomerRole: newcomerRole === 'none' ? null : newcomerRole,
  };
  if (!settings.has(SETTINGS.oidcIssuer)) {
    if (settings.has(SETTINGS.oidcClientId)) settings.complain(SETTINGS.oidcIssuer, 'is missing beside CADASTRE_OIDC_CLIENT_ID');
    return undefined;
  }
  if (!settings.has(SETTINGS.oidcClientId)) settings.complain(SETTINGS.oidcClientId, 'is missing beside CADASTRE_OIDC_ISSUER');
  // A provider sends people only where it was told to beforehand.
  if (!settings.has(SETTINGS.oidcRedirectUrl) && (address.port === 0 || !LOOPBACK_HOSTS.has(address.host)))
    settings.complain(SETTINGS.oidcRedirectUrl, 'is missing beside CADASTRE_OIDC_ISSUER');
  return oidc;
}

const LOOPBACK_HOSTS = new Set(['127.0.0.1', 'localhost', '::1']);
const loopbackName = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Stands in for what is missing until `finish` throws. */
const NO_KEY = Buffer.alloc(0);
