import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalPart, identifierRule } from '../../../../kernel/identifier.ts';
import type { No } from '../../domain/asset.ts';
import { assignTags, withdrawTags } from '../../store/writeCuration.ts';
import { knownColumns } from '../../store/writeColumns.ts';
import { ensureTags } from '../ensureTags.ts';
import type { DatasetChange } from './datasetChange.ts';
import type { DatasetSays } from './facets.ts';

/** A tag on the dataset, or on one of its columns. */
interface Placed {
  readonly tag: string;
  readonly column: string | null;
}

/** Puts the tags on a dataset and its columns that its tags facet names now, and takes off those it named before. */
export async function applyTags(tx: Tx, origin: Origin, { dataset, before, now }: DatasetChange): Promise<void> {
  const [was, is] = [placed(before.tags), placed(now.tags)];
  const ids = await ensureTags(
    tx,
    origin,
    [...was, ...is].map(({ tag }) => tag),
    { because: 'openlineage' },
  );
  const rule = identifierRule(dataset.platform);
  const columns = new Map((await knownColumns(tx, [dataset.no])).get(dataset.no)?.map(({ canonical, no }) => [canonical, no]));
  const noOf = (column: string | null): No | undefined =>
    column === null ? dataset.no : columns.get(canonicalPart(rule, column));
  const staying = new Set(is.map(keyOf));
  for (const { tag, column } of was.filter((one) => !staying.has(keyOf(one)))) {
    const [no, id] = [noOf(column), ids.get(tag.toLowerCase())];
    if (no !== undefined && id !== undefined) await withdrawTags(tx, [no], [id], 'source');
  }
  for (const { tag, column } of is) {
    const [no, id] = [noOf(column), ids.get(tag.toLowerCase())];
    if (no !== undefined && id !== undefined) await assignTags(tx, [no], [id], 'source');
  }
}

const keyOf = ({ tag, column }: Placed): string => JSON.stringify([tag.toLowerCase(), column]);

const placed = (said: DatasetSays['tags']): readonly Placed[] =>
  (said?.tags ?? []).map(({ key, value, field }) => ({ tag: tagName(key, value), column: field ?? null }));

const TAG_MAX = 100;

/** `pii` for a key that is only set, `tier:gold` for one with a value, in the letters that names of tags have here. */
function tagName(key: string, value: string): string {
  const name = ['', 'true'].includes(value.toLowerCase()) ? key : `${key}:${value}`;
  const allowed = name.normalize('NFC').replaceAll(/[^\p{L}\p{N} ._:/-]/gu, '_');
  return [...(/^[\p{L}\p{N}]/u.test(allowed) ? allowed : `x${allowed}`)].slice(0, TAG_MAX).join('').trim();
}
