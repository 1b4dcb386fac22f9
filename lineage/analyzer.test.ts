import { expect, test, vi } from 'vitest';
import { createAnalyzer } from './analyzer.ts';

vi.mock('@polyglot-sql/sdk', () => {
  throw new Error('A parser was loaded in the thread of the caller.');
});
vi.mock('libpg-query', () => {
  throw new Error('A parser was loaded in the thread of the caller.');
});

test('the parsers are loaded by the threads and not by whoever asks them', async () => {
  const analyzer = createAnalyzer();
  const { statements } = await analyzer.analyze({ dialect: 'postgres', sql: 'SELECT a FROM t' });
  expect(statements[0]?.edges.map(({ column }) => column)).toEqual(['a']);
  await analyzer.close();
});
