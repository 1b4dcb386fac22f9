import { type IdentifierRule, identifierRule } from '../../kernel/identifier.ts';

/** What OpenLineage calls the platform of an adapter, and how it writes the namespace (spec/Naming.md). */
interface Platform {
  readonly platform: string;
  /** From a place as people write it: `host`, `host:port`, an account, a file. */
  readonly namespace: (place: string) => string;
  /** What a place looks like. Null: there is only one. */
  readonly example: string | null;
  readonly dialect: string;
}

const server = (platform: string, port: number, dialect = platform): Platform => ({
  platform,
  namespace: (place) => `${platform}://${/:\d+$/.test(place) ? place : `${place}:${port}`}`,
  example: `db.example:${port}`,
  dialect,
});
const named = (platform: string, example: string, dialect = platform): Platform => ({
  platform,
  namespace: (place) => `${platform}://${place}`,
  example,
  dialect,
});

const PLATFORMS: Readonly<Record<string, Platform>> = {
  postgres: server('postgres', 5432),
  redshift: server('redshift', 5439),
  mysql: server('mysql', 3306),
  mariadb: server('mysql', 3306),
  sqlserver: server('mssql', 1433, 'tsql'),
  synapse: server('mssql', 1433, 'tsql'),
  fabric: server('mssql', 1433, 'tsql'),
  trino: server('trino', 8080),
  clickhouse: server('clickhouse', 8123),
  oracle: server('oracle', 1521),
  spark: server('spark', 10000),
  snowflake: named('snowflake', 'myorg-myaccount'),
  databricks: named('databricks', 'adb-123.azuredatabricks.net'),
  athena: named('awsathena', 'athena.eu-central-1.amazonaws.com', 'athena'),
  duckdb: named('duckdb', '/srv/shop.duckdb'),
  sqlite: named('sqlite', '/srv/shop.db'),
  bigquery: { platform: 'bigquery', namespace: () => 'bigquery', example: null, dialect: 'bigquery' },
};

const known = (adapter: string): Platform | undefined => (Object.hasOwn(PLATFORMS, adapter) ? PLATFORMS[adapter] : undefined);

export const ruleOf = (adapter: string): IdentifierRule => identifierRule(known(adapter)?.platform ?? adapter);

/** Which SQL an adapter speaks, in words that the analyzer knows. */
export const dialectOfAdapter = (adapter: string): string => known(adapter)?.dialect ?? adapter;

/** The OpenLineage namespace of the warehouse, which no artifact names; null where the place is needed and missing. */
export function namespaceOf(adapter: string, place: string | null): string | null {
  const platform = known(adapter);
  if (platform?.example === null) return platform.namespace('');
  if (place === null) return null;
  return (platform ?? named(adapter, '')).namespace(place);
}

/** A right place for an adapter, to show whoever gave none. */
export const placeExample = (adapter: string): string => known(adapter)?.example ?? 'db.example:1234';
