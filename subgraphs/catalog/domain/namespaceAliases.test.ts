import { expect, test } from 'vitest';
import { readNamespaceAliases } from './namespaceAliases.ts';

test('namespaces of OpenLineage are taken, each once', () => {
  const right = ['postgres://pgbouncer:6432', 'prod-warehouse', 's3://bucket', 'sqlserver://host:1433', 'bigquery', 'file'];
  expect(readNamespaceAliases([...right, ' bigquery '])).toEqual(right.toSorted());
});

test.each(['', 'two words', 'postgres:// db', '-x', 'a/b', `postgres://${'x'.repeat(500)}`, 'x://a\u0007'])(
  '%j is no namespace',
  (wrong) => {
    expect(() => readNamespaceAliases([wrong])).toThrow(/not an OpenLineage namespace/);
  },
);
