import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalPart, identifierRule } from '../../../../kernel/identifier.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import type { KnownColumn } from '../../domain/columnDiff.ts';
import { matchColumns } from '../../domain/merge/matchColumns.ts';
import type { MergeEnd } from '../../store/merges.ts';
import { taken, takeNumbers } from '../../store/writeAssets.ts';
import { upsertColumns } from '../../store/writeColumns.ts';

/** Gives a target that nobody crawls the columns that it lacks. @returns their numbers */
export async function growTarget(
  tx: Tx,
  target: MergeEnd,
  columns: readonly KnownColumn[],
  own: readonly KnownColumn[],
): Promise<readonly No[]> {
  const missing = matchColumns(columns, own, target.platform).filter((match) => match.target === null);
  const before = new Map(own.map((column) => [column.canonical, column.no]));
  const rule = identifierRule(target.platform);
  const named = [...new Map(missing.map(({ column }) => [canonicalPart(rule, column.name), column])).entries()];
  const last = Math.max(0, ...own.map(({ ordinal }) => ordinal));
  const numbers = (await takeNumbers(tx, named.filter(([canonical]) => !before.has(canonical)).length)).values();
  const rows = named.map(([canonical, column], i) => ({
    no: before.get(canonical) ?? taken(numbers),
    id: newId('column', toMs(tx.now)),
    dataset_no: target.no,
    name: column.name,
    canonical,
    ordinal: last + i + 1,
    native_type: column.nativeType,
    nullable: column.nullable,
    default_value: null,
    generated_as: null,
    description: column.description,
  }));
  await upsertColumns(tx, rows);
  return rows.map(({ no }) => no);
}
