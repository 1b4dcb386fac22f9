import { expect, test } from 'vitest';
import { analyzeNow } from '../../lineage/analyze.ts';
import { project } from '../../lineage/profiles/project.ts';
import { sourceless } from '../../lineage/profiles/sourceless.ts';
import { lineageTree } from './tree.ts';

function tree(sql: string): readonly string[] {
  const result = analyzeNow({ dialect: 'postgres', sql });
  return lineageTree(project(result, 'native'), sourceless(result, 'native'), (text) => text).split('\n');
}

test('a target shows its columns in their order, those without a source too, and then what decides over its rows', () =>
  expect(
    tree(
      `CREATE TABLE report AS SELECT 'eur' AS currency, c.name AS customer, count(*) AS n, sum(o.amount) AS total
       FROM orders o JOIN customers c ON c.id = o.customer WHERE o.state = 'paid' GROUP BY c.name ORDER BY c.name`,
    ),
  ).toEqual([
    'report',
    '├─ currency',
    '│  └─ (constant, or a call without columns)',
    '├─ customer',
    '│  └─ customers.name  (identity)',
    '├─ n',
    '│  └─ (number of rows)',
    '├─ total',
    '│  └─ orders.amount  (aggregation)',
    '└─ (rows)',
    '   ├─ customers.id  (join)',
    '   ├─ orders.customer  (join)',
    '   ├─ orders.state  (filter)',
    '   ├─ customers.name  (group)',
    '   └─ customers.name  (sort)',
    '',
    'reads   orders, customers',
    'writes  report',
    '7 of 7 references resolved',
  ]));

test('what one statement fills with a constant and another from a column comes from the column', () =>
  expect(tree('INSERT INTO t (a) VALUES (1); INSERT INTO t (a) SELECT b FROM s').slice(0, 4)).toEqual([
    't',
    '└─ a',
    '   └─ s.b  (identity)',
    '',
  ]));

test('what only deletes shows which columns decide', () =>
  expect(tree('DELETE FROM t WHERE age > 3').slice(0, 3)).toEqual(['t', '└─ (rows)', '   └─ t.age  (filter)']));

test('the answer of a query is a target of its own', () =>
  expect(tree('SELECT 1 AS a, b FROM s').slice(0, 5)).toEqual([
    '(result)',
    '├─ a',
    '│  └─ (constant, or a call without columns)',
    '└─ b',
    '   └─ s.b  (identity)',
  ]));

test('names cannot move the cursor of whoever reads them', () =>
  expect(tree('SELECT "\u001b[2J" FROM s').join('\n')).toContain('s.\\u001b[2J'));
