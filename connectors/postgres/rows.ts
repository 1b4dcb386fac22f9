import type { GrantRecord } from '../record.ts';

/** What the statements in queries.ts answer, row by row. */

export interface ServerRow {
  readonly version: string;
  readonly readOnly: boolean;
}

interface ContainerRow {
  readonly name: string;
  readonly description: string | null;
  readonly owner: string;
  readonly grants: readonly GrantRecord[];
  readonly permitted: boolean;
  /** The statement that would permit it. */
  readonly remedy: string;
}

export interface DatabaseRow extends ContainerRow {
  /** False when the database takes no connections at all. */
  readonly open: boolean;
}

export type SchemaRow = ContainerRow;

export type RelationKind = 'r' | 'p' | 'v' | 'm' | 'f';

export interface RelationRow {
  readonly oid: number;
  readonly name: string;
  readonly kind: RelationKind;
  /** Columns, dropped ones included. */
  readonly width: number;
}

export interface DetailRow {
  readonly oid: number;
  readonly owner: string;
  readonly description: string | null;
  readonly grants: readonly GrantRecord[];
}

export interface ColumnRow {
  readonly oid: number;
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly expression: string | null;
  /** Empty, or `s` (stored) or `v` (virtual). */
  readonly generated: string;
  /** Empty, or `a` (always) or `d` (by default). */
  readonly identity: string;
  readonly description: string | null;
  readonly grants: readonly GrantRecord[] | null;
}

export interface ConstraintRow {
  readonly oid: number;
  readonly name: string;
  readonly type: 'p' | 'u' | 'f' | 'c' | 'x';
  readonly numbers: readonly number[] | null;
  readonly targetSchema: string | null;
  readonly targetName: string | null;
  readonly targetColumns: readonly string[] | null;
  readonly expression: string | null;
}

export interface IndexRow {
  readonly oid: number;
  readonly name: string;
  readonly method: string;
  readonly unique: boolean;
  readonly numbers: readonly number[];
  readonly printed: readonly (string | null)[] | null;
  readonly predicate: string | null;
}

export interface RowCountRow {
  readonly oid: number;
  readonly rows: number | null;
}

export interface SizeRow {
  readonly oid: number;
  readonly bytes: string | null;
  readonly partial: boolean;
}

export interface DefinitionRow {
  readonly oid: number;
  readonly definition: string | null;
}

export interface OidRow {
  readonly oid: number;
}

export interface StatementViewRow {
  readonly schema: string;
  readonly permitted: boolean;
  readonly remedy: string;
  /** Whether statements of other roles are told with their texts. */
  readonly seesAll: boolean;
  readonly seesAllRemedy: string;
  /** Null when the library is not loaded. */
  readonly track: string | null;
  readonly columns: readonly string[];
  readonly tellsReset: boolean;
}

export interface StatementTotalsRow {
  readonly hidden: number;
  readonly long: number;
  readonly told: number;
  readonly since: Date | null;
}

export interface StatementRow {
  readonly id: string | null;
  readonly text: string;
  readonly database: string;
  readonly role: string;
  readonly calls: number;
  readonly rows: number;
  readonly totalMs: number;
  readonly firstSeenAt: Date | null;
}
