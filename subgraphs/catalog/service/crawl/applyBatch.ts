import type { AssetRecord } from '../../../../connectors/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalName, openLineageName } from '../../../../kernel/identifier.ts';
import { findOrStub } from '../../../../kernel/identity/principals.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import { contentDigest, nativeFacts } from '../../domain/native.ts';
import { lockByName, type KnownAsset } from '../../store/knownAssets.ts';
import { taken, takeNumbers, upsertAssets, type AssetRow } from '../../store/writeAssets.ts';
import { replaceOwners } from '../../store/writeOwners.ts';
import { commitAssets, type AssetChange } from '../commitAssets.ts';
import { applyColumns, type ColumnChanges } from './applyColumns.ts';
import { distinctColumns } from '../../domain/columnDiff.ts';
import type { CrawlRun } from './run.ts';

/** A record that differs from what is known, or is not known at all. */
export interface Difference {
  readonly record: AssetRecord;
  readonly canonical: string;
}

export interface Applied {
  readonly added: number;
  readonly changed: number;
  /** Stored by another source in between, and equal. */
  readonly unchanged: number;
  /** Numbers by canonical name, new ones included. */
  readonly numbers: ReadonlyMap<string, No>;
}

/** Writes what differs: assets, columns, technical owners, and everything that follows from them. */
export async function applyBatch(tx: Tx, run: CrawlRun, scope: readonly string[], all: readonly Difference[]): Promise<Applied> {
  const known = await lockKnown(tx, run, all);
  // Another source of the same server may have stored it in between: what is equal is no change.
  const differences = all.filter((difference) => isDifferent(difference, known.get(keyOf(kindOf(difference)))));
  const numbers = new Map([...known.values()].map((asset) => [asset.canonical, asset.no]));
  if (differences.length === 0) return { added: 0, changed: 0, unchanged: all.length, numbers };
  const rows = await assetRows(tx, run, differences, known);
  await upsertAssets(tx, { ...place(run), scope, simulated: run.crawl.simulated }, rows);
  const columns = await applyColumns(
    tx,
    run.columnRule,
    differences.flatMap(({ record }, i) => datasetOf(record, rows[i])),
  );
  await writeTechnicalOwners(
    tx,
    run,
    differences.map(({ record }, i) => ({ no: rows[i]?.no ?? '', owner: record.owner })),
  );
  const changes = rows.map((row) => describeChange(row, known.get(keyOf(row)), columns.get(row.no)));
  await commitAssets(tx, run.origin, changes, run.crawl.simulated);
  const added = rows.filter((row) => !known.has(keyOf(row))).length;
  for (const row of rows) numbers.set(row.canonical, row.no);
  return { added, changed: rows.length - added, unchanged: all.length - rows.length, numbers };
}

const isDifferent = ({ record }: Difference, before: KnownAsset | undefined): boolean =>
  before?.state !== 'present' || before.contentDigest !== contentDigest(record);

const keyOf = ({ kind, canonical }: { readonly kind: string; readonly canonical: string }): string => `${kind} ${canonical}`;

const place = ({ source, session }: CrawlRun) => ({
  sourceId: source.id,
  platform: source.platform,
  namespace: session.namespace,
});

const datasetOf = (record: AssetRecord, row: AssetRow | undefined) =>
  record.kind === 'dataset' && row !== undefined ? [{ no: row.no, columns: record.columns }] : [];

async function lockKnown(tx: Tx, run: CrawlRun, differences: readonly Difference[]): Promise<ReadonlyMap<string, KnownAsset>> {
  const names = differences.map(({ record, canonical }) => ({ kind: record.kind, canonical }));
  return new Map((await lockByName(tx, run.session.namespace, names)).map((asset) => [keyOf(asset), asset]));
}

async function assetRows(
  tx: Tx,
  run: CrawlRun,
  differences: readonly Difference[],
  known: ReadonlyMap<string, KnownAsset>,
): Promise<readonly AssetRow[]> {
  const unknown = differences.filter((difference) => !known.has(keyOf(kindOf(difference))));
  const numbers = (await takeNumbers(tx, unknown.length)).values();
  const numbered = differences.map((difference) => {
    const before = known.get(keyOf(kindOf(difference)));
    return { ...difference, no: before?.no ?? taken(numbers), id: before?.id ?? newId('asset', toMs(tx.now)) };
  });
  // A database and its schemas may come in one batch: the parent is then not in the table yet.
  const here = new Map(numbered.filter(({ record }) => record.kind === 'container').map(({ canonical, no }) => [canonical, no]));
  return numbered.map(({ record, canonical, no, id }) => {
    const parent = record.path.length > 1 ? canonicalName(run.rule, record.path.slice(0, -1)) : null;
    return {
      no,
      id,
      kind: record.kind,
      subtype: record.subtype,
      name: openLineageName(run.source.platform, record.path),
      canonical,
      simple_name: record.path.at(-1) ?? '',
      parent_no: parent === null ? null : (here.get(parent) ?? run.containers.get(parent) ?? null),
      content_digest: contentDigest(record),
      description: record.description,
      native: nativeFacts(record),
      column_count: record.kind === 'dataset' ? distinctColumns(run.columnRule, record.columns) : 0,
    };
  });
}

const kindOf = ({ record, canonical }: Difference) => ({ kind: record.kind, canonical });

async function writeTechnicalOwners(
  tx: Tx,
  run: CrawlRun,
  assets: readonly { readonly no: No; readonly owner: string | null }[],
): Promise<void> {
  const owned = assets.flatMap(({ no, owner }) => (owner === null ? [] : [{ no, owner }]));
  const ids = await findOrStub(
    tx,
    run.origin,
    owned.map(({ owner }) => ({ namespace: run.session.namespace, name: owner })),
  );
  const rows = owned.map(({ no, owner }, i) => ({ asset_no: no, principal_id: ids[i] ?? '', external: owner }));
  await replaceOwners(
    tx,
    assets.map(({ no }) => no),
    'TECHNICAL',
    'source',
    rows,
  );
}

function describeChange(row: AssetRow, before: KnownAsset | undefined, columns: ColumnChanges | undefined): AssetChange {
  const what = before === undefined ? 'added' : before.state === 'present' ? 'changed' : 'returned';
  const fields = columns === undefined || columns.isEmpty ? ['content'] : ['content', 'columns'];
  const { added = [], changed = [], removed = [] } = columns ?? {};
  return {
    no: row.no,
    action: `catalog.asset.${what}.v1`,
    fields,
    detail: { name: row.name, subtype: row.subtype, columns: { added, changed, removed } },
    payload: { kind: row.kind, columns: { added, changed: changed.map(({ name }) => name), removed } },
  };
}
