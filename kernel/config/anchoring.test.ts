import { expect, test } from 'vitest';
import { signerKey } from '../audit/log/noteKey.ts';
import { readConfig } from './config.ts';

const WITNESS = signerKey('witness.example/w1', Buffer.alloc(32, 8), 'witness').verifier.vkey;
const LOG = signerKey('log.example', Buffer.alloc(32, 8)).verifier.vkey;

test('checkpoints are shown nowhere else unless that is set, and once a minute', () => {
  expect(readConfig({})).toMatchObject({
    logAnchoring: { file: undefined, url: undefined, witness: undefined, everyMs: 60_000 },
    auditRetentionDays: 183,
  });
});

test('a witness has an address and a key', () => {
  const url = 'https://witness.example/w1/';
  const { logAnchoring } = readConfig({
    CADASTRE_LOG_WITNESS_URL: url,
    CADASTRE_LOG_WITNESS_KEY: WITNESS,
    CADASTRE_LOG_ANCHOR_FILE: '/elsewhere/checkpoint',
    CADASTRE_LOG_ANCHOR_URL: 'https://keeper.example/',
    CADASTRE_LOG_ANCHOR_EVERY: '5',
  });
  expect(logAnchoring).toEqual({
    file: '/elsewhere/checkpoint',
    url: 'https://keeper.example/',
    witness: { url, vkey: WITNESS },
    everyMs: 5_000,
  });
  expect(() => readConfig({ CADASTRE_LOG_WITNESS_URL: url })).toThrow(/CADASTRE_LOG_WITNESS_KEY is missing/);
  expect(() => readConfig({ CADASTRE_LOG_WITNESS_KEY: WITNESS })).toThrow(/CADASTRE_LOG_WITNESS_URL is missing/);
});

test.each([
  ['CADASTRE_LOG_WITNESS_KEY', LOG],
  ['CADASTRE_LOG_WITNESS_KEY', `${WITNESS}x`],
  ['CADASTRE_LOG_ANCHOR_URL', 'ftp://keeper.example'],
  ['CADASTRE_LOG_ANCHOR_EVERY', '0'],
  ['CADASTRE_AUDIT_RETENTION_DAYS', '182'],
])('%s is refused when it is %s', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`${name} is wrong`));
});
