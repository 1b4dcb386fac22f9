import { DIALECTS, type DialectRules } from './rules.ts';

const ALIASES: Readonly<Record<string, string>> = {
  '': 'ansi',
  generic: 'ansi',
  sql: 'ansi',
  'non-validating': 'ansi',
  postgresql: 'postgres',
  pg: 'postgres',
  mssql: 'tsql',
  sqlserver: 'tsql',
  synapse: 'tsql',
  sparksql: 'spark',
  spark2: 'spark',
  spark3: 'spark',
  maria: 'mariadb',
  prestodb: 'presto',
  trinodb: 'trino',
};

const BY_ID: ReadonlyMap<string, DialectRules> = new Map(DIALECTS.map((rules) => [rules.id, rules]));

/** The rules of a dialect by any of its usual names; null when nobody knows it. */
export function knownDialect(name: string): DialectRules | null {
  const id = name.trim().toLowerCase();
  return BY_ID.get(ALIASES[id] ?? id) ?? null;
}

/** As above, with ANSI for a stranger: some lineage of an unknown dialect beats none. */
export function dialectOf(name: string): DialectRules {
  return knownDialect(name) ?? knownDialect('ansi') ?? unreachable();
}

function unreachable(): never {
  throw new Error('the table of dialects has lost its first row');
}
