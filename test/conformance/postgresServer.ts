import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { postgresConfig } from '../../connectors/postgres/config.ts';
import type { PostgresConfig } from '../../connectors/postgres/config.ts';

/** The PostgreSQL that tests may use, by TEST_POSTGRES_URL; they make databases of their own there and drop them again. */
export const POSTGRES_URL = new URL(process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres');

export const NO_POSTGRES = `no PostgreSQL answers at ${POSTGRES_URL.host}; set TEST_POSTGRES_URL`;

/** Whether there is a server to test with. In CI its absence is a failure, unless that was said on purpose. */
export async function hasPostgres(): Promise<boolean> {
  const client = adminClient();
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true' && process.env['CADASTRE_SKIP_SERVERS'] !== '1')
      throw new Error(NO_POSTGRES, { cause: error });
    return false;
  }
}

export interface TemporaryDatabase {
  readonly name: string;
  readonly client: Client;
  readonly config: PostgresConfig;
  /** Runs one or more statements as the owner. */
  run(sql: string): Promise<void>;
  /** Makes a role that can log in and nothing else; it goes with the database. */
  role(): Promise<string>;
  drop(): Promise<void>;
}

export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const name = `cadastre_test_${randomBytes(6).toString('hex')}`;
  const roles: string[] = [];
  await asAdmin((admin) => admin.query(`create database ${name} template template0`));
  const client = adminClient(name);
  await client.connect();
  return {
    name,
    client,
    config: configFor(name),
    run: async (sql) => void (await client.query(sql)),
    role: async () => {
      const role = `${name}_r${roles.length}`;
      await client.query(`create role ${role} login`);
      roles.push(role);
      return role;
    },
    drop: async () => {
      await client.end();
      await asAdmin(async (admin) => {
        await admin.query(`drop database ${name} with (force)`);
        for (const role of roles) await admin.query(`drop role ${role}`);
      });
    },
  };
}

export const configFor = (database: string): PostgresConfig =>
  postgresConfig.parse({
    host: POSTGRES_URL.hostname,
    port: Number(POSTGRES_URL.port || 5432),
    user: decodeURIComponent(POSTGRES_URL.username),
    password: POSTGRES_URL.password === '' ? null : decodeURIComponent(POSTGRES_URL.password),
    database,
  });

export const adminClient = (database = POSTGRES_URL.pathname.slice(1)): Client => {
  const { host, port, user, password } = configFor(database);
  return new Client({ host, port, user, database, password: password ?? '', connectionTimeoutMillis: 3_000 });
};

async function asAdmin(task: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = adminClient();
  await admin.connect();
  try {
    await task(admin);
  } finally {
    await admin.end();
  }
}
