/** What the statements in queries.ts answer, row by row. Big integers come as text. */

export interface VersionRow {
  readonly version: string;
}

export interface ServerRow {
  readonly readOnly: string | number;
  /** lower_case_table_names: 0 keeps and compares names as written, 1 stores them in lower case, 2 compares so. */
  readonly folding: string | number;
  /** `user@host` */
  readonly crawler: string;
}

export interface DatabaseRow {
  readonly name: string;
  readonly comment: string;
}

export interface DatabaseGrantRow {
  readonly pattern: string;
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: 'YES' | 'NO';
}

/** What belongs to one table. */
export interface OfTable {
  readonly db: string;
  readonly name: string;
}

export interface TableNameRow extends OfTable {
  readonly type: string;
}

export interface TableRow extends OfTable {
  readonly engine: string | null;
  readonly rowCount: string | null;
  readonly dataBytes: string | null;
  readonly indexBytes: string | null;
  readonly options: string | null;
  readonly comment: string;
}

export interface ColumnRow extends OfTable {
  readonly column: string;
  readonly place: string | number;
  readonly type: string;
  readonly dataType: string;
  readonly nullable: 'YES' | 'NO';
  readonly defaultValue: string | null;
  readonly extra: string;
  readonly expression: string | null;
  readonly comment: string;
}

export interface ForeignKeyRow extends OfTable {
  readonly constraintName: string;
  readonly column: string;
  readonly place: string | number;
  readonly targetDatabase: string;
  readonly targetName: string;
  readonly targetColumn: string;
}

export interface CheckRow extends OfTable {
  readonly constraintName: string;
  readonly expression: string;
}

export interface IndexRow extends OfTable {
  readonly indexName: string;
  readonly nonUnique: string | number;
  readonly place: string | number;
  readonly column: string | null;
  /** How many characters of the column are in the index; null for all. */
  readonly prefix: string | number | null;
  readonly method: string;
  readonly expression: string | null;
}

export interface ViewRow extends OfTable {
  readonly definition: string | null;
  readonly definer: string;
}

export interface GrantRow extends OfTable {
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: 'YES' | 'NO';
  readonly column: string | null;
}

export interface StatementSwitchRow {
  readonly active: number | string;
  /** Room for one statement, in bytes of its own coding. */
  readonly bytesMax: number | string;
}

export interface StatementTotalsRow {
  /** Runs of statements that had no place of their own any more. */
  readonly lumped: number | string | null;
  readonly told: number | string | null;
}

export interface StatementRow {
  readonly id: string;
  readonly text: string;
  readonly db: string | null;
  readonly calls: number | string;
  readonly affectedRows: number | string;
  readonly sentRows: number | string;
  readonly totalMs: number | string;
  /** Seconds since 1970. */
  readonly firstSeen: number | string;
  readonly lastSeen: number | string;
}
