import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { canonicalize, canonicalPart, identifierRule, splitName } from '../../../../kernel/identifier.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import { NO_FACTS } from '../../domain/native.ts';
import type { KnownColumn } from '../../domain/columnDiff.ts';
import { insertUncrawled, recountColumns } from '../../store/uncrawledAssets.ts';
import type { FoundDataset, WrittenName } from '../../store/lineageEnds.ts';
import { taken, takeNumbers } from '../../store/writeAssets.ts';
import { knownColumns, upsertColumns, type ColumnRow } from '../../store/writeColumns.ts';
import { commitAssets, type AssetChange } from '../commitAssets.ts';

export interface Wanted {
  /** Datasets that nobody has heard of. */
  readonly unknown: readonly (WrittenName & { readonly platform: string })[];
  /** Columns of those, and of others that lineage alone knows. */
  readonly ends: readonly EdgeEnd[];
  readonly known: ReadonlyMap<string, FoundDataset>;
}

/**
 * Makes datasets and columns that only lineage speaks of. A crawl that finds them later takes them over with their ids, because
 * it looks for the same natural name.
 * @returns the datasets that were made
 */
export async function makeUncrawled(tx: Tx, origin: Origin, wanted: Wanted): Promise<readonly FoundDataset[]> {
  const numbers = (await takeNumbers(tx, wanted.unknown.length)).values();
  const made = wanted.unknown.map((name) => ({ ...name, no: taken(numbers), isCrawled: false }));
  await insertUncrawled(
    tx,
    made.map(({ no, namespace, name, canonical, platform }) => ({
      no,
      id: newId('asset', toMs(tx.now)),
      platform,
      namespace,
      name,
      canonical,
      simple_name: splitName(name).at(-1)?.part ?? name,
      native: NO_FACTS,
    })),
  );
  const datasets = new Map([...wanted.known.values(), ...made].map((dataset) => [keyOf(dataset), dataset]));
  const grown = await addColumns(tx, wanted.ends, datasets);
  const changed = new Set([...made.map(({ no }) => no), ...grown]);
  const isNew = new Set(made.map(({ no }) => no));
  const changes = [...changed].map((no): AssetChange => ({
    no,
    action: isNew.has(no) ? 'catalog.asset.added.v1' : 'catalog.asset.changed.v1',
    fields: ['columns'],
    detail: { because: 'lineage' },
    payload: { kind: 'dataset', columns: { added: [], changed: [], removed: [] } },
  }));
  if (changes.length > 0) await commitAssets(tx, origin, changes);
  return made;
}

/** Adds the columns that edges speak of and the datasets do not have yet; answers the datasets that grew. */
async function addColumns(
  tx: Tx,
  ends: readonly EdgeEnd[],
  datasets: ReadonlyMap<string, FoundDataset>,
): Promise<ReadonlySet<No>> {
  const asked = ends.flatMap((end) => {
    const dataset = datasets.get(keyOf(end));
    return dataset === undefined || dataset.isCrawled || end.column === null
      ? []
      : [{ no: dataset.no, namespace: end.namespace, column: end.column }];
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
  asked: readonly { readonly namespace: string; readonly column: string }[],
  known: readonly KnownColumn[],
): readonly NewColumn[] {
  const rule = identifierRule(/^[a-z0-9]+/.exec(asked[0]?.namespace ?? '')?.[0] ?? '');
  const before = new Map(known.map((column) => [column.canonical, column]));
  const present = new Set(known.filter(({ state }) => state === 'present').map(({ canonical }) => canonical));
  let ordinal = Math.max(0, ...known.map((column) => column.ordinal));
  return asked.flatMap(({ column }) => {
    const canonical = canonicalize(rule, canonicalPart(rule, column));
    if (present.has(canonical)) return [];
    present.add(canonical);
    ordinal += 1;
    const unknown = { native_type: '', nullable: true, default_value: null, generated_as: null, description: null };
    return [{ dataset_no: no, name: column, canonical, ordinal, ...unknown, known: before.get(canonical) }];
  });
}

const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  JSON.stringify([namespace, name]);
