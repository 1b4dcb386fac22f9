/**
 * MySQL and MariaDB share a protocol, a platform name in OpenLineage and most of information_schema. What differs between
 * them, and between their versions, is written down here and nowhere else.
 */
export interface Dialect {
  /** For people: `MariaDB 10.11.19`. */
  readonly engine: string;
  readonly family: 'mysql' | 'mariadb';
  /** The session setting that ends slow statements, with its value. */
  readonly timeout: (milliseconds: number) => string;
  readonly readOnlyVariable: string;
  /** Whether CHECK_CONSTRAINTS is there. */
  readonly checks: boolean;
  /** Whether an index can have expressions, and STATISTICS shows them. */
  readonly indexExpressions: boolean;
  /** Whether databases can have comments. */
  readonly databaseComments: boolean;
}

type Version = readonly [major: number, minor: number, patch: number];

/** `version` is what `version()` answers: `8.4.2`, or `10.11.19-MariaDB-0+deb12u1`, which some proxies call `5.5.5-10.11.19-MariaDB`. */
export function dialectOf(version: string): Dialect {
  const text = /\d+\.\d+\.\d+/.exec(version.replace(/^5\.5\.5-(?=\d)/, ''))?.[0] ?? '0.0.0';
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  const from = (...wanted: Version): boolean => isAtLeast([major, minor, patch], wanted);
  if (version.includes('MariaDB')) {
    return {
      engine: `MariaDB ${text}`,
      family: 'mariadb',
      timeout: (milliseconds) => `max_statement_time = ${milliseconds / 1_000}`,
      readOnlyVariable: '@@session.tx_read_only',
      checks: from(10, 2, 22),
      indexExpressions: false,
      databaseComments: from(10, 5, 0),
    };
  }
  return {
    engine: `MySQL ${text}`,
    family: 'mysql',
    timeout: (milliseconds) => `max_execution_time = ${milliseconds}`,
    readOnlyVariable: from(5, 7, 20) ? '@@session.transaction_read_only' : '@@session.tx_read_only',
    checks: from(8, 0, 16),
    indexExpressions: from(8, 0, 13),
    databaseComments: false,
  };
}

function isAtLeast(version: Version, wanted: Version): boolean {
  for (const [place, part] of wanted.entries()) {
    const own = version[place] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
