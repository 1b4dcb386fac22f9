import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlConnector } from '../../connectors/mysql/connector.ts';
import type { DatasetRecord } from '../../connectors/record.ts';
import { sharedPath } from '../shared.ts';
import { crawlAll, receiptsOf, recordsOf } from './crawling.ts';
import { NO_MYSQL, hasMysql, temporaryDatabases } from './mysqlServer.ts';
import type { TemporaryDatabases } from './mysqlServer.ts';

/** A database that nobody here wrote, compared with what SHOW CREATE TABLE and counting say about it. */
const dump = sharedPath('data/chinook-mysql.sql');
const reachable = await hasMysql();

describe.skipIf(dump === null || !reachable)(
  `chinook on MySQL (skipped when ${reachable ? 'the sample data is not beside the project' : NO_MYSQL})`,
  () => {
    let databases: TemporaryDatabases;
    let name = '';
    let datasets = new Map<string, DatasetRecord>();
    const truth = async (sql: string): Promise<Record<string, unknown>[]> => {
      const [rows] = await databases.connection.query(sql);
      return rows as Record<string, unknown>[];
    };
    const ddl = async (table: string): Promise<string> =>
      String((await truth(`show create table ${name}.\`${table}\``))[0]?.['Create Table']);

    beforeAll(async () => {
      databases = await temporaryDatabases();
      name = await databases.database('chinook');
      const sql = (await readFile(dump ?? '', 'utf8')).replaceAll(/^(DROP DATABASE|CREATE DATABASE|USE) .*$/gm, '');
      await databases.run(`use ${name}; ${sql}`);
      for (const row of await truth(`show tables`)) await databases.run(`analyze table \`${String(Object.values(row)[0])}\``);
      const session = await mysqlConnector.open(
        { ...databases.config, databases: { include: [name], exclude: [] } },
        AbortSignal.timeout(60_000),
      );
      const items = await crawlAll(session);
      await session.close();
      expect(receiptsOf(items).every((receipt) => receipt.complete)).toBe(true);
      datasets = new Map(
        recordsOf(items).flatMap((record) => (record.kind === 'dataset' ? [[record.path[1] ?? '', record]] : [])),
      );
    });
    afterAll(() => databases.drop());

    test('its eleven tables are there, in the order of their names', async () => {
      const tables = (await truth(`show tables from ${name}`)).map((row) => String(Object.values(row)[0]));
      expect([...datasets.keys()]).toEqual(tables.toSorted());
      expect(datasets.size).toBe(11);
    });

    test('every column is as SHOW CREATE TABLE prints it', async () => {
      for (const [table, dataset] of datasets) {
        const printed = [...(await ddl(table)).matchAll(/^ {2}`(\w+)` (\S+(?: unsigned)?)(.*?),?$/gm)].map(
          ([, column, type, rest]) => ({
            name: column,
            nativeType: type,
            nullable: !(rest ?? '').includes('NOT NULL'),
          }),
        );
        expect(dataset.columns.map(({ name: column, nativeType, nullable }) => ({ name: column, nativeType, nullable }))).toEqual(
          printed,
        );
      }
    });

    test('every key is as SHOW CREATE TABLE prints it', async () => {
      for (const [table, dataset] of datasets) {
        const text = await ddl(table);
        const list = (columns: readonly string[]): string => columns.map((column) => `\`${column}\``).join(',');
        expect(text).toContain(`PRIMARY KEY (${list(dataset.primaryKey ?? [])})`);
        for (const { name: key, columns, references } of dataset.foreignKeys) {
          expect(text).toContain(
            `CONSTRAINT \`${key}\` FOREIGN KEY (${list(columns)}) REFERENCES \`${references.path[1]}\` (${list(references.columns)})`,
          );
        }
        expect(dataset.foreignKeys).toHaveLength(text.split('FOREIGN KEY').length - 1);
        expect(dataset.indexes).toHaveLength(text.split(/^ {2}(?:PRIMARY KEY|UNIQUE KEY|KEY)/m).length - 1);
      }
    });

    test('row counts are estimates near the truth', async () => {
      for (const [table, { statistics }] of datasets) {
        const [row] = await truth(`select count(*) as n from ${name}.\`${table}\``);
        const counted = Number(row?.['n']);
        expect(Math.abs((statistics.rowCountEstimate ?? Number.NaN) - counted), table).toBeLessThanOrEqual(
          Math.max(5, counted / 2),
        );
        expect(statistics.sizeBytes, table).toBeGreaterThan(0);
      }
    });
  },
);
