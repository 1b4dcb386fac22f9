import { canonicalPart, type IdentifierRule } from '../../../kernel/identifier.ts';
import type { ColumnRecord } from '../../../connectors/record.ts';
import type { No } from './asset.ts';

/** A column as it stands in the table, in service or not. */
export interface KnownColumn {
  readonly no: No;
  readonly canonical: string;
  readonly name: string;
  readonly ordinal: number;
  readonly nativeType: string;
  readonly nullable: boolean;
  readonly defaultValue: string | null;
  readonly generatedAs: string | null;
  readonly description: string | null;
  readonly state: 'present' | 'removed';
}

export interface ColumnDiff {
  readonly added: readonly ColumnRecord[];
  /** Columns that were there before and are different now, or are back. */
  readonly changed: readonly { readonly no: No; readonly record: ColumnRecord; readonly fields: readonly string[] }[];
  readonly removed: readonly KnownColumn[];
}

const FIELDS = ['name', 'ordinal', 'nativeType', 'nullable', 'defaultValue', 'generatedAs', 'description'] as const;

/** Which columns of a dataset came, changed and went. A column keeps its identity while its canonical name stays. */
export function diffColumns(rule: IdentifierRule, known: readonly KnownColumn[], listed: readonly ColumnRecord[]): ColumnDiff {
  const byName = new Map(known.map((column) => [column.canonical, column]));
  const seen = new Set<string>();
  const added: ColumnRecord[] = [];
  const changed: { no: No; record: ColumnRecord; fields: readonly string[] }[] = [];
  for (const record of listed) {
    const canonical = canonicalPart(rule, record.name);
    // Two columns that the platform takes for one name: the first keeps it.
    if (seen.has(canonical)) continue;
    seen.add(canonical);
    const before = byName.get(canonical);
    if (before === undefined) added.push(record);
    else {
      const fields = changedFields(before, record);
      if (fields.length > 0) changed.push({ no: before.no, record, fields });
    }
  }
  return { added, changed, removed: known.filter((column) => column.state === 'present' && !seen.has(column.canonical)) };
}

/** How many columns are listed. Two that the platform takes for one name are one. */
export const distinctColumns = (rule: IdentifierRule, listed: readonly Pick<ColumnRecord, 'name'>[]): number =>
  new Set(listed.map(({ name }) => canonicalPart(rule, name))).size;

function changedFields(before: KnownColumn, record: ColumnRecord): readonly string[] {
  const fields: string[] = FIELDS.filter((field) => before[field] !== record[field]);
  return before.state === 'removed' ? ['state', ...fields] : fields;
}
