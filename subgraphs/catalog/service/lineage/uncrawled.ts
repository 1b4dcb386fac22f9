import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { canonicalPart, identifierRule } from '../../../../kernel/identifier.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import { namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import type { KnownColumn } from '../../domain/columnDiff.ts';
import { recountColumns } from '../../store/uncrawledAssets.ts';
import type { FoundDataset } from '../../store/lineageEnds.ts';
import { taken, takeNumbers } from '../../store/writeAssets.ts';
import { knownColumns, upsertColumns, type ColumnRow } from '../../store/writeColumns.ts';
import { commitAssets, type AssetChange } from '../commitAssets.ts';

export interface Lacking {
  /** Datasets that were made a moment ago. */
  readonly made: ReadonlySet<No>;
  /** Columns that datasets lack which only lineage knows. */
  readonly ends: readonly EdgeEnd[];
  readonly datasets: ReadonlyMap<string, FoundDataset>;
}

/**
 * Makes columns that only lineage speaks of, and writes into history what is new. A crawl that finds such a dataset later takes
 * it over with its ids, because it looks for the same natural name.
 */
export async function addUncrawled(tx: Tx, origin: Origin, { made, ends, datasets }: Lacking): Promise<void> {
  const grown = await addColumns(tx, ends, datasets);
  const changes = [...new Set([...made, ...grown])].map((no): AssetChange => ({
    no,
    action: made.has(no) ? 'catalog.asset.added.v1' : 'catalog.asset.changed.v1',
    fields: ['columns'],
    detail: { because: 'lineage' },
    payload: { kind: 'dataset', columns: { added: [], changed: [], removed: [] } },
  }));
  if (changes.length > 0) await commitAssets(tx, origin, changes);
}

/** Adds the columns that edges speak of and the datasets do not have yet; answers the datasets that grew. */
async function addColumns(
  tx: Tx,
  ends: readonly EdgeEnd[],
  datasets: ReadonlyMap<string, FoundDataset>,
): Promise<ReadonlySet<No>> {
  const asked = ends.flatMap((end) => {
    const dataset = datasets.get(namedKey(end));
    return dataset === undefined || dataset.isCrawled || end.column === null
      ? []
      : [{ no: dataset.no, platform: dataset.platform, column: end.column }];
  });
  const known = await knownColumns(tx, [...new Set(asked.map(({ no }) => no))]);
  const missing = [...groupBy(asked, ({ no }) => no)].flatMap(([no, columns]) => newColumns(no, columns, known.get(no) ?? []));
  const numbers = (await takeNumbers(tx, missing.filter(({ known: before }) => before === undefined).length)).values();
  const rows = missing.map(({ known: before, ...column }): ColumnRow => {
    const no = before?.no ?? taken(numbers);
    // A column that was there before keeps the id that it has.
    return { ...column, no, id: before === undefined ? newId('column', toMs(tx.now)) : no };
  });
  await upsertColumns(tx, rows);
  const grown = new Set(rows.map((row) => row.dataset_no));
  await recountColumns(tx, [...grown]);
  return grown;
}

type NewColumn = Omit<ColumnRow, 'no' | 'id'> & { readonly known: KnownColumn | undefined };

function newColumns(
  no: No,
  asked: readonly { readonly platform: string; readonly column: string }[],
  known: readonly KnownColumn[],
): readonly NewColumn[] {
  const rule = identifierRule(asked[0]?.platform ?? '');
  const before = new Map(known.map((column) => [column.canonical, column]));
  const present = new Set(known.filter(({ state }) => state === 'present').map(({ canonical }) => canonical));
  let ordinal = Math.max(0, ...known.map((column) => column.ordinal));
  return asked.flatMap(({ column }) => {
    const canonical = canonicalPart(rule, column);
    if (present.has(canonical)) return [];
    present.add(canonical);
    ordinal += 1;
    const unknown = { native_type: '', nullable: true, default_value: null, generated_as: null, description: null };
    return [{ dataset_no: no, name: column, canonical, ordinal, ...unknown, known: before.get(canonical) }];
  });
}
