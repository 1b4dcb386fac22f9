import pg from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** How the names of the databases of one run begin. */
    readonly databases: string;
  }
}

const SERVER_URL = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const PREFIX = `cadastre_test_${process.pid}_${Date.now().toString(36)}`;

export function setup(project: TestProject): void {
  project.provide('databases', PREFIX);
}

/** Suites hand their databases on; the last one leaves them here. */
export async function teardown(): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER_URL, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch {
    return;
  }
  const { rows } = await client.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [
    PREFIX,
  ]);
  for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  await client.end();
}
