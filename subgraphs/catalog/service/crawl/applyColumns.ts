import type { ColumnRecord } from '../../../../connectors/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalPart, type IdentifierRule } from '../../../../kernel/identifier.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import { diffColumns, type ColumnDiff } from '../../domain/columnDiff.ts';
import { closeEdgesOf } from '../../store/lineageEdges.ts';
import { taken, takeNumbers } from '../../store/writeAssets.ts';
import { knownColumns, removeColumns, upsertColumns, type ColumnRow } from '../../store/writeColumns.ts';

/** Names of the columns of one dataset that came, changed and went. */
export interface ColumnChanges {
  readonly added: readonly string[];
  readonly changed: readonly { readonly name: string; readonly fields: readonly string[] }[];
  readonly removed: readonly string[];
  readonly isEmpty: boolean;
}

/** Writes the columns of many datasets at once. */
export async function applyColumns(
  tx: Tx,
  rule: IdentifierRule,
  datasets: readonly { readonly no: No; readonly columns: readonly ColumnRecord[] }[],
): Promise<ReadonlyMap<No, ColumnChanges>> {
  const known = await knownColumns(
    tx,
    datasets.map(({ no }) => no),
  );
  const diffs = datasets.map(({ no, columns }) => ({ no, diff: diffColumns(rule, known.get(no) ?? [], columns) }));
  const numbers = (
    await takeNumbers(
      tx,
      diffs.reduce((sum, { diff }) => sum + diff.added.length, 0),
    )
  ).values();
  const rows = diffs.flatMap(({ no, diff }) => [
    ...diff.added.map((record) => columnRow(rule, no, taken(numbers), newId('column', toMs(tx.now)), record)),
    // The id is a placeholder that the update leaves alone: a known column keeps its own.
    ...diff.changed.map(({ no: columnNo, record }) => columnRow(rule, no, columnNo, columnNo, record)),
  ]);
  await upsertColumns(tx, rows);
  const removed = diffs.flatMap(({ diff }) => diff.removed.map((column) => column.no));
  await removeColumns(tx, removed);
  await closeEdgesOf(tx, removed);
  return new Map(diffs.map(({ no, diff }) => [no, summary(diff)]));
}

const columnRow = (rule: IdentifierRule, datasetNo: No, no: No, id: string, record: ColumnRecord): ColumnRow => ({
  no,
  id,
  dataset_no: datasetNo,
  name: record.name,
  canonical: canonicalPart(rule, record.name),
  ordinal: record.ordinal,
  native_type: record.nativeType,
  nullable: record.nullable,
  default_value: record.defaultValue,
  generated_as: record.generatedAs,
  description: record.description,
});

const summary = ({ added, changed, removed }: ColumnDiff): ColumnChanges => ({
  added: added.map(({ name }) => name),
  changed: changed.map(({ record, fields }) => ({ name: record.name, fields })),
  removed: removed.map(({ name }) => name),
  isEmpty: added.length + changed.length + removed.length === 0,
});
