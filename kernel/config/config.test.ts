import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { readConfig } from './config.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const POSTGRES = {
  DATABASE_URL: 'postgres://u:hunter2@db.example/d',
  CADASTRE_PEPPER: KEY,
  CADASTRE_KEY_ENCRYPTION_KEY: KEY,
  CADASTRE_LOG_SIGNING_KEY: KEY,
};

function complaint(settings: Readonly<Record<string, string>>): string {
  try {
    readConfig(settings);
  } catch (error) {
    if (error instanceof Fault && error.code === 'CONFIGURATION') return error.message;
    throw error;
  }
  throw new Error('It was accepted.');
}

test('a flag wins over the environment, and an empty text is no setting', () => {
  expect(readConfig({ PORT: '4001', HOST: undefined }, { PORT: '4002', HOST: '::1' })).toMatchObject({ port: 4001, host: '::1' });
  expect(readConfig({}, { PORT: '' }).port).toBe(4000);
});

test('embedded needs no setting and has the sample; PostgreSQL has it only when asked', () => {
  expect(readConfig({})).toMatchObject({ store: { kind: 'embedded' }, host: '127.0.0.1', sample: true });
  expect(readConfig(POSTGRES)).toMatchObject({ store: { kind: 'postgres', pepper: Buffer.alloc(32, 1) }, sample: false });
  expect(readConfig({ ...POSTGRES, CADASTRE_SAMPLE: 'yes' }).sample).toBe(true);
});

test('with PostgreSQL, both keys must be given', () => {
  const text = complaint({ DATABASE_URL: POSTGRES.DATABASE_URL });
  expect(text).toContain('CADASTRE_PEPPER is missing');
  expect(text).toContain('CADASTRE_KEY_ENCRYPTION_KEY is missing');
  expect(text).toContain('openssl rand -base64 32');
  expect(text).not.toContain('hunter2');
});

test.each([
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['HOST', 'a b'],
  ['DATABASE_URL', 'mysql://x'],
  ['CADASTRE_PEPPER', 'c2hvcnQ='],
  ['CADASTRE_KEY_ENCRYPTION_KEY', 'not base64!'],
  ['CADASTRE_ADMIN_TOKEN', 'short'],
  ['LOG_LEVEL', 'loud'],
  ['CADASTRE_CORS_ORIGINS', '*'],
  ['CADASTRE_CORS_ORIGINS', 'https://a.example/path'],
  ['CADASTRE_SAMPLE', 'perhaps'],
  ['DATABASE_MIGRATION_URL', 'postgres://only/this'],
])('%s=%s is refused by name, with a right value and without the wrong one', (name, value) => {
  const text = complaint({ [name]: value });
  expect(text).toContain(`${name === 'DATABASE_MIGRATION_URL' ? 'DATABASE_URL' : name} `);
  expect(text).toContain('Example: ');
  if (value.length > 4) expect(text).not.toContain(value);
});

const OIDC = { CADASTRE_OIDC_ISSUER: 'https://login.example/realms/company', CADASTRE_OIDC_CLIENT_ID: 'cadastre' };

test('a provider needs its issuer and a client; the rest has a usual value', () => {
  expect(readConfig({}).oidc).toBeUndefined();
  expect(readConfig({ ...OIDC, PORT: '4001' }).oidc).toEqual({
    issuer: OIDC.CADASTRE_OIDC_ISSUER,
    clientId: 'cadastre',
    clientSecret: undefined,
    deviceClientId: 'cadastre',
    redirectUrl: 'http://127.0.0.1:4001/auth/callback',
    scopes: 'openid profile email',
    groupsClaim: 'groups',
    roleOfGroup: new Map(),
    newcomerRole: null,
  });
  const text = complaint({ CADASTRE_OIDC_ISSUER: OIDC.CADASTRE_OIDC_ISSUER });
  expect(text).toContain('CADASTRE_OIDC_CLIENT_ID is missing');
  expect(complaint({ CADASTRE_OIDC_CLIENT_ID: 'cadastre' })).toContain('CADASTRE_OIDC_ISSUER is missing');
});

test('groups are mapped to roles, also those with = in their name', () => {
  const { oidc } = readConfig({ ...OIDC, CADASTRE_OIDC_ROLE_OF_GROUP: 'data-admins=admin, cn=stewards=steward' });
  expect(oidc?.roleOfGroup).toEqual(
    new Map([
      ['data-admins', 'admin'],
      ['cn=stewards', 'steward'],
    ]),
  );
});

test('a server for others must say how browsers reach it', () => {
  expect(complaint({ ...OIDC, HOST: '0.0.0.0' })).toContain('CADASTRE_OIDC_REDIRECT_URL is missing');
  expect(complaint({ ...OIDC, PORT: '0' })).toContain('CADASTRE_OIDC_REDIRECT_URL is missing');
  const url = 'https://catalog.example/auth/callback';
  expect(readConfig({ ...OIDC, HOST: '0.0.0.0', CADASTRE_OIDC_REDIRECT_URL: url }).oidc?.redirectUrl).toBe(url);
});

test.each([
  ['CADASTRE_OIDC_ISSUER', 'http://login.example'],
  ['CADASTRE_OIDC_ISSUER', 'https://login.example/?x=1'],
  ['CADASTRE_OIDC_ISSUER', 'http://127.0.0.1.evil.example'],
  ['CADASTRE_OIDC_REDIRECT_URL', 'https://catalog.example/elsewhere'],
  ['CADASTRE_OIDC_REDIRECT_URL', 'http://catalog.example/auth/callback'],
  ['CADASTRE_OIDC_ROLE_OF_GROUP', 'data-admins=owner'],
  ['CADASTRE_OIDC_ROLE_OF_GROUP', 'data-admins'],
  ['CADASTRE_OIDC_SCOPES', 'profile email'],
  ['CADASTRE_OIDC_NEWCOMERS', 'admin'],
])('%s=%s is refused by name', (name, value) => {
  const text = complaint({ ...OIDC, [name]: value });
  expect(text).toContain(`${name} is wrong`);
});

const BUCKET = {
  CADASTRE_BLOBS_URL: 's3://models/a?region=eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'hunter2+hunter2',
};

test('artifacts lie in the home folder, or in a bucket that needs a key', () => {
  expect(readConfig({}).blobs).toBeUndefined();
  expect(readConfig({ AWS_ACCESS_KEY_ID: 'of something else' }).blobs).toBeUndefined();
  expect(readConfig(BUCKET).blobs).toEqual({
    address: { bucket: new URL('https://models.s3.eu-central-1.amazonaws.com/'), prefix: 'a/', region: 'eu-central-1' },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hunter2+hunter2', sessionToken: undefined },
  });
  const text = complaint({ CADASTRE_BLOBS_URL: BUCKET.CADASTRE_BLOBS_URL });
  expect(text).toContain('AWS_ACCESS_KEY_ID is missing');
  expect(text).toContain('AWS_SECRET_ACCESS_KEY is missing');
});

test.each([
  ['CADASTRE_BLOBS_URL', 'https://models.example'],
  ['CADASTRE_BLOBS_URL', 's3://models?endpoint=nowhere'],
  ['AWS_SECRET_ACCESS_KEY', 'hunter2 hunter2'],
])('%s=%s is refused by name and not shown', (name, value) => {
  const text = complaint({ ...BUCKET, [name]: value });
  expect(text).toContain(`${name} is wrong`);
  expect(text).not.toContain(value);
});
