import { expect, test } from 'vitest';
import { analyzeNow } from '../analyze.ts';
import { project } from './project.ts';
import { sourceless } from './sourceless.ts';
import type { ProfileName } from './switches.ts';

const found = (sql: string, profile: ProfileName = 'native') =>
  sourceless(analyzeNow({ dialect: 'postgres', sql }), profile).map(({ target: [table, column], from }) =>
    [table ?? '(result)', column, from].join(' '),
  );

test('constants and calls without columns are outputs too', () =>
  expect(found("CREATE TABLE t AS SELECT a, 'x' AS b, now() AS c, upper(a) AS d FROM s")).toEqual([
    't b constant',
    't c constant',
  ]));

test.each([
  ['INSERT INTO t (a, b) SELECT 1, x FROM s', ['t a constant']],
  ["INSERT INTO t (a, b) VALUES (1, 'x')", ['t a constant', 't b constant']],
  ['UPDATE t SET a = 1, b = c', ['t a constant']],
  [
    'MERGE INTO t USING s ON t.i = s.i WHEN MATCHED THEN UPDATE SET a = 0 WHEN NOT MATCHED THEN INSERT (i, b) VALUES (s.i, NULL)',
    ['t a constant', 't b constant'],
  ],
  ['SELECT a, 2 FROM s', ['(result) _col_1 constant']],
  ['SELECT a FROM s UNION SELECT 1', []],
  ['SELECT CASE WHEN a > 1 THEN 1 END AS b FROM s', []],
  ['SELECT * FROM s', []],
  ['SELECT * FROM generate_series(1, 3)', []],
])('%s', (sql, expected) => expect(found(sql)).toEqual(expected));

test('a number of rows is a column of no table where a profile says so, and an edge elsewhere', () => {
  const sql = 'INSERT INTO t (n) SELECT count(*) FROM s';
  expect(found(sql)).toEqual(['t n rowCount']);
  expect(project(analyzeNow({ dialect: 'postgres', sql }), 'sqllineage').columns).toEqual([['s', '*', 't', 'n']]);
});

test('a constant stays one on its way through temporary tables, and is not reported of them', () =>
  expect(
    found(
      'CREATE TEMP TABLE x AS SELECT 1 AS one, a FROM s; CREATE TEMP TABLE y AS SELECT one AS two, a FROM x; INSERT INTO t (p, q) SELECT two, a FROM y',
    ),
  ).toEqual(['t p constant']));

test('a renamed table has its last name', () =>
  expect(found('CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t RENAME TO u')).toEqual(['u a constant']));

test('an answer beside statements that write is left out where its edges are', () =>
  expect(found('SELECT 1 AS a; INSERT INTO t (b) VALUES (2)', 'sqllineage')).toEqual(['t b constant']));
