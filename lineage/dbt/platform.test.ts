import { expect, test } from 'vitest';
import { dialectOfAdapter, namespaceOf } from './platform.ts';

test.each([
  ['postgres', 'db.example', 'postgres://db.example:5432'],
  ['postgres', 'db.example:6543', 'postgres://db.example:6543'],
  ['redshift', 'c.eu.example', 'redshift://c.eu.example:5439'],
  ['snowflake', 'myorg-acct', 'snowflake://myorg-acct'],
  ['sqlserver', 'db', 'mssql://db:1433'],
  ['bigquery', null, 'bigquery'],
  ['duckdb', '/srv/a.db', 'duckdb:///srv/a.db'],
  ['postgres', null, null],
  ['exotic', 'host:1', 'exotic://host:1'],
])('a %s warehouse at %s is %s', (adapter, place, namespace) => {
  expect(namespaceOf(adapter, place)).toBe(namespace);
});

test('what is no adapter is none by accident either', () => {
  expect(dialectOfAdapter('constructor')).toBe('constructor');
  expect(namespaceOf('__proto__', null)).toBeNull();
});
