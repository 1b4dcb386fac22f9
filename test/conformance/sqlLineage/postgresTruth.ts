import { createAnalyzer } from '../../../lineage/analyzer.ts';
import type { LineageResult } from '../../../lineage/model/model.ts';
import { secondReading } from '../../../lineage/parser/secondOpinion.ts';
import type { Analyzer } from '../../../lineage/request.ts';
import type { TemporaryDatabase } from '../postgresServer.ts';

type Known = readonly (readonly [table: string, columns: readonly string[]])[];

/** A view as PostgreSQL knows it. */
export interface TrueView {
  readonly name: string;
  /** Its query with every star and every name resolved. */
  readonly definition: string;
  /** `schema.table.column` of all that it depends on. */
  readonly usage: readonly string[];
  readonly columns: readonly string[];
}

export async function knownTables({ client }: TemporaryDatabase): Promise<[string, string[]][]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select table_schema || '.' || table_name as name, array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.columns where table_schema = 'public' group by 1 order by 1`,
  );
  return rows.map(({ name, columns }) => [name, columns]);
}

/** The views of the schema, or the one that is asked for. */
export async function viewsOf({ client }: TemporaryDatabase, name: string | null = null): Promise<readonly TrueView[]> {
  const { rows } = await client.query<{ name: string; definition: string; usage: string[]; columns: string[] }>(
    `select c.relname::text as name, pg_get_viewdef(c.oid) as definition,
       array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 order by attnum) as columns,
       array(select distinct n.nspname || '.' || t.relname || '.' || a.attname
         from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refobjsubid > 0
         join pg_class t on t.oid = d.refobjid and t.oid <> c.oid join pg_namespace n on n.oid = t.relnamespace
         join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
         where r.ev_class = c.oid and d.refclassid = 'pg_class'::regclass) as usage
     from pg_class c
     where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace and ($1::text is null or c.relname = $1) order by 1`,
    [name],
  );
  return rows.map((row) => ({ ...row, usage: row.usage.toSorted() }));
}

/** All that a query depends on in our eyes, for its values or for its rows, as PostgreSQL lists it. */
export function originsOf(result: LineageResult, schema: Known): readonly string[] {
  const flows = result.statements.flatMap(({ edges, influences }) => [...edges, ...influences]);
  const tables = new Set(schema.map(([table]) => table));
  const named = flows.flatMap(({ table, column, reasons }) => {
    const name = table?.parts.join('.') ?? '?';
    return reasons.includes('ROW_COUNT') || !(tables.has(name) || name === '?') ? [] : [`${name}.${column}`];
  });
  return [...new Set(named)].toSorted();
}

export const edgesByPosition = (result: LineageResult): readonly string[] =>
  [
    ...new Set(
      result.statements.flatMap(({ edges }) =>
        edges.flatMap(({ table, column, position, reasons }) =>
          reasons.includes('ROW_COUNT') || reasons.includes('OTHER_SIDE')
            ? []
            : [`${table?.parts.join('.')}.${column} > ${position}`],
        ),
      ),
    ),
  ].toSorted();

export const hasOutput = (result: LineageResult, column: string): boolean =>
  result.statements.some(({ edges }) => edges.some((edge) => edge.targetColumn === column));

/** Our engine on top of PostgreSQL's own parser alone. */
export const analyzerByPostgres = (): Analyzer =>
  createAnalyzer({
    parser: {
      parse: (text, rules) =>
        Promise.resolve(secondReading(text, rules, []) ?? { ok: false, code: 'SYNTAX', message: 'refused', at: null }),
      close: () => Promise.resolve(),
    },
  });
