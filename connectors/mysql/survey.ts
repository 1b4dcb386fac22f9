import type { ContainerRecord } from '../record.ts';
import { isChosen, isExact } from '../pattern.ts';
import type { MysqlConfig } from './config.ts';
import { sightOf } from './grants.ts';
import type { Sight } from './grants.ts';
import type { Link } from './link.ts';
import { compare, containerOf } from './map.ts';
import { DATABASE_GRANTS, GRANTS, databases, serverState } from './queries.ts';
import type { DatabaseGrantRow, DatabaseRow, ServerRow } from './rows.ts';
import { asFault } from './unavailable.ts';

/** What there is to crawl, in the order in which it will be. */
export interface Survey {
  readonly readOnly: boolean;
  /** The engine, with lower_case_table_names where that makes names of any case the same. */
  readonly engine: string;
  readonly databases: readonly SurveyedDatabase[];
  /** Why the list of databases may lack some; null when it is complete. */
  readonly gap: string | null;
}

export interface SurveyedDatabase {
  readonly name: string;
  readonly container: ContainerRecord;
  readonly readable: boolean;
  /** Why not all of it can be read; null when all can. */
  readonly gap: string | null;
}

export const survey = (link: Link, config: MysqlConfig): Promise<Survey> =>
  read(link, config).catch((error: unknown) => {
    throw asFault(error, config);
  });

async function read(link: Link, config: MysqlConfig): Promise<Survey> {
  const [server] = await link.rows<ServerRow>(serverState(link.dialect));
  const statements = (await link.rows<Record<string, string>>(GRANTS)).flatMap((row) => Object.values(row));
  const rows = await link.rows<DatabaseRow>(databases(link.dialect));
  const grants = await link.rows<DatabaseGrantRow>(DATABASE_GRANTS);
  const folding = Number(server?.folding ?? 0);
  const sight = sightOf(statements);
  const account = accountOf(server?.crawler ?? config.user);
  const chosen = rows.filter(({ name }) => isChosen(name, config.databases)).toSorted((a, b) => compare(a.name, b.name));
  return {
    readOnly: Number(server?.readOnly) === 1,
    engine: folding === 0 ? link.dialect.engine : `${link.dialect.engine} (lower_case_table_names=${folding})`,
    databases: chosen.map((row) => surveyed(row, grants, sight, account)),
    gap: gapOf(config, sight, new Set(chosen.map(({ name }) => name)), account),
  };
}

function surveyed(row: DatabaseRow, grants: readonly DatabaseGrantRow[], sight: Sight, account: string): SurveyedDatabase {
  const seen = sight.of(row.name);
  const remedy = `GRANT SELECT, SHOW VIEW ON ${quoted(row.name)}.* TO ${account}`;
  const gaps = {
    all: null,
    some: `the crawler sees only those tables of ${row.name} that it has privileges on; ${remedy}`,
    none: `permission denied for database ${row.name}; ${remedy}`,
  };
  return { name: row.name, container: containerOf(row, grants), readable: seen === 'all', gap: gaps[seen] };
}

/** Databases that one may not see are not in the list, and look like dropped ones; unless all that were asked for are there. */
function gapOf({ databases: { include } }: MysqlConfig, sight: Sight, seen: ReadonlySet<string>, account: string): string | null {
  if (sight.everyDatabase) return null;
  const remedy = `GRANT SHOW DATABASES ON *.* TO ${account}`;
  if (include === null || !include.every(isExact))
    return `the crawler sees only databases that it has privileges on; name them in databases.include, or ${remedy}`;
  const absent = include.filter((name) => !seen.has(name));
  return absent.length === 0 ? null : `the crawler does not see ${absent.join(', ')}: dropped, or not permitted; ${remedy}`;
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** `user@host`, where a user's name may have an at-sign of its own. */
export function accountOf(crawler: string): string {
  const at = crawler.lastIndexOf('@');
  const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return at === -1 ? literal(crawler) : `${literal(crawler.slice(0, at))}@${literal(crawler.slice(at + 1))}`;
}
