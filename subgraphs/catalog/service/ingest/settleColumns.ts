import type { ColumnRecord } from '../../../../connectors/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalPart, identifierRule } from '../../../../kernel/identifier.ts';
import type { KnownColumn } from '../../domain/columnDiff.ts';
import type { No } from '../../domain/asset.ts';
import { countColumns, type KnownDataset, linkedColumns } from '../../store/ingestDatasets.ts';
import { knownColumns } from '../../store/writeColumns.ts';
import { applyColumns, type ColumnChanges } from '../crawl/applyColumns.ts';
import type { DatasetSays } from './facets.ts';

export interface ColumnsToSettle {
  readonly dataset: KnownDataset;
  readonly before: DatasetSays['schema'];
  readonly now: DatasetSays['schema'];
}

/**
 * Columns of datasets that nobody crawls: those of the newest schema facet, then those that edges speak of. A column goes when
 * the schema does not name it any more, or the last edge has ended that spoke of it.
 * @param lost columns that had an edge before this event
 */
export async function settleColumns(
  tx: Tx,
  datasets: readonly ColumnsToSettle[],
  lost: ReadonlySet<No>,
): Promise<ReadonlyMap<No, ColumnChanges>> {
  const open = datasets.filter(({ dataset }) => !dataset.isCrawled);
  if (open.length === 0) return new Map();
  const nos = open.map(({ dataset }) => dataset.no);
  const known = await knownColumns(tx, nos);
  const linked = await linkedColumns(tx, nos);
  const settled = new Map<No, ColumnChanges>();
  for (const one of open) {
    const { no, platform } = one.dataset;
    const present = (known.get(no) ?? []).filter(({ state }) => state === 'present');
    const listed = columnsNow(one, present, { linked, lost });
    const changes = (await applyColumns(tx, identifierRule(platform), [{ no, columns: listed }])).get(no);
    if (changes !== undefined && !changes.isEmpty) settled.set(no, changes);
  }
  await countColumns(tx, nos);
  return settled;
}

interface Links {
  readonly linked: ReadonlySet<No>;
  readonly lost: ReadonlySet<No>;
}

function columnsNow(
  { dataset, before, now }: ColumnsToSettle,
  present: readonly KnownColumn[],
  { linked, lost }: Links,
): readonly ColumnRecord[] {
  const rule = identifierRule(dataset.platform);
  const canonicalOf = ({ name }: { readonly name: string }): string => canonicalPart(rule, name);
  const fields = new Map((now?.fields ?? []).map((field) => [canonicalOf(field), field]));
  const wasNamed = new Set((before?.fields ?? []).map(canonicalOf));
  const named = [...fields.values()].map(({ name, type, description }, i) => ({
    ...BARE,
    name,
    ordinal: i + 1,
    nativeType: type ?? '',
    description: description ?? null,
  }));
  const goes = ({ no, canonical }: KnownColumn): boolean => !linked.has(no) && (lost.has(no) || wasNamed.has(canonical));
  const more = present
    .filter((column) => !fields.has(column.canonical) && !goes(column))
    .toSorted((a, b) => (a.canonical < b.canonical ? -1 : 1));
  return [...named, ...more.map(({ name }, i) => ({ ...BARE, name, ordinal: named.length + i + 1, nativeType: '' }))];
}

const BARE = { nullable: true, defaultValue: null, description: null, generatedAs: null };
