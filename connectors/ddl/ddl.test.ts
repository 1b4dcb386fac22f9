import { describe, expect, test } from 'vitest';
import { createIndex } from '../sqlite/createIndex.ts';
import { createTable } from './createTable.ts';
import { definingQuery } from './createView.ts';

describe('comments in CREATE TABLE', () => {
  test('behind a column, with or without its comma, describe that column', () => {
    const { columns } = createTable(
      'CREATE TABLE t (\n a int, -- the a\n b int -- the b\n , c int /* the c */,\n d int -- the d\n)',
      'sqlite',
    );
    expect([...columns].map(([name, column]) => [name, column.description])).toEqual([
      ['a', 'the a'],
      ['b', 'the b'],
      ['c', 'the c'],
      ['d', 'the d'],
    ]);
  });

  test('on lines of their own describe the column that follows', () => {
    const { columns } = createTable('CREATE TABLE t (a int,\n -- first line\n -- second line\n b int)', 'sqlite');
    expect(columns.get('b')?.description).toBe('first line\nsecond line');
    expect(columns.get('a')?.description).toBeNull();
  });

  test('before the first column describe the table', () => {
    expect(createTable('CREATE TABLE t -- about t\n(a int)', 'sqlite').description).toBe('about t');
    expect(createTable('CREATE TABLE t ( -- about t\n a int)', 'sqlite').description).toBe('about t');
  });

  test('directly above the first column describe that column', () => {
    const table = createTable('CREATE TABLE t (\n -- the a\n a int)', 'sqlite');
    expect([table.description, table.columns.get('a')?.description]).toEqual([null, 'the a']);
  });

  test('are not found inside text and quoted names', () => {
    const { columns } = createTable(
      `CREATE TABLE t (a text default '-- no', "b -- no" int, [c -- no] int, \`d\`\`e\` int)`,
      'sqlite',
    );
    expect([...columns].map(([name, column]) => [name, column.description])).toEqual([
      ['a', null],
      ['b -- no', null],
      ['c -- no', null],
      ['d`e', null],
    ]);
  });

  test('of rulers and constraints are left out', () => {
    const { columns } = createTable('CREATE TABLE t (\n a int, -- -------\n -- keys\n primary key (a)\n)', 'sqlite');
    expect([...columns]).toEqual([['a', { description: null, generatedAs: null }]]);
  });
});

describe('expressions in CREATE TABLE', () => {
  test('of generated columns are found, with commas and parentheses inside', () => {
    const { columns } = createTable(
      "CREATE TABLE t (a int, b int AS (max(a, (2))) STORED, c int GENERATED ALWAYS AS (a || ')'))",
      'sqlite',
    );
    expect([...columns.values()].map((column) => column.generatedAs)).toEqual([null, 'max(a, (2))', "a || ')'"]);
  });

  test('of checks are found on columns and on the table, with their names', () => {
    const { checks } = createTable(
      'CREATE TABLE t (a int CHECK (a > 0), b int, CONSTRAINT "order" CHECK (a < b) , CHECK (b in (1, 2)))',
      'sqlite',
    );
    expect(checks).toEqual([
      { name: '', expression: 'a > 0' },
      { name: 'order', expression: 'a < b' },
      { name: '', expression: 'b in (1, 2)' },
    ]);
  });

  test('lists and structs of DuckDB do not end a column early', () => {
    const { columns } = createTable(
      'CREATE TABLE t(a STRUCT(x INTEGER, y INTEGER)[], b INTEGER[] DEFAULT([1, 2]), c INTEGER GENERATED ALWAYS AS(len([b, a])));',
      'duckdb',
    );
    expect([...columns].map(([name, column]) => [name, column.generatedAs])).toEqual([
      ['a', null],
      ['b', null],
      ['c', 'len([b, a])'],
    ]);
  });

  test('text that is no CREATE TABLE gives nothing and does not fail', () => {
    for (const text of ['', 'select 1', 'CREATE TABLE t (', 'CREATE TABLE t (a int))) -- x', "CREATE TABLE 'unfinished"]) {
      expect(() => createTable(text, 'sqlite')).not.toThrow();
    }
  });
});

describe('CREATE VIEW and CREATE INDEX', () => {
  test('the defining query begins after the first AS that is no part of a name or a list', () => {
    expect(definingQuery('CREATE VIEW "as" (a, "as") AS SELECT x AS y FROM t;', 'sqlite')).toBe('SELECT x AS y FROM t');
    expect(definingQuery('CREATE TEMP VIEW v /* as */ AS\n WITH c AS (SELECT 1) SELECT * FROM c', 'sqlite')).toBe(
      'WITH c AS (SELECT 1) SELECT * FROM c',
    );
  });

  test('an index has its keys as written and the condition under which it applies', () => {
    expect(createIndex("CREATE INDEX i ON t (lower(a), b DESC, coalesce(c, ',')) WHERE a > 3 AND b IS NOT NULL")).toEqual({
      keys: ['lower(a)', 'b DESC', "coalesce(c, ',')"],
      predicate: 'a > 3 AND b IS NOT NULL',
    });
  });
});
