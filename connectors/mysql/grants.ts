/**
 * What the crawler may see, read from its own SHOW GRANTS. information_schema hides what one has no privilege on and does
 * not say that it does; so whether a list is complete can only be known from here.
 */
export interface Sight {
  /** Whether every database of the server is in the list of databases. */
  readonly everyDatabase: boolean;
  /** `all` the tables of a database, only those with a privilege of their own (`some`), or none. */
  of(database: string): 'all' | 'some' | 'none';
}

/** Privileges that show the tables they are given on. `USAGE` is the engine's word for none. */
const REVEALING = new Set([
  'ALL PRIVILEGES',
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'DELETE HISTORY',
  'CREATE',
  'DROP',
  'REFERENCES',
  'INDEX',
  'ALTER',
  'CREATE VIEW',
  'SHOW VIEW',
  'SHOW CREATE VIEW',
  'TRIGGER',
]);

const NAME = '`((?:[^`]|``)*)`';
const STATEMENT = new RegExp(`^(GRANT|REVOKE) (.+?) ON (?:TABLE )?(?:(\\*)|${NAME})\\.(?:(\\*)|${NAME}) (?:TO|FROM) `, 's');

interface Privilege {
  readonly revoked: boolean;
  readonly names: readonly string[];
  /** A pattern; null is every database. */
  readonly database: string | null;
  /** Null is every table. */
  readonly table: string | null;
}

export function sightOf(statements: readonly string[]): Sight {
  const privileges = statements.flatMap(privilegeOf);
  const revealing = privileges.filter(({ names }) => names.some((name) => REVEALING.has(name)));
  const everywhere = revealing.some(({ revoked, database }) => !revoked && database === null);
  const listed = privileges.some(({ names, database }) => database === null && names.includes('SHOW DATABASES'));
  return {
    everyDatabase: everywhere || listed,
    of: (name) => {
      const here = revealing.filter(({ database }) => database !== null && matchesLike(name, database));
      if (here.some(({ revoked, table }) => !revoked && table === null)) return 'all';
      // A partial revoke (MySQL) takes a database out of what was given everywhere.
      if (everywhere && !here.some(({ revoked }) => revoked)) return 'all';
      return here.some(({ revoked }) => !revoked) ? 'some' : 'none';
    },
  };
}

function privilegeOf(statement: string): Privilege[] {
  const match = STATEMENT.exec(statement);
  if (match === null) return [];
  const [, verb, list = '', , database, , table] = match;
  const names = list.replaceAll(/ \([^)]*\)/g, '').split(', ');
  return [{ revoked: verb === 'REVOKE', names, database: unquoted(database), table: unquoted(table) }];
}

const unquoted = (name: string | undefined): string | null => (name === undefined ? null : name.replaceAll('``', '`'));

/** LIKE as in grants on databases: `%` any run, `_` any character, a backslash takes away their meaning. */
export function matchesLike(name: string, pattern: string): boolean {
  const source = pattern.replaceAll(/\\([%_\\])|[%_]|[.*+?^${}()|[\]\\]/g, (part, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped === '\\' ? '\\\\' : escaped;
    if (part === '%') return '.*';
    return part === '_' ? '.' : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 'su').test(name);
}
