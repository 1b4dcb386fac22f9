import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { canonicalize, canonicalPart, identifierRule, splitName } from '../../../../kernel/identifier.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import { NO_FACTS } from '../../domain/native.ts';
import { findDatasets, type FoundDataset } from '../../store/lineageEnds.ts';
import { insertUncrawled } from '../../store/uncrawledAssets.ts';
import { takeNumbers } from '../../store/writeAssets.ts';
import { knownColumns, upsertColumns } from '../../store/writeColumns.ts';
import type { Arrivals } from './arrivals.ts';
import { platformsOfNames, writtenNames } from './names.ts';

/**
 * Finds datasets by their names, and makes those that nobody has heard of. Nothing goes into history yet: an asset changes
 * once in a transaction, whatever an event says of it.
 */
export async function meetDatasets(
  tx: Tx,
  names: readonly Named[],
  arrivals: Arrivals,
): Promise<ReadonlyMap<string, FoundDataset>> {
  const written = await writtenNames(tx, names);
  const known = new Map((await findDatasets(tx, written)).map((found) => [namedKey(found), found]));
  const unknown = [
    ...new Map(
      written
        .filter((name) => !known.has(namedKey(name)))
        .map((name) => [JSON.stringify([name.namespace, name.canonical]), name]),
    ).values(),
  ];
  if (unknown.length === 0) return known;
  const platformOf = await platformsOfNames(tx, unknown);
  const numbers = (await takeNumbers(tx, unknown.length)).values();
  const rows = unknown.map(({ namespace, name, canonical }) => ({
    no: numbers.next().value ?? '',
    id: newId('asset', toMs(tx.now)),
    platform: platformOf(namespace),
    namespace,
    name,
    canonical,
    simple_name: splitName(name).at(-1)?.part ?? name,
    native: NO_FACTS,
  }));
  await insertUncrawled(tx, rows);
  for (const { no } of rows) arrivals.made.add(no);
  // Two spellings of one event may be one dataset.
  return new Map((await findDatasets(tx, written)).map((found) => [namedKey(found), found]));
}

/** Makes the columns that edges speak of, of datasets that nobody has crawled. */
export async function meetColumns(tx: Tx, ends: readonly EdgeEnd[], arrivals: Arrivals): Promise<void> {
  const datasets = await meetDatasets(tx, ends, arrivals);
  const platformOf = await platformsOfNames(tx, ends);
  const asked = ends.flatMap((end) => {
    const dataset = datasets.get(namedKey(end));
    if (dataset === undefined || dataset.isCrawled || end.column === null) return [];
    const rule = identifierRule(platformOf(end.namespace));
    return [{ no: dataset.no, name: end.column, canonical: canonicalize(rule, canonicalPart(rule, end.column)) }];
  });
  const byDataset = groupBy(asked, ({ no }) => no);
  const known = await knownColumns(tx, [...byDataset.keys()]);
  const missing = [...byDataset].flatMap(([no, columns]) => missingOf(columns, known.get(no) ?? []));
  const numbers = (await takeNumbers(tx, missing.filter(({ columnNo }) => columnNo === null).length)).values();
  await upsertColumns(
    tx,
    missing.map(({ columnNo, no, name, canonical, ordinal }) => ({
      ...BARE,
      no: columnNo ?? numbers.next().value ?? '',
      id: newId('column', toMs(tx.now)),
      dataset_no: no,
      name,
      canonical,
      ordinal,
    })),
  );
  for (const [no, columns] of groupBy(missing, (column) => column.no)) {
    arrivals.grew(
      no,
      columns.map(({ name }) => name),
    );
  }
}

interface Asked {
  readonly no: No;
  readonly name: string;
  readonly canonical: string;
}

interface KnownPlace {
  readonly no: No;
  readonly canonical: string;
  readonly ordinal: number;
  readonly state: 'present' | 'removed';
}

/** Columns that are not there, or not any more: those keep their number when they come back. */
function missingOf(
  asked: readonly Asked[],
  known: readonly KnownPlace[],
): readonly (Asked & { readonly columnNo: No | null; readonly ordinal: number })[] {
  const before = new Map(known.map((column) => [column.canonical, column]));
  const last = Math.max(0, ...known.map(({ ordinal }) => ordinal));
  const distinct = new Map(asked.map((column) => [column.canonical, column]));
  return [...distinct.values()]
    .filter(({ canonical }) => before.get(canonical)?.state !== 'present')
    .map((column, i) => ({ ...column, columnNo: before.get(column.canonical)?.no ?? null, ordinal: last + i + 1 }));
}

const BARE = { native_type: '', nullable: true, default_value: null, generated_as: null, description: null };
