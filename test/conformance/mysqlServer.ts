import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { mysqlConfig } from '../../connectors/mysql/config.ts';
import type { MysqlConfig } from '../../connectors/mysql/config.ts';

/** The MySQL or MariaDB that tests may use, by TEST_MYSQL_URL; they make databases of their own there and drop them again. */
export const MYSQL_URL = new URL(process.env['TEST_MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306');

export const NO_MYSQL = `no MySQL or MariaDB answers at ${MYSQL_URL.host}; set TEST_MYSQL_URL`;

/** Whether there is a server to test with. In CI its absence is a failure, unless that was said on purpose. */
export async function hasMysql(): Promise<boolean> {
  try {
    await (await adminConnection()).end();
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true' && process.env['CADASTRE_SKIP_SERVERS'] !== '1') throw new Error(NO_MYSQL, { cause: error });
    return false;
  }
}

export interface TemporaryDatabases {
  /** Every name that tests make here begins so. */
  readonly prefix: string;
  readonly connection: Connection;
  /** Crawls the databases made here and no others. */
  readonly config: MysqlConfig;
  /** Makes a database called prefix plus suffix. */
  database(suffix: string): Promise<string>;
  /** Runs one or more statements as the administrator. */
  run(sql: string): Promise<void>;
  /** Makes an account with no rights. */
  account(password: string): Promise<string>;
  drop(): Promise<void>;
}

export async function temporaryDatabases(): Promise<TemporaryDatabases> {
  const prefix = `cadastre_${randomBytes(5).toString('hex')}_`;
  const connection = await adminConnection();
  const [databases, accounts]: [string[], string[]] = [[], []];
  const run = async (sql: string): Promise<void> => void (await connection.query(sql));
  return {
    prefix,
    connection,
    config: mysqlConfig.parse({ ...target(), databases: { include: [`${prefix}*`] } }),
    run,
    database: async (suffix) => {
      const name = `${prefix}${suffix}`;
      databases.push(name);
      await run(`create database ${quoted(name)} character set utf8mb4`);
      return name;
    },
    account: async (password) => {
      const name = `${prefix}u${accounts.length}`;
      accounts.push(name);
      await connection.query(`create user ${name}@'%' identified by ?`, [password]);
      return name;
    },
    drop: async () => {
      for (const name of databases) await run(`drop database if exists ${quoted(name)}`);
      for (const name of accounts) await run(`drop user ${name}@'%'`);
      await connection.end();
    },
  };
}

export const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

const target = () => ({
  host: MYSQL_URL.hostname,
  port: Number(MYSQL_URL.port || 3306),
  user: decodeURIComponent(MYSQL_URL.username),
  password: MYSQL_URL.password === '' ? null : decodeURIComponent(MYSQL_URL.password),
});

function adminConnection(): Promise<Connection> {
  const { password, ...rest } = target();
  return createConnection({
    ...rest,
    password: password ?? '',
    multipleStatements: true,
    charset: 'utf8mb4',
    connectTimeout: 3_000,
  });
}
