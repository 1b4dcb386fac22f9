/** The SQL that reads pg_stat_statements, for its versions in PostgreSQL 12 to 18. */

/** A longer text is generated, and would be cut off by no one. */
const TEXT_MAX = 100_000;

/** Where the extension is, in this database, and what the crawler may see of it. */
export const STATEMENT_VIEW = `
  select ns.nspname as schema,
         has_schema_privilege(ns.oid, 'USAGE') and has_table_privilege(rel.oid, 'SELECT') as permitted,
         format('GRANT USAGE ON SCHEMA %1$I TO %2$I; GRANT SELECT ON %1$I.pg_stat_statements TO %2$I', ns.nspname, current_user) as remedy,
         pg_has_role('pg_read_all_stats', 'USAGE') as "seesAll",
         format('GRANT pg_read_all_stats TO %I', current_user) as "seesAllRemedy",
         current_setting('pg_stat_statements.track', true) as track,
         array(select att.attname::text from pg_attribute att
               where att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped) as columns,
         exists (select from pg_class info where info.relnamespace = ns.oid and info.relname = 'pg_stat_statements_info') as "tellsReset"
  from pg_extension ext
  join pg_namespace ns on ns.oid = ext.extnamespace
  join pg_class rel on rel.relnamespace = ns.oid and rel.relname = 'pg_stat_statements'
  where ext.extname = 'pg_stat_statements'`;

/** Search paths that were set for roles and databases, and the one of everybody else. */
export const SEARCH_PATHS = `
  select db.datname as database, rol.rolname as role, substr(setting, length('search_path=') + 1) as path
  from pg_db_role_setting cfg
  cross join unnest(cfg.setconfig) setting
  left join pg_database db on db.oid = cfg.setdatabase
  left join pg_roles rol on rol.oid = cfg.setrole
  where setting like 'search\\_path=%'
  union all
  select null, null, reset_val from pg_settings
  where name = 'search_path' and not exists (
    select from pg_db_role_setting cfg cross join unnest(cfg.setconfig) setting
    where setting like 'search\\_path=%'
      and (cfg.setrole = (select oid from pg_roles where rolname = current_user)
        or cfg.setrole = 0 and cfg.setdatabase = (select oid from pg_database where datname = current_database())))`;

/** Blanks, brackets and comments before the first word. */
const BEFORE = String.raw`^(\s|\(|--[^\n]*\n|/\*([^*]|\*+[^*/])*\*+/)*`;
/**
 * Only these ever leave the server. Other statements, such as CREATE USER or DO, say nothing of lineage and may hold
 * secrets, because the engine keeps their literals.
 */
const OF_USE = String.raw`((select|with)\y.*\yfrom\y|(insert|update|delete|merge)\y|copy\s*\(|create\s+(unlogged\s+)?table\y.*\yas\y)`;
const A_PROGRAM = String.raw`\yprogram\y`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const isOfUse = `s.query ~* ${literal(BEFORE + OF_USE)}
    and not (s.query ~* ${literal(`${BEFORE}copy`)} and s.query ~* ${literal(A_PROGRAM)})`;

/** $1: databases. Counts what will not be told. */
export const statementTotals = (schema: string, tellsReset: boolean): string => `
  select count(*) filter (where s.query is null or s.query = '<insufficient privilege>')::int as hidden,
         count(*) filter (where length(s.query) > ${TEXT_MAX} and ${isOfUse})::int as long,
         count(*) filter (where length(s.query) <= ${TEXT_MAX} and ${isOfUse})::int as told,
         ${tellsReset ? `(select stats_reset from ${quoted(schema)}.pg_stat_statements_info)` : 'null::timestamptz'} as since
  from ${quoted(schema)}.pg_stat_statements s join pg_database db on db.oid = s.dbid
  where db.datname = any($1)`;

/** $1: databases, $2: how many. What may write comes before what can only read: it is run less often and says more. */
export const openStatements = (schema: string, columns: ReadonlySet<string>): string => `
  declare statements no scroll cursor for
  select s.queryid::text as id, s.query as text, db.datname as database, pg_get_userbyid(s.userid)::text as role,
         s.calls::float8 as calls, s.rows::float8 as rows,
         s.${columns.has('total_exec_time') ? 'total_exec_time' : 'total_time'} as "totalMs",
         ${columns.has('stats_since') ? 's.stats_since' : 'null::timestamptz'} as "firstSeenAt"
  from ${quoted(schema)}.pg_stat_statements s join pg_database db on db.oid = s.dbid
  where db.datname = any($1) and length(s.query) <= ${TEXT_MAX} and ${isOfUse}
  order by s.query ~* ${literal(String.raw`${BEFORE}select\y`)}, s.calls desc, s.queryid
  limit $2`;

export const FETCH_STATEMENTS = 'fetch forward 200 from statements';
