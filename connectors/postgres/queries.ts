/**
 * The SQL of a crawl, for PostgreSQL 12 to 18. The search path is pg_catalog alone: nothing a customer defined can take
 * the place of a function here, and whatever the engine prints (types, views, checks) comes with its schema.
 */

const LOCK_TIMEOUT_MS = 1_000;
/** Long enough for a reader that stores page after page, short enough not to hold back VACUUM for ever. */
const IDLE_TIMEOUT_MS = 300_000;
/** How soon the server notices that we left in the middle of a statement. */
const ABANDONED_MS = 500;

export const beginSnapshot = (statementTimeoutMs: number): string => `
  begin isolation level repeatable read read only;
  set local search_path = pg_catalog;
  set local statement_timeout = ${statementTimeoutMs};
  set local lock_timeout = ${LOCK_TIMEOUT_MS};
  set local idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS};
  set local quote_all_identifiers = off;
  set local jit = off;
  select set_config('client_connection_check_interval', '${ABANDONED_MS}', true)
  where current_setting('client_connection_check_interval', true) is not null`;

export const SERVER = `
  select split_part(current_setting('server_version'), ' ', 1) as version,
         current_setting('transaction_read_only') = 'on' as "readOnly"`;

/** No access list at all means the defaults of the engine, which `acldefault` spells out. */
const grants = (list: string, kind: string, owner: string): string => `
  (select coalesce(json_agg(json_build_object(
            'grantee', case acl.grantee when 0 then 'PUBLIC' else pg_get_userbyid(acl.grantee)::text end,
            'privilege', acl.privilege_type,
            'grantable', acl.is_grantable)), '[]')
   from aclexplode(coalesce(${list}, acldefault('${kind}', ${owner}))) acl)`;

const ofExtension = (catalog: string, oid: string): string => `
  exists (select from pg_depend dep
          where dep.classid = '${catalog}'::regclass and dep.objid = ${oid} and dep.deptype = 'e')`;

/** $1: names of databases, or null for all of the server. */
export const DATABASES = `
  select db.datname as name, shobj_description(db.oid, 'pg_database') as description,
         pg_get_userbyid(db.datdba) as owner, ${grants('db.datacl', 'd', 'db.datdba')} as grants,
         db.datallowconn as open, has_database_privilege(db.oid, 'CONNECT') as permitted,
         format('GRANT CONNECT ON DATABASE %I TO %I', db.datname, current_user) as remedy
  from pg_database db
  where not db.datistemplate and ($1::text[] is null or db.datname = any($1))`;

/** $1: one schema, or null for all. The prefix pg_ belongs to the engine; nobody else can create such a schema. */
export const SCHEMAS = `
  select ns.nspname as name, obj_description(ns.oid, 'pg_namespace') as description,
         pg_get_userbyid(ns.nspowner) as owner, ${grants('ns.nspacl', 'n', 'ns.nspowner')} as grants,
         has_schema_privilege(ns.oid, 'USAGE') as permitted,
         format('GRANT USAGE ON SCHEMA %I TO %I', ns.nspname, current_user) as remedy
  from pg_namespace ns
  where ($1::text is null or ns.nspname = $1)
    and ns.nspname !~ '^pg_' and ns.nspname <> 'information_schema' and not ${ofExtension('pg_namespace', 'ns.oid')}`;

/** $1: a schema. Partitions are left out here: they count as part of their parent. */
export const RELATIONS = `
  select rel.oid, rel.relname as name, rel.relkind as kind, rel.relnatts as width
  from pg_class rel join pg_namespace ns on ns.oid = rel.relnamespace
  where ns.nspname = $1 and rel.relkind in ('r', 'p', 'v', 'm', 'f') and not rel.relispartition
    and not ${ofExtension('pg_class', 'rel.oid')}`;

// From here on $1 is a page of oids.

export const DETAILS = `
  select rel.oid, pg_get_userbyid(rel.relowner) as owner, des.description,
         ${grants('rel.relacl', 'r', 'rel.relowner')} as grants
  from pg_class rel
  left join pg_description des on des.classoid = 'pg_class'::regclass and des.objoid = rel.oid and des.objsubid = 0
  where rel.oid = any($1::oid[])`;

export const COLUMNS = `
  select att.attrelid as oid, att.attnum as number, att.attname as name,
         format_type(att.atttypid, att.atttypmod) as type,
         not (att.attnotnull or typ.typtype = 'd' and typ.typnotnull) as nullable,
         pg_get_expr(def.adbin, def.adrelid) as expression, att.attgenerated as generated, att.attidentity as identity,
         des.description, case when att.attacl is not null then ${grants('att.attacl', 'c', '0')} end as grants
  from pg_attribute att
  left join pg_type typ on typ.oid = att.atttypid
  left join pg_attrdef def on def.adrelid = att.attrelid and def.adnum = att.attnum
  left join pg_description des
    on des.classoid = 'pg_class'::regclass and des.objoid = att.attrelid and des.objsubid = att.attnum
  where att.attrelid = any($1::oid[]) and att.attnum > 0 and not att.attisdropped
  order by att.attrelid, att.attnum`;

/**
 * A key that points at a partition is said to point at its root, which is the table that has a record. Copies that the
 * engine keeps for each partition of the target have a parent and are left out.
 */
export const CONSTRAINTS = `
  select con.conrelid as oid, con.conname as name, con.contype as type, con.conkey as numbers,
         ns.nspname as "targetSchema", target.relname as "targetName",
         (select array_agg(att.attname::text order by key.place)
          from unnest(con.confkey) with ordinality key (number, place)
          join pg_attribute att on att.attrelid = con.confrelid and att.attnum = key.number) as "targetColumns",
         case con.contype when 'c' then pg_get_expr(con.conbin, con.conrelid)
                          when 'x' then pg_get_constraintdef(con.oid) end as expression
  from pg_constraint con
  left join pg_class target on target.oid = coalesce(pg_partition_root(con.confrelid), nullif(con.confrelid, 0))
  left join pg_namespace ns on ns.oid = target.relnamespace
  where con.conrelid = any($1::oid[]) and con.contype in ('p', 'u', 'f', 'c', 'x') and con.conparentid = 0
  order by con.conrelid, con.conname`;

/** A key number of 0 stands for an expression, which only the engine can print. Included columns are no keys. */
export const INDEXES = `
  select idx.indrelid as oid, rel.relname as name, am.amname as method, idx.indisunique as unique,
         (string_to_array(idx.indkey::text, ' ')::int[])[1:idx.indnkeyatts] as numbers,
         case when idx.indexprs is not null then
           array(select pg_get_indexdef(idx.indexrelid, place, true) from generate_series(1, idx.indnkeyatts::int) place)
         end as printed,
         pg_get_expr(idx.indpred, idx.indrelid) as predicate
  from pg_index idx join pg_class rel on rel.oid = idx.indexrelid join pg_am am on am.oid = rel.relam
  where idx.indrelid = any($1::oid[]) and idx.indislive
  order by idx.indrelid, rel.relname`;

const WITH_PARTITIONS = `
  with recursive part as (
    select root.oid, root.oid as leaf from unnest($1::oid[]) root (oid)
    union all
    select part.oid, inh.inhrelid from part
    join pg_inherits inh on inh.inhparent = part.leaf
    join pg_class rel on rel.oid = inh.inhrelid and rel.relispartition
  )`;

/**
 * -1 means never counted, which before version 14 looked like an empty table. A partitioned table has as many rows as those
 * of its partitions that were counted.
 */
export const ROW_COUNTS = `${WITH_PARTITIONS}
  select part.oid, sum(leaf.reltuples::float8) filter (where leaf.reltuples >= 0
           and (leaf.relpages > 0 or current_setting('server_version_num')::int >= 140000)) as rows
  from part join pg_class leaf on leaf.oid = part.leaf
  where leaf.relkind in ('r', 'm', 'f')
  group by part.oid`;

/** Measuring waits for whoever holds a table exclusively, so those are left out, and have no size this time. */
export const SIZES = `${WITH_PARTITIONS}, locked as (
    select distinct relation from pg_locks where locktype = 'relation' and mode = 'AccessExclusiveLock' and granted
  )
  select part.oid, sum(pg_total_relation_size(leaf.oid)) filter (where locked.relation is null) as bytes,
         bool_or(locked.relation is not null) as partial
  from part join pg_class leaf on leaf.oid = part.leaf
  left join locked on locked.relation = leaf.oid
  where leaf.relkind in ('r', 'm')
  group by part.oid`;

export const VIEW_DEFINITIONS = `
  select rel.oid, pg_get_viewdef(rel.oid) as definition from pg_class rel where rel.oid = any($1::oid[])`;

/** A snapshot still lists what was dropped meanwhile; functions that look at the present do not know it any more. */
export const VANISHED = `
  select page.oid from unnest($1::oid[]) page (oid) where pg_table_is_visible(page.oid) is null`;
