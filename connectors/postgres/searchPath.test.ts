import { expect, test } from 'vitest';
import { searchPathOf } from './searchPath.ts';

test('without any setting, bare names are looked up in the schema of the user and then in public', () => {
  expect(searchPathOf([], 'shop', 'etl')).toEqual(['etl', 'public']);
});

test('the narrowest setting holds: of role and database, of the role, of the database, of the server', () => {
  const server = { database: null, role: null, path: 'everybody' };
  const database = { database: 'shop', role: null, path: 'of_shop' };
  const role = { database: null, role: 'etl', path: 'of_etl' };
  const both = { database: 'shop', role: 'etl', path: 'of_both' };
  expect(searchPathOf([server, database, role, both], 'shop', 'etl')).toEqual(['of_both']);
  expect(searchPathOf([server, database, role], 'shop', 'etl')).toEqual(['of_etl']);
  expect(searchPathOf([server, database], 'shop', 'etl')).toEqual(['of_shop']);
  expect(searchPathOf([server, database], 'other', 'etl')).toEqual(['everybody']);
});

test('names are read as PostgreSQL reads them: folded unless quoted, and never as the temporary or system schema', () => {
  const setting = (path: string) => [{ database: null, role: null, path }];
  expect(searchPathOf(setting('Staging, "Mixed ""case"", too", pg_catalog, pg_temp,"$user"'), 'shop', 'etl')).toEqual([
    'staging',
    'Mixed "case", too',
    'etl',
  ]);
  expect(searchPathOf(setting('""'), 'shop', 'etl')).toEqual([]);
});
