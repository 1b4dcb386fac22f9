import { expect, test } from 'vitest';
import { dialectOf } from './dialect.ts';

test.each([
  ['10.11.19-MariaDB-0+deb12u1', 'MariaDB 10.11.19', true, false, true],
  ['5.5.5-10.4.34-MariaDB', 'MariaDB 10.4.34', true, false, false],
  ['10.2.21-MariaDB', 'MariaDB 10.2.21', false, false, false],
  ['11.4.2-MariaDB-log', 'MariaDB 11.4.2', true, false, true],
  ['8.4.2', 'MySQL 8.4.2', true, true, false],
  ['8.0.13-google', 'MySQL 8.0.13', false, true, false],
  ['5.7.44-log', 'MySQL 5.7.44', false, false, false],
])('%s is %s, and is asked only for what it has', (version, engine, checks, indexExpressions, databaseComments) => {
  expect(dialectOf(version)).toMatchObject({ engine, checks, indexExpressions, databaseComments });
});

test('each family has its own name for a time limit, in its own unit', () => {
  expect(dialectOf('10.11.19-MariaDB').timeout(1_500)).toBe('max_statement_time = 1.5');
  expect(dialectOf('8.4.2').timeout(1_500)).toBe('max_execution_time = 1500');
});
