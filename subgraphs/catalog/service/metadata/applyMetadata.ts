import type { Origin } from '../../../../kernel/audit/append.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { No } from '../../domain/asset.ts';
import { composeSnapshots } from '../../store/composeSnapshots.ts';
import { statisticsOf } from '../../store/curationRows.ts';
import { versionDigests } from '../../store/ruleCuration.ts';
import { type MeasurementRow, writeMeasurements } from '../../store/writeMeasurements.ts';
import { commitAssets } from '../commitAssets.ts';
import { resolveEnds, type Resolved } from '../lineage/resolveEnds.ts';
import { applyRules, type RuledAsset } from './applyRules.ts';

/** What a tool says of one dataset. */
export interface ToldDataset {
  readonly namespace: string;
  readonly name: string;
  readonly description?: string | null;
  readonly owners?: readonly { readonly email?: string | null; readonly name?: string | null }[] | null;
  readonly tags?: readonly string[] | null;
  readonly columns?: readonly ToldColumn[] | null;
  readonly statistics?: { readonly rowCount?: unknown; readonly sizeBytes?: unknown } | null;
}

interface ToldColumn {
  readonly name: string;
  readonly dataType?: string | null;
  readonly description?: string | null;
  readonly tags?: readonly string[] | null;
}

/**
 * Writes what a tool says as values of rules: over what the source says, under what people say.
 * @returns how many datasets are different now
 */
export async function applyMetadata(tx: Tx, origin: Origin, producer: string, datasets: readonly ToldDataset[]): Promise<number> {
  const ends = datasets.flatMap(({ namespace, name, columns }) => [
    { namespace, name, column: null },
    ...(columns ?? []).map((column) => ({ namespace, name, column: column.name })),
  ]);
  const resolved = await resolveEnds(tx, origin, ends);
  const found = datasets.flatMap((dataset) => {
    const no = resolved.numberOf({ namespace: dataset.namespace, name: dataset.name, column: null });
    return no === null ? [] : [{ ...dataset, no }];
  });
  await applyRules(
    tx,
    origin,
    producer,
    found.map((dataset) => ruled(dataset, resolved)),
  );
  await measure(tx, found.flatMap(measured));
  return commitDifferent(
    tx,
    origin,
    found.map(({ no }) => no),
    producer,
  );
}

function ruled(
  { no, namespace, name, description, owners, tags, columns }: ToldDataset & { readonly no: No },
  resolved: Resolved,
): RuledAsset {
  const parts = (columns ?? []).flatMap((column) => {
    const columnNo = resolved.numberOf({ namespace, name, column: column.name });
    return columnNo === null ? [] : [{ no: columnNo, description: column.description ?? null, tags: column.tags ?? [] }];
  });
  return { no, description: description ?? null, owners: owners ?? [], tags: tags ?? [], parts };
}

/** The same figures again are no news. */
async function measure(tx: Tx, rows: readonly MeasurementRow[]): Promise<void> {
  const last = await statisticsOf(
    tx,
    rows.map(({ dataset_no }) => dataset_no),
    null,
  );
  const isNews = ({ dataset_no, row_count_estimate: count, size_bytes: bytes }: MeasurementRow): boolean => {
    const known = last.get(dataset_no);
    return known === undefined || known.rowCountEstimate !== textOf(count) || known.sizeBytes !== textOf(bytes);
  };
  await writeMeasurements(tx, rows.filter(isNews));
}

const textOf = (count: number | null): string | null => (count === null ? null : String(count));

const measured = ({ no, statistics }: ToldDataset & { readonly no: No }) => {
  const [rows, bytes] = [countOf(statistics?.rowCount), countOf(statistics?.sizeBytes)];
  return rows === null && bytes === null ? [] : [{ dataset_no: no, row_count_estimate: rows, size_bytes: bytes }];
};

const countOf = (value: unknown): number | null => {
  const count = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(count) && count >= 0 ? count : null;
};

/** Only what is different from its version in force gets a new one: the same metadata a second time writes nothing. */
async function commitDifferent(tx: Tx, origin: Origin, nos: readonly No[], producer: string): Promise<number> {
  const unique = [...new Set(nos)];
  const before = await versionDigests(tx, unique);
  const different = (await composeSnapshots(tx, unique)).filter((body) => before.get(body.no) !== digestOf(body));
  if (different.length === 0) return 0;
  await commitAssets(
    tx,
    origin,
    different.map(({ no }) => ({
      no,
      action: 'catalog.metadata.set.v1',
      fields: ['description', 'owners', 'tags'],
      detail: { producer },
      payload: {},
    })),
  );
  return different.length;
}
