import { expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { readConfig } from './config.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const POSTGRES = { DATABASE_URL: 'postgres://u:hunter2@db.example/d', CADASTRE_PEPPER: KEY, CADASTRE_KEY_ENCRYPTION_KEY: KEY };

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
