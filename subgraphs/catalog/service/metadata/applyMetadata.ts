import type { Origin } from '../../../../kernel/audit/append.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { EMAIL_NAMESPACE, findOrStub } from '../../../../kernel/identity/principals.ts';
import type { No } from '../../domain/asset.ts';
import { composeSnapshots } from '../../store/composeSnapshots.ts';
import { replaceRuleTags, replaceRuleTexts, versionDigests } from '../../store/ruleCuration.ts';
import { writeMeasurements } from '../../store/writeMeasurements.ts';
import { replaceOwners } from '../../store/writeOwners.ts';
import { commitAssets } from '../commitAssets.ts';
import { ensureTags } from '../ensureTags.ts';
import { resolveEnds, type Resolved } from '../lineage/resolveEnds.ts';

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

/** A thing that something is said of: a dataset or a column. */
interface Told {
  readonly no: No;
  readonly description: string | null;
  readonly tags: readonly string[];
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
  const told = found.flatMap((dataset) => toldBy(dataset, resolved));
  const nos = told.map(({ no }) => no);
  const texts = told.flatMap(({ no, description }) => (description === null ? [] : [{ no, text: description }]));
  await replaceRuleTexts(tx, nos, origin.actor.id, texts);
  const ids = await ensureTags(tx, origin, keptNames(told.flatMap(({ tags }) => tags)));
  await replaceRuleTags(
    tx,
    nos,
    told.flatMap(({ no, tags }) => tags.flatMap((tag) => tagRow(no, ids.get(tag.toLowerCase())))),
  );
  await applyOwners(tx, origin, producer, found);
  await writeMeasurements(tx, found.flatMap(measured));
  return commitDifferent(
    tx,
    origin,
    found.map(({ no }) => no),
    producer,
  );
}

function toldBy(
  { no, namespace, name, description, tags, columns }: ToldDataset & { readonly no: No },
  resolved: Resolved,
): readonly Told[] {
  const own: Told = { no, description: textOf(description), tags: tags ?? [] };
  const parts = (columns ?? []).flatMap((column): readonly Told[] => {
    const columnNo = resolved.numberOf({ namespace, name, column: column.name });
    return columnNo === null ? [] : [{ no: columnNo, description: textOf(column.description), tags: column.tags ?? [] }];
  });
  return [own, ...parts];
}

const TEXT_MAX = 10_000;
function textOf(text: string | null | undefined): string | null {
  const kept = text?.trim().slice(0, TEXT_MAX) ?? '';
  return kept === '' ? null : kept;
}

const tagRow = (no: No, id: string | undefined) => (id === undefined ? [] : [{ no, tag_id: id }]);

const measured = ({ no, statistics }: ToldDataset & { readonly no: No }) => {
  const [rows, bytes] = [countOf(statistics?.rowCount), countOf(statistics?.sizeBytes)];
  return rows === null && bytes === null ? [] : [{ dataset_no: no, row_count_estimate: rows, size_bytes: bytes }];
};

const countOf = (value: unknown): number | null => {
  const count = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(count) && count >= 0 ? count : null;
};

/** Owners by address are people wherever they are named; owners by name are that tool's. */
async function applyOwners(
  tx: Tx,
  origin: Origin,
  producer: string,
  datasets: readonly (ToldDataset & { readonly no: No })[],
): Promise<void> {
  const wanted = datasets.flatMap(({ no, owners }) =>
    (owners ?? []).flatMap(({ email, name }) => {
      if (typeof email === 'string' && email.includes('@'))
        return [{ no, external: { namespace: EMAIL_NAMESPACE, name: email.trim() } }];
      return typeof name === 'string' && name !== '' ? [{ no, external: { namespace: producer, name } }] : [];
    }),
  );
  const ids = await findOrStub(
    tx,
    origin,
    wanted.map(({ external }) => external),
  );
  const rows = wanted.flatMap(({ no, external }, i) => {
    const id = ids[i];
    return id === undefined ? [] : [{ asset_no: no, principal_id: id, external: external.name }];
  });
  const distinct = [...new Map(rows.map((row) => [`${row.asset_no} ${row.principal_id}`, row])).values()];
  await replaceOwners(
    tx,
    datasets.map(({ no }) => no),
    'ACCOUNTABLE',
    'rule',
    distinct,
  );
}

/** Names of tags as they are kept. */
const keptNames = (names: readonly string[]): readonly string[] =>
  names.map((name) => name.trim().slice(0, 100)).filter((name) => name !== '');

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
