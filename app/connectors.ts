import { duckdbConnector } from '../connectors/duckdb/connector.ts';
import { filesConnector } from '../connectors/duckdb/files/connector.ts';
import { mysqlConnector } from '../connectors/mysql/connector.ts';
import { postgresConnector } from '../connectors/postgres/connector.ts';
import { sampleConnector } from '../connectors/sample/connector.ts';
import { sqliteConnector } from '../connectors/sqlite/connector.ts';

/** What can be crawled, by the scheme of its URL. */
export const CONNECTORS = {
  postgres: postgresConnector,
  postgresql: postgresConnector,
  mysql: mysqlConnector,
  mariadb: mysqlConnector,
  sqlite: sqliteConnector,
  duckdb: duckdbConnector,
  files: filesConnector,
  sample: sampleConnector,
};
