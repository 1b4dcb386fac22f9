import type { QueryResultRow } from 'pg';
import type { DatasetRecord } from '../record.ts';
import type { Snapshot } from './link.ts';
import { datasetOf } from './map.ts';
import type { ViewDefinition } from './map.ts';
import { COLUMNS, CONSTRAINTS, DETAILS, INDEXES, ROW_COUNTS, SIZES, VANISHED } from './queries.ts';
import type { ColumnRow, ConstraintRow, DetailRow, IndexRow, OidRow, RelationRow, RowCountRow, SizeRow } from './rows.ts';
import { readViews } from './views.ts';

const NO_DEFINITION: ViewDefinition = { text: null, problem: null };

/**
 * Reads all about one page of relations, in the order given, with the same number of statements whatever its length. What
 * was dropped since the snapshot was taken is left out: half of it can no longer be read.
 */
export async function hydrate(
  snapshot: Snapshot,
  scope: readonly [database: string, schema: string],
  page: readonly RelationRow[],
): Promise<readonly DatasetRecord[]> {
  const oids = page.map((relation) => relation.oid);
  const read = <Row extends QueryResultRow>(sql: string): Promise<readonly Row[]> => snapshot.rows<Row>(sql, [oids]);
  const details = byOid(await read<DetailRow>(DETAILS));
  const columns = grouped(await read<ColumnRow>(COLUMNS));
  const constraints = grouped(await read<ConstraintRow>(CONSTRAINTS));
  const indexes = grouped(await read<IndexRow>(INDEXES));
  const rowCounts = byOid(await read<RowCountRow>(ROW_COUNTS));
  const sizes = await snapshot.attempt<SizeRow>(SIZES, [oids]);
  const sizeOf = byOid(sizes.ok ? sizes.rows : []);
  const views = await readViews(
    snapshot,
    page.filter(({ kind }) => kind === 'v' || kind === 'm').map(({ oid }) => oid),
  );
  const vanished = byOid(await read<OidRow>(VANISHED));
  return page
    .filter(({ oid }) => !vanished.has(oid))
    .map((relation) =>
      datasetOf(scope, {
        relation,
        detail: details.get(relation.oid),
        columns: columns.get(relation.oid) ?? [],
        constraints: constraints.get(relation.oid) ?? [],
        indexes: indexes.get(relation.oid) ?? [],
        rowCount: rowCounts.get(relation.oid),
        size: sizeOf.get(relation.oid),
        definition: views.get(relation.oid) ?? NO_DEFINITION,
      }),
    );
}

const byOid = <Row extends OidRow>(rows: readonly Row[]): ReadonlyMap<number, Row> => new Map(rows.map((row) => [row.oid, row]));

function grouped<Row extends OidRow>(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.oid);
    if (group === undefined) groups.set(row.oid, [row]);
    else group.push(row);
  }
  return groups;
}
