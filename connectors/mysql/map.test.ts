import { expect, test } from 'vitest';
import { datasetRecord } from '../record.ts';
import { dialectOf } from './dialect.ts';
import { containerOf, datasetOf } from './map.ts';
import type { TableParts } from './map.ts';
import type { ColumnRow, IndexRow } from './rows.ts';

const MYSQL = dialectOf('8.4.2');
const MARIADB = dialectOf('10.11.19-MariaDB');
const of = { db: 'shop', name: 't' };

const column = (row: Partial<ColumnRow>): ColumnRow => ({
  ...of,
  column: 'a',
  place: '1',
  type: 'int',
  dataType: 'int',
  nullable: 'YES',
  defaultValue: null,
  extra: '',
  expression: '',
  comment: '',
  ...row,
});
const index = (row: Partial<IndexRow>): IndexRow => ({
  ...of,
  indexName: 'i',
  nonUnique: '0',
  place: '1',
  column: 'a',
  prefix: null,
  method: 'BTREE',
  expression: null,
  ...row,
});
const parts: TableParts = {
  listed: { ...of, type: 'BASE TABLE' },
  table: { ...of, engine: 'InnoDB', rowCount: '3', dataBytes: '100', indexBytes: '20', options: '', comment: '' },
  columns: [],
  foreignKeys: [],
  checks: [],
  indexes: [],
  view: undefined,
  grants: [],
};

test.each([
  [MYSQL, { dataType: 'varchar', defaultValue: "it's" }, "'it''s'"],
  [MYSQL, { dataType: 'varchar', defaultValue: '' }, "''"],
  [MYSQL, { dataType: 'int', defaultValue: '7' }, '7'],
  [MYSQL, { dataType: 'datetime', defaultValue: 'CURRENT_TIMESTAMP', extra: 'DEFAULT_GENERATED' }, 'CURRENT_TIMESTAMP'],
  [MYSQL, { dataType: 'json', defaultValue: 'json_array()', extra: 'DEFAULT_GENERATED' }, 'json_array()'],
  [MYSQL, { dataType: 'int', defaultValue: null }, null],
  [MARIADB, { dataType: 'varchar', defaultValue: "'it''s'" }, "'it''s'"],
  [MARIADB, { dataType: 'varchar', defaultValue: 'NULL' }, null],
  [MARIADB, { dataType: 'varchar', defaultValue: "'NULL'" }, "'NULL'"],
  [MARIADB, { dataType: 'bigint', extra: 'auto_increment' }, 'auto_increment'],
])('$engine: the default of %o reads %s', (dialect, row, wanted) => {
  expect(datasetOf(dialect, { ...parts, columns: [column(row)] }).columns[0]?.defaultValue).toBe(wanted);
});

test('columns and keys come in their order, whatever the order of the rows', () => {
  const record = datasetOf(MYSQL, {
    ...parts,
    columns: [column({ place: '10', column: 'j' }), column({ place: '9', column: 'i' })],
    indexes: [index({ indexName: 'PRIMARY', place: '2', column: 'i' }), index({ indexName: 'PRIMARY', place: '1', column: 'j' })],
  });
  expect(record.columns.map(({ name, ordinal }) => [name, ordinal])).toEqual([
    ['i', 1],
    ['j', 2],
  ]);
  expect(record.primaryKey).toEqual(['j', 'i']);
  expect(datasetRecord.strict().parse(record)).toEqual(record);
});

test('a unique index over expressions or prefixes is an index, but no unique key', () => {
  const record = datasetOf(MYSQL, {
    ...parts,
    indexes: [
      index({ indexName: 'e', column: null, expression: 'lower(`a`)' }),
      index({ indexName: 'p', prefix: '5' }),
      index({ indexName: 'u' }),
    ],
  });
  expect(record.uniqueKeys).toEqual([['a']]);
  expect(record.indexes.map(({ keys }) => keys)).toEqual([['lower(`a`)'], ['a(5)'], ['a']]);
});

test('a table that the engine cannot open says why, and has neither description nor size', () => {
  const table = {
    ...parts.table,
    engine: null,
    rowCount: null,
    dataBytes: null,
    indexBytes: null,
    comment: "Table './shop/t' is marked as crashed",
  };
  expect(datasetOf(MYSQL, { ...parts, table })).toMatchObject({
    problem: "Table './shop/t' is marked as crashed",
    description: null,
    statistics: { rowCountEstimate: null, sizeBytes: null },
  });
});

test('rows that lie elsewhere make an external table', () => {
  expect(datasetOf(MYSQL, { ...parts, table: { ...parts.table, engine: 'FEDERATED' } }).subtype).toBe('EXTERNAL_TABLE');
});

test('a privilege on a pattern of names counts for every database that it matches', () => {
  const grant = { pattern: 'tmp\\_%', grantee: "'etl'@'%'", privilege: 'SELECT', grantable: 'NO' } as const;
  expect(containerOf({ name: 'tmp_1', comment: '' }, [grant]).grants).toHaveLength(1);
  expect(containerOf({ name: 'tmpx1', comment: '' }, [grant]).grants).toHaveLength(0);
});
