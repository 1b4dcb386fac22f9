import type { DatasetRecord } from '../record.ts';
import type { Link } from './link.ts';
import { datasetOf, groupedBy } from './map.ts';
import { COLUMNS, COLUMN_GRANTS, FOREIGN_KEYS, TABLES, TABLE_GRANTS, VIEWS, checks, indexes } from './queries.ts';
import type { CheckRow, ColumnRow, ForeignKeyRow, GrantRow, IndexRow, OfTable, TableNameRow, TableRow, ViewRow } from './rows.ts';

type ByName<Row> = ReadonlyMap<string, readonly Row[]>;

/**
 * Reads all about one page of tables, in the order given, with the same number of statements whatever its length. There are
 * no snapshots of metadata here: what was dropped since it was listed has no row any more and is left out.
 */
export async function hydrate(link: Link, database: string, page: readonly TableNameRow[]): Promise<readonly DatasetRecord[]> {
  const names = page.map((listed) => listed.name);
  const wanted = new Set(names);
  const read = async <Row extends OfTable>(sql: string): Promise<ByName<Row>> => {
    const rows = await link.rows<Row>(sql, [database, names]);
    return groupedBy(
      rows.filter((row) => row.db === database && wanted.has(row.name)),
      (row) => row.name,
    );
  };
  const tables = await read<TableRow>(TABLES);
  const columns = await read<ColumnRow>(COLUMNS);
  const foreignKeys = await read<ForeignKeyRow>(FOREIGN_KEYS);
  const conditions = link.dialect.checks ? await read<CheckRow>(checks(link.dialect)) : new Map<string, readonly CheckRow[]>();
  const keys = await read<IndexRow>(indexes(link.dialect));
  const views = await read<ViewRow>(VIEWS);
  const tableGrants = await read<GrantRow>(TABLE_GRANTS);
  const columnGrants = await read<GrantRow>(COLUMN_GRANTS);
  return page.flatMap((listed) => {
    const of = <Row>(rows: ByName<Row>): readonly Row[] => rows.get(listed.name) ?? [];
    const [table] = of(tables);
    if (table === undefined) return [];
    const parts = {
      listed,
      table,
      columns: of(columns),
      foreignKeys: of(foreignKeys),
      checks: of(conditions),
      indexes: of(keys),
      view: of(views)[0],
      grants: [...of(tableGrants), ...of(columnGrants)],
    };
    return [datasetOf(link.dialect, parts)];
  });
}
