import { z } from 'zod';

/** A statement with the shape of its rows. */
export interface Query<Row> {
  readonly sql: string;
  readonly row: z.ZodType<Row>;
}

const text = z.string().nullable();
const count = z.number().int();

/** What somebody made: SQLite's own tables begin with `sqlite_`, and shadow tables are the insides of a virtual one. */
const OURS = String.raw`m.name not like 'sqlite\_%' escape '\'
  and m.name not in (select name from pragma_table_list where schema = 'main' and type = 'shadow')`;

export const VERSION: Query<{ readonly version: string }> = {
  sql: 'select sqlite_version() as version',
  row: z.object({ version: z.string() }),
};

export type ObjectRow = { readonly type: 'table' | 'view'; readonly name: string; readonly sql: string };
export const OBJECTS: Query<ObjectRow> = {
  sql: `select m.type, m.name, coalesce(m.sql, '') as sql from sqlite_schema as m where m.type in ('table', 'view') and ${OURS} order by m.name`,
  row: z.object({ type: z.enum(['table', 'view']), name: z.string(), sql: z.string() }),
};

export type ColumnRow = {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
  /** 1: only for virtual tables, and not part of `*`; 2 and 3: generated. */
  readonly hidden: number;
};
const COLUMN_ROW = z.object({
  table: z.string(),
  name: z.string(),
  type: z.string(),
  notnull: count,
  dflt_value: text,
  pk: count,
  hidden: count,
});
const COLUMNS = `select m.name as "table", x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
  from sqlite_schema as m join pragma_table_xinfo(m.name) as x`;

export const TABLE_COLUMNS: Query<ColumnRow> = {
  sql: `${COLUMNS} where m.type = 'table' and ${OURS} order by m.name, x.cid`,
  row: COLUMN_ROW,
};
export const VIEW_COLUMNS: Query<ColumnRow> = { sql: `${COLUMNS} where m.type = 'view' order by m.name, x.cid`, row: COLUMN_ROW };
/** For one object, when another one spoils the question about all. */
export const COLUMNS_OF_ONE: Query<ColumnRow> = { sql: `${COLUMNS} where m.name = ? order by x.cid`, row: COLUMN_ROW };

export type ForeignKeyRow = {
  readonly table: string;
  readonly id: number;
  readonly target: string;
  readonly from: string;
  readonly to: string | null;
};
export const FOREIGN_KEYS: Query<ForeignKeyRow> = {
  sql: `select m.name as "table", x.id, x."table" as target, x."from", x."to"
    from sqlite_schema as m join pragma_foreign_key_list(m.name) as x
    where m.type = 'table' and ${OURS} order by m.name, x.id desc, x.seq`,
  row: z.object({ table: z.string(), id: count, target: z.string(), from: z.string(), to: text }),
};

export type IndexRow = {
  readonly table: string;
  readonly index: string;
  readonly unique: number;
  /** `c` by CREATE INDEX, `u` by a UNIQUE constraint, `pk` by PRIMARY KEY. */
  readonly origin: string;
  readonly sql: string | null;
  /** Null for an expression. */
  readonly key: string | null;
};
export const INDEXES: Query<IndexRow> = {
  sql: `select m.name as "table", x.name as "index", x."unique", x.origin, d.sql, k.name as "key"
    from sqlite_schema as m
    join pragma_index_list(m.name) as x
    join pragma_index_xinfo(x.name) as k
    left join sqlite_schema as d on d.type = 'index' and d.name = x.name
    where m.type = 'table' and ${OURS} and k.key = 1 order by m.name, x.name, k.seqno`,
  row: z.object({ table: z.string(), index: z.string(), unique: count, origin: z.string(), sql: text, key: text }),
};

/** There only after somebody ran ANALYZE. */
export const HAS_STATISTICS: Query<{ readonly n: number }> = {
  sql: "select count(*) as n from sqlite_schema where name = 'sqlite_stat1'",
  row: z.object({ n: count }),
};
export type StatisticsRow = { readonly table: string; readonly rows: number };
export const STATISTICS: Query<StatisticsRow> = {
  // The first number of `stat` is the rows of the index; partial indexes have fewer than their table.
  sql: 'select tbl as "table", max(cast(stat as integer)) as rows from sqlite_stat1 group by tbl',
  row: z.object({ table: z.string(), rows: count }),
};
