import { describe, expect, test } from 'vitest';
import { dialectOf } from '../dialect/dialectOf.ts';
import { splitScript } from './splitScript.ts';

const split = (dialect: string, sql: string): readonly string[] => splitScript(sql, dialectOf(dialect)).map((unit) => unit.text);

describe('a script is cut where a statement ends', () => {
  test('at semicolons, and not inside of strings, comments and dollar quotes', () => {
    expect(split('postgres', "SELECT ';' -- ;\n; SELECT $$;$$ /* ; */;")).toEqual(["SELECT ';'", 'SELECT $$;$$']);
  });

  test('T-SQL without semicolons', () => {
    expect(split('tsql', 'SELECT a INTO b FROM c WHERE d = 1 INSERT INTO e SELECT f FROM g UPDATE h SET i = 1')).toEqual([
      'SELECT a INTO b FROM c WHERE d = 1',
      'INSERT INTO e SELECT f FROM g',
      'UPDATE h SET i = 1',
    ]);
  });

  test('set operations, MERGE and CASE stay whole', () => {
    const merge =
      'MERGE t USING s ON t.i = s.i WHEN MATCHED THEN UPDATE SET v = CASE WHEN 1 = 1 THEN 2 END WHEN NOT MATCHED THEN INSERT (i) VALUES (1)';
    expect(split('tsql', `SELECT a FROM b UNION ALL SELECT c FROM d ${merge}`)).toEqual([
      'SELECT a FROM b UNION ALL SELECT c FROM d',
      merge,
    ]);
  });

  test.each([
    ['oracle', 'CREATE PROCEDURE p AS BEGIN INSERT INTO a SELECT b FROM c; DELETE FROM d; END;'],
    ['postgres', 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO a SELECT b FROM c; DELETE FROM d; END $$;'],
    ['mysql', 'DELIMITER //\nCREATE PROCEDURE p() BEGIN INSERT INTO a SELECT b FROM c; DELETE FROM d; END//\nDELIMITER ;'],
    ['tsql', 'CREATE PROCEDURE p @x INT AS BEGIN IF @x > 1 INSERT INTO a SELECT b FROM c DELETE FROM d END'],
    ['bigquery', 'CREATE PROCEDURE p() BEGIN INSERT INTO a SELECT b FROM c; DELETE FROM d; END'],
  ])('the body of a procedure is its statements: %s', (dialect, sql) => {
    expect(split(dialect, sql)).toEqual(['INSERT INTO a SELECT b FROM c', 'DELETE FROM d']);
  });

  test('one that nobody can read does not take the others with it', () => {
    expect(split('ansi', 'FAILING STATEMENT; SELECT a FROM b')).toHaveLength(2);
  });

  test('GO ends a batch', () => expect(split('tsql', 'SELECT 1\nGO\nSELECT 2\nGO')).toEqual(['SELECT 1', 'SELECT 2']));

  test('positions are those of the script', () => {
    const sql = 'SELECT 1;\n  SELECT 2';
    const second = splitScript(sql, dialectOf('ansi'))[1];
    expect(sql.slice(second?.offset ?? 0)).toBe('SELECT 2');
  });
});
